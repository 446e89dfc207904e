"""The pages of the deposits' book; every module of this folder adds its own to the blueprint."""

from crm.billing.deposits.views import acts, deciding, lists, show, taking, tying_out
from crm.billing.deposits.views.pages import blueprint

__all__ = ["acts", "blueprint", "deciding", "lists", "show", "taking", "tying_out"]
