"""For auditors and operators: proofs, the archive of the access log, copies, diagnosis."""
