"""The HTTP API: the rules of every entry point, with bearer token, ETag, Idempotency-Key and problem+json."""
