"""Recording: a submission is decoded, judged on top of the log, and appended in a batch."""
