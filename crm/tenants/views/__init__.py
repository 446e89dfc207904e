"""Pages of customers and of the units they live in."""

from crm.tenants.views import customers, merging, moving_out, paper, parts, quality, units  # noqa: F401  (their routes)
from crm.tenants.views.pages import blueprint

__all__ = ["blueprint"]
