"""The law of disclosure requests: pure, without input or output and without a clock."""
