"""Makers here and the factories know one another: whoever comes in by any door loads the factories first."""

from tests import factories

__all__ = ["factories"]
