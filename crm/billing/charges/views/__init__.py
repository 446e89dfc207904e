"""The pages of charge items, tariffs and shared costs; every module of this folder adds its own to the blueprint."""

from crm.billing.charges.views import items, shared, tariffs
from crm.billing.charges.views.pages import blueprint

__all__ = ["blueprint", "items", "shared", "tariffs"]
