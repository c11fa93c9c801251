"""Pages of the authority itself: officers, calendar, policies, document numbers, access log."""
