"""The links of a complaint on its page; and the open complaints about a thing on that thing's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.ledger.models import Bill
from crm.complaints.cases.models import (
    ADDRESS,
    LINK_TITLES,
    STATE_TITLES,
    STATE_TONES,
    Complaint,
    ComplaintLink,
    LinkKind,
)
from crm.complaints.links import queries, service
from crm.complaints.links.kinds import KINDS, Standing
from crm.correspondence.letters.models import Letter
from crm.properties.parts import Part
from crm.repairs.orders.models import RepairOrder
from crm.violations.cases.models import Violation

NEW = "/complaints/new"  # where a complaint is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """`links`: each with how it stands now, for whoever may see it. `kinds`: what can be linked, and where."""

    links: Sequence[tuple[ComplaintLink, Any, Standing]]
    kinds: Sequence[tuple[Any, str]]


def of_case(case: Complaint) -> Links:
    found = queries.links_of(case.id)
    standing = _standings(found)
    links = actor().may(Permission.complaint_handle) and not service.hindrance(case)
    offered = [kind for kind, linkable in KINDS.items() if actor().may(linkable.permission)] if links else []
    return Links(
        links=[(each, LINK_TITLES[each.kind], standing.get((each.kind, each.thing_id), Standing())) for each in found],
        kinds=[
            (LINK_TITLES[kind], url_for("complaint_links.new", complaint_id=case.id, link_kind=kind.value))
            for kind in offered
        ],
    )


def _standings(links: Sequence[ComplaintLink]) -> Mapping[tuple[LinkKind, int], Standing]:
    """One statement for each kind there is."""
    ids: dict[LinkKind, list[int]] = {}
    for each in links:
        ids.setdefault(each.kind, []).append(each.thing_id)
    seen = {
        kind: KINDS[kind].standings(of_kind) for kind, of_kind in ids.items() if actor().may(KINDS[kind].permission)
    }
    return {(kind, key): each for kind, found in seen.items() for key, each in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """`new_url`: the form of a complaint about it, "" for whoever takes none."""

    rows: Sequence[tuple[Any, str]]
    titles: Any
    new_url: str


def _about(kind: LinkKind, thing_id: int, **known: int | None) -> About:
    told = {name: value for name, value in known.items() if value is not None}
    address = f"{NEW}?{urlencode({**told, 'link': f'{kind.value}-{thing_id}'})}"
    return About(
        rows=[(row, ADDRESS.format(row.id)) for row in queries.open_about(kind, thing_id)],
        titles={"state": STATE_TITLES, "tone": STATE_TONES},
        new_url=address if actor().may(Permission.complaint_log) else "",
    )


def about_repair(order: RepairOrder) -> About:
    return _about(LinkKind.repair_order, order.id, customer_id=order.customer_id, unit_id=order.unit_id)


def about_bill(bill: Bill) -> About:
    return _about(LinkKind.bill, bill.id, customer_id=bill.customer_id, unit_id=bill.unit_id)


def about_letter(letter: Letter) -> About:
    """A complaint is taken from the head of its page."""
    return replace(_about(LinkKind.letter, letter.id), new_url="")


def about_violation(violation: Violation) -> About:
    """Nothing of the customer: whoever did it is not who complains."""
    return _about(LinkKind.violation, violation.id)


READ, ABOUT = Permission.complaint_read, "complaints/links/_about.html"
PART = Part(permission=READ, section=of_case, template="complaints/links/_links.html")
REPAIR = Part(permission=READ, section=about_repair, template=ABOUT)
BILL = Part(permission=READ, section=about_bill, template=ABOUT)
LETTER = Part(permission=READ, section=about_letter, template=ABOUT)
VIOLATION = Part(permission=READ, section=about_violation, template=ABOUT)
