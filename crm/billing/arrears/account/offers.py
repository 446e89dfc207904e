"""What the acting person may do about the account, each on a page of the part that does it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
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
    comes_back: bool = False  # its page is told the way back

    def address(self, customer_id: int) -> str:
        back = url_for("arrears_account.show", customer_id=customer_id) if self.comes_back else None
        return url_for(self.endpoint, customer_id=customer_id, next=back)


ACTS = (
    Act(
        endpoint="contacts.new",
        title=_l("Note a contact"),
        icon="phone-call",
        permission=P.arrears_contact,
        key="c",
        comes_back=True,
    ),
    Act(endpoint="plans.new", title=_l("Ask for an instalment plan"), icon="calendar", permission=P.arrears_review),
    Act(
        endpoint="arrears_account.park",
        title=_l("Park lines in dispute"),
        icon="alert-triangle",
        permission=P.arrears_review,
        key="b",
    ),
    Act(endpoint="dunning.exclude", title=_l("Leave out of dunning"), icon="user-check", permission=P.arrears_review),
    Act(endpoint="cases.new", title=_l("To the lawyer"), icon="briefcase", permission=P.arrears_review),
    Act(endpoint="cases.write_off", title=_l("Ask for a write-off"), icon="archive", permission=P.arrears_review),
    Act(endpoint="evidence.ask", title=_l("Evidence pack"), icon="folder", permission=P.arrears_review),
)


def offered(*besides: str) -> list[Act]:
    """What the role is for, but for some endpoints; each page says itself why it is not possible now."""
    return [act for act in ACTS if act.endpoint not in besides and actor().may(act.permission)]
