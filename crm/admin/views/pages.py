"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
P = Permission
Tab = tuple[str, str, bool]


def account_tabs(here: str) -> list[Tab]:
    return _tabs(
        here,
        users=_("Accounts"),
        departments=_("Departments"),
        roles=_("Roles and permissions"),
        scopes=_("Estates"),
        sessions=_("Sessions"),
    )


def policy_tabs(here: str) -> list[Tab]:
    return _tabs(here, figures=_("Figures"), dictionaries=_("Dictionaries"))


def log_tabs(here: str) -> list[Tab]:
    return _tabs(here, operations=_("Operation log"), logins=_("Log-ins"))


def _tabs(here: str, **titles: str) -> list[Tab]:
    return [(title, url_for(f"admin.{name}"), name == here) for name, title in titles.items()]


def may(permission: Permission) -> bool:
    allowed: bool = g.actor.may(permission)
    return allowed


def titled(titles: Any, code: str) -> str:
    """A code without a title is shown as it is."""
    return str(titles.get(code, code))
