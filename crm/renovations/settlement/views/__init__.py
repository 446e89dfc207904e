"""The pages of settlements; the modules put them on the blueprint."""

from crm.renovations.settlement.views import lists, proposing, show, steps
from crm.renovations.settlement.views.pages import blueprint

__all__ = ["blueprint", "lists", "proposing", "show", "steps"]
