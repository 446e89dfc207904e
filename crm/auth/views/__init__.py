"""Signing in and out, and everybody's own account."""

from crm.auth.views import account, confirm, entrance, factor  # noqa: F401  (their routes)
from crm.auth.views.confirm import set_up_confirmation
from crm.auth.views.pages import blueprint, set_up_login

__all__ = ["blueprint", "set_up_confirmation", "set_up_login"]
