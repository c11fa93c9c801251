"""Reading: searches, personal data, reports and figures at one moment of the register."""
