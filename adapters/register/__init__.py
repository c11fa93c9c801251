"""The use cases of the register: what a caller can have recorded, judged and read."""
