"""Pages of a superior: its units, the district's figures, assessments."""
