"""The annual report: recognising one in a file, checking it, and laying it out."""
