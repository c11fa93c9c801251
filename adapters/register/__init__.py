"""The use cases of the register: recording, previewing, reading, and everything else that an entry point needs."""
