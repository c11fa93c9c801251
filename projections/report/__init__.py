"""The annual report as it is made here and as others send it: read, judged, drawn."""
