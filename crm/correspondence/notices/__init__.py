"""Notices to an audience of households, how each was reached, and who is still unreached. Clause P-17."""
