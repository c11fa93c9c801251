"""Mail to the office's own people, by the office's own mail server."""
