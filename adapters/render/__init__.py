"""Renderers: terminal, HTML, XLSX, DOCX, PDF, CSV, iCalendar. One source, thin renderers."""
