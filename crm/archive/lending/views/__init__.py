"""Pages of lending."""

from crm.archive.lending.views import adding, incidents, issuing, papers, returning, show, steps, terms
from crm.archive.lending.views.pages import blueprint

__all__ = ["adding", "blueprint", "incidents", "issuing", "papers", "returning", "show", "steps", "terms"]
