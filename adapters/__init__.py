"""Everything with I/O below the interfaces: database, vault, files, rendering, and the use cases in register/."""
