"""Pages of logging in and of an officer's own credentials."""
