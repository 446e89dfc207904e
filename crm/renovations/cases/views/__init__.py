"""Pages of renovations."""
