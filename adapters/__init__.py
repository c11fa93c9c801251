"""The outside world: the log in PostgreSQL, the vault, files and the terminal."""
