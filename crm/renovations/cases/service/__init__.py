"""The verbs of a renovation."""
