"""Blind counts of a safe by two people, and the vault's sheet at the end of each day. L-24."""
