"""The pages of a renovation; the modules put them on the blueprint."""

from crm.renovations.cases.views import asking, money, papers, show, steps
from crm.renovations.cases.views.pages import blueprint

__all__ = ["asking", "blueprint", "money", "papers", "show", "steps"]
