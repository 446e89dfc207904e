"""A tree of two levels that a company keeps: groups, and what can be chosen in them. Each is small and read at once."""
