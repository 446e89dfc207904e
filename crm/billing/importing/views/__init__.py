"""Pages of what is taken over: histories, and the fee sheets that the first import kept."""

from crm.billing.importing.views import history, sheets
from crm.billing.importing.views.pages import blueprint

__all__ = ["blueprint", "history", "sheets"]
