"""The use cases: record, preview, read, rebuild, reports, login."""
