"""The console: server-rendered pages for officers, with the same use cases and powers as the API."""
