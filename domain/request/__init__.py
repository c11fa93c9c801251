"""A disclosure request: its events, its course, its clock, and what cannot be."""
