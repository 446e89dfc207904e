"""The pages of procedures; the modules put them on the blueprint."""

from crm.engineering.procedures.views import entering, show, steps
from crm.engineering.procedures.views.pages import blueprint

__all__ = ["blueprint", "entering", "show", "steps"]
