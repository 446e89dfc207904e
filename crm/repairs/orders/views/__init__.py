"""The pages of a repair order; the modules put them on the blueprint."""

from crm.repairs.orders.views import filing, show, steps
from crm.repairs.orders.views.pages import blueprint

__all__ = ["blueprint", "filing", "show", "steps"]
