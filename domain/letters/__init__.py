"""Letters: what an authority writes in a case, as dated wording and pure composition."""
