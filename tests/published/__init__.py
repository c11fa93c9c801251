"""Five real reports as published, with the faults that each of them has."""
