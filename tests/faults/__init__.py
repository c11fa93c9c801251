"""Fault injection: after a crash, a full disk or a stalled connection no acknowledged recording is lost.

`make test` runs a few faults of each kind, `make faults` many, with a report.
"""
