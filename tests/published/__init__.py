"""Five reports as published, each with its known faults."""
