"""Pages of the tables and of the annual report, and the check of report files."""
