"""Documents, letters and the file of a case."""
