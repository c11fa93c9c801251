"""Accounts, credentials and sessions of an authority, and its access log."""
