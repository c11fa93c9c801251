"""Webhooks: allowed addresses, signatures, and sending a delivery."""
