"""Background work of `serve` and `worker`."""
