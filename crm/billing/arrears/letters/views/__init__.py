"""The pages of letters; every module of this folder adds its own to the blueprint."""

from crm.billing.arrears.letters.views import demands, making, runs, serving
from crm.billing.arrears.letters.views.pages import blueprint

__all__ = ["blueprint", "demands", "making", "runs", "serving"]
