"""Recognising an annual report in the layout of a file: its tables by their labels, its texts by their headings."""
