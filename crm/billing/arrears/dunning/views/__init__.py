"""The pages of the dunning model; every module of this folder adds its own to the blueprint."""

from crm.billing.arrears.dunning.views import disputes, exclusions, sets, steps
from crm.billing.arrears.dunning.views.pages import blueprint

__all__ = ["blueprint", "disputes", "exclusions", "sets", "steps"]
