"""Pages of the administrator's desk."""

from crm.admin.views import accounts, logs, policy, staff  # noqa: F401  (their routes)
from crm.admin.views.pages import blueprint

__all__ = ["blueprint"]
