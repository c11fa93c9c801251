"""An authority: its names, policies, officers and powers."""
