"""Pages of cases: the lists, one case, recording an event, documents, letters and imports."""
