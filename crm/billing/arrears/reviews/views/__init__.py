"""The pages of the arrears review; every module of this folder adds its own to the blueprint."""

from crm.billing.arrears.reviews.views import closing, deciding, lists, showing, together
from crm.billing.arrears.reviews.views.pages import blueprint

__all__ = ["blueprint", "closing", "deciding", "lists", "showing", "together"]
