"""The demonstration: a published year, an office of three, a report."""
