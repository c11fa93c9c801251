"""Mail to officers through the authority's own mail server."""
