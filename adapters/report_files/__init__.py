"""Reads files from outside (annual reports, spreadsheets, papers) as untrusted input."""
