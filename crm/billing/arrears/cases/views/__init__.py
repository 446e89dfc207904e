"""The pages of the lawyers' cases."""

from crm.billing.arrears.cases.views import cases, steps, writing_off
from crm.billing.arrears.cases.views.pages import blueprint

__all__ = ["blueprint", "cases", "steps", "writing_off"]
