"""What the register sends by itself, or offers for subscription: digests, calendars, webhooks."""
