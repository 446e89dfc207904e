"""The pages of a violation; the modules put them on the blueprint."""

from crm.violations.cases.views import inspections, show, steps
from crm.violations.cases.views.pages import blueprint

__all__ = ["blueprint", "inspections", "show", "steps"]
