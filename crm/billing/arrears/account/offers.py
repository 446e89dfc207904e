"""What the acting person may do about the account, each on a page of the part that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.auth.actor import actor
from crm.auth.permissions import Permission

P = Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    endpoint: str  # takes the customer's id
    title: LazyString
    icon: str
    permission: Permission
    key: str = ""

    def address(self, customer_id: int) -> str:
        return url_for(self.endpoint, customer_id=customer_id)


ACTS = (
    Act(endpoint="arrears_account.park", title=_l("Park lines in dispute"), icon="alert-triangle",
        permission=P.arrears_review, key="b"),
    Act(endpoint="dunning.exclude", title=_l("Leave out of dunning"), icon="user-check", permission=P.arrears_review),
)  # fmt: skip


def offered() -> list[Any]:
    return [act for act in ACTS if act.endpoint in current_app.view_functions and actor().may(act.permission)]
