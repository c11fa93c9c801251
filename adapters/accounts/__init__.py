"""Accounts, passwords, sessions, keys and the access log."""
