"""Pages of patrols; the modules put them on the blueprint."""

from crm.renovations.patrols.views import planning, show, walking
from crm.renovations.patrols.views.pages import blueprint

__all__ = ["blueprint", "planning", "show", "walking"]
