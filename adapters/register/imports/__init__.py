"""Importing an earlier register, and annulling an import."""
