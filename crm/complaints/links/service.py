"""Linking a complaint to something; done again it changes nothing."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.complaints.cases.models import ENDED, Complaint, ComplaintLink, LinkKind
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.links.events import ComplaintLinked
from crm.complaints.links.kinds import KINDS, Linkable
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.web.forms import id_in


def hindrance(case: Complaint) -> str:
    """Why nothing can be linked now, or ""."""
    return _("%(number)s is over.", number=case.number) if case.state in ENDED else ""


def link(case: Complaint, kind: LinkKind, text: str) -> ComplaintLink:
    """By a number as it is typed, or the id that was chosen. Raises `DomainError` when there is no such thing there."""
    linkable = _allowed(kind)
    if (found := linkable.find(case, text)) is None:
        raise DomainError(_("There is no %(number)s in this estate. Look at the number again.", number=text.strip()))
    return _keep(case, linkable, *found)


def link_given(case: Complaint, key: str) -> ComplaintLink | None:
    """As an address or a form carries it: repair_order-12. None for what is no such thing of the case's estate."""
    name, _dash, number = key.partition("-")
    thing_id = id_in(number)
    if name not in list(LinkKind) or thing_id is None:
        return None
    linkable = KINDS[LinkKind(name)]
    if not actor().may(linkable.permission) or (found := linkable.get(case, thing_id)) is None:
        return None
    return _keep(case, linkable, *found)


def link_known(complaint_id: int, kind: LinkKind, thing_id: int) -> None:
    """What comes of the case itself is linked whoever sees such things; of one that is over, nothing."""
    case = session().get_one(Complaint, complaint_id)
    if not hindrance(case) and (found := KINDS[kind].get(case, thing_id)):
        _keep(case, KINDS[kind], *found)


def _allowed(kind: LinkKind) -> Linkable:
    if not actor().may(KINDS[kind].permission):
        raise NotEntitled(_("Your role does not include this. Ask your supervisor or the administrator."))
    return KINDS[kind]


def _keep(case: Complaint, linkable: Linkable, thing_id: int, label: str) -> ComplaintLink:
    STEPS.hold(case)  # linked twice at once, the second waits and finds the first
    same = {"complaint_id": case.id, "kind": linkable.kind, "thing_id": thing_id}
    if standing := session().scalars(select(ComplaintLink).filter_by(**same)).one_or_none():
        return standing
    if reason := hindrance(case):
        raise IllegalTransition(reason)
    made = ComplaintLink(**same, label=label, linked_by=g.actor.name, linked_at=utc_now())
    session().add(made)
    session().flush()
    record(ComplaintLinked(complaint_id=case.id, number=case.number, link_kind=linkable.kind.value, label=label))
    return made
