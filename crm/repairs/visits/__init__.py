"""Return visits 回访 by somebody other than the worker."""
