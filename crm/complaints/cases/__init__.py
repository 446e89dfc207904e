"""The complaint: its callers, its clocks, its workflow, and everything that is noted on the way."""
