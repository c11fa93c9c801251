"""The doors: command line, and later HTTP and console."""
