"""The pages of billing runs; every module of this folder adds its own to the blueprint."""

from crm.billing.runs.views import item, month, notices
from crm.billing.runs.views.pages import blueprint

__all__ = ["blueprint", "item", "month", "notices"]
