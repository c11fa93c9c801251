"""Deliveries to addresses outside: which may be reached, how they are signed, and how one is sent."""
