"""The letters of a customer, where the customer's page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.correspondence.letters import queries
from crm.correspondence.letters.listings import due_in_words, due_tone
from crm.correspondence.letters.models import ADDRESS, DIRECTION_TITLES, STATE_TITLES, STATE_TONES, Letter
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.tabs import Tab
from crm.tenants.unfiled import Unfiled

SHOWN = 100  # the latest; the register has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    row: Any
    url: str
    direction: Any
    state: Any
    tone: str
    due: str
    due_tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Open ones first, then the latest; the addresses are "" for whoever keeps none."""

    letters: Sequence[Shown]
    in_url: str
    out_url: str


def of_customer(customer: Customer) -> Letters:
    keeps, today = actor().may(Permission.letter_keep), business_day()
    return Letters(
        letters=[_shown(row, today) for row in queries.of_customer(customer.id, SHOWN)],
        in_url=url_for("correspondence.receive", customer_id=customer.id) if keeps else "",
        out_url=url_for("correspondence.write", customer_id=customer.id) if keeps else "",
    )


def _shown(row: Any, today: Any) -> Shown:
    return Shown(
        row=row,
        url=ADDRESS.format(row.id),
        direction=DIRECTION_TITLES[row.direction],
        state=STATE_TITLES[row.state],
        tone=STATE_TONES[row.state],
        due=due_in_words(row, today),
        due_tone=due_tone(row, today),
    )


def unfiled() -> Unfiled:
    """Of customers: those of others lie nowhere. What was sent and is neither proved nor back is filed by hand."""
    came_back = queries.CAME_BACK.correlate(Letter).scalar_subquery()
    return Unfiled(
        title=_l("Letters"),
        condition=and_(queries.TO_FILE, Letter.customer_id.is_not(None)),
        estate_id=Letter.estate_id,
        since=func.coalesce(Letter.answered_at, Letter.served_at, came_back),
        address="/letters/?state=to_file",
        after=timedelta(days=7),
    )


TAB = Tab(
    name="letters",
    title=_l("Letters"),
    permission=Permission.letter_read,
    section=of_customer,
    template="letters/_letters.html",
)
