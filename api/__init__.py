"""The entry points: HTTP (web), pages (console), command line (cli), background work, demonstration."""
