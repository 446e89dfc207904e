"""Applying for a renovation: one form, and what follows from what is ticked while it is typed."""
