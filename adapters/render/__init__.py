"""Renderers: terminal, HTML, XLSX, DOCX, PDF, CSV, iCalendar. They only lay out what projections prepared."""
