"""The law as dated data: terms, calendar, outcomes, irregularities."""
