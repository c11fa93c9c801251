"""The HTTP door: the same rules as at every door, with bearer token, ETag, Idempotency-Key and problem+json."""
