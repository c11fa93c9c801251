"""What the events add up to: pure folds over the register's history."""
