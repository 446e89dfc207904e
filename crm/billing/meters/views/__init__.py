"""The pages of meters; every module of this folder adds its own to the blueprint."""

from crm.billing.meters.views import lists, meters, readings, rounds, sheets
from crm.billing.meters.views.pages import blueprint

__all__ = ["blueprint", "lists", "meters", "readings", "rounds", "sheets"]
