"""The pages of the counter; every module of this folder adds its own to the blueprint."""

from crm.billing.cashier.views import closes, counter, receipts
from crm.billing.cashier.views.pages import blueprint

__all__ = ["blueprint", "closes", "counter", "receipts"]
