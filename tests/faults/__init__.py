"""What happens when something dies, fills up or stalls: nothing acknowledged is ever lost.

`make test` runs the quick forms, `make faults` the full ones with a report.
"""
