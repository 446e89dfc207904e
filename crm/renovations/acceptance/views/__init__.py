"""The pages of checks; the modules put them on the blueprint."""

from crm.renovations.acceptance.views import checking, lists, show, steps
from crm.renovations.acceptance.views.pages import blueprint

__all__ = ["blueprint", "checking", "lists", "show", "steps"]
