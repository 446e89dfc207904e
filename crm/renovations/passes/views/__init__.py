"""Pages of workers and passes; the modules put them on their blueprints."""

from crm.renovations.passes.views import gate, issuing, show, steps
from crm.renovations.passes.views.pages import blueprint
from crm.renovations.passes.views.workers import blueprint as workers

__all__ = ["blueprint", "gate", "issuing", "show", "steps", "workers"]
