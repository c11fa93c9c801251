"""Tamper evidence: tree, checkpoints, bundles, verification."""
