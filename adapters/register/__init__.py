"""The use cases of the register: recording, previewing, reading, and everything else a door can ask for."""
