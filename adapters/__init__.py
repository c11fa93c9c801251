"""Everything with I/O below the doors: database, vault, files, rendering, and the use cases in register/."""
