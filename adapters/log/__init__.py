"""The append-only log: its recorder and the mapping of entries to rows."""
