"""The console: pages for officers, drawn on the server, over the same use cases and powers as the interface."""
