"""The pages of a renovation; the modules put them on the blueprint."""

from crm.renovations.cases.views import show
from crm.renovations.cases.views.pages import blueprint

__all__ = ["blueprint", "show"]
