"""Sealed values and documents: keys, ciphertexts, blind index, erasure."""
