"""Everything with I/O below the entry points: database, vault, files, rendering, and the use cases in register/."""
