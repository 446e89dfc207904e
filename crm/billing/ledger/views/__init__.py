"""The pages of the books; every module of this folder adds its own to the blueprint."""

from crm.billing.ledger.views import account, bills, closing, payments, requests
from crm.billing.ledger.views.pages import blueprint

__all__ = ["account", "bills", "blueprint", "closing", "payments", "requests"]
