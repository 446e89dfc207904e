"""The log of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.arrears.contacts import register
from crm.billing.arrears.contacts.models import (
    CONTACT_CHANNELS,
    CONTACT_OUTCOMES,
    NOT_TALKED,
    Contact,
    ContactOutcome,
)
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing

OUTCOME_TONES = {
    ContactOutcome.promised: "green",
    ContactOutcome.will_pay: "blue",
    ContactOutcome.disputes: "orange",
    ContactOutcome.refuses: "red",
}


COLUMNS = (
    Column(
        name="contacted_on",
        title=_l("Day"),
        value=lambda row: row.contacted_on,
        kind="date",
        order=Contact.contacted_on,
    ),
    Column(
        name="customer",
        title=_l("Customer"),
        order=register.Kept.name,
        link=lambda row: url_for("arrears_account.show", customer_id=row.customer_id),
    ),
    Column(name="channel", title=_l("How"), value=lambda row: str(CONTACT_CHANNELS[row.channel])),
    Column(
        name="outcome",
        title=_l("What came of it"),
        value=lambda row: str(CONTACT_OUTCOMES[row.outcome]),
        kind="badge",
        order=Contact.outcome,
        tone=lambda row: OUTCOME_TONES.get(row.outcome, "grey"),
    ),
    Column(name="talked_to", title=_l("With whom")),
    Column(name="words", title=_l("What was said"), kind="long"),
    Column(
        name="again_on",
        title=_l("Again on"),
        value=lambda row: row.again_on,
        kind="date",
        order=Contact.again_on,
    ),
    Column(name="step", title=_l("Dunning step")),
    Column(name="made_by", title=_l("Noted by"), order=Contact.made_by),
    Column(name="estate", title=_l("Estate")),
)


def contacts() -> Listing:
    return Listing(
        title=_l("Contacts about arrears"),
        query=register.contacts(),
        columns=COLUMNS,
        filters=(
            Filter(
                name="q",
                title=_l("Customer or words"),
                condition=lambda text: holding(text, register.Kept.name, Contact.words, Contact.talked_to),
            ),
            choice_filter("channel", _l("How"), Contact.channel, CONTACT_CHANNELS),
            Filter(
                name="outcome",
                title=_l("What came of it"),
                condition=_outcome,
                choices=[
                    ("talked", _l("Somebody was reached")),
                    *((key.value, title) for key, title in CONTACT_OUTCOMES.items()),
                ],
            ),
        ),
        order=(Contact.contacted_on.desc(), Contact.id.desc()),
        export_permission=Permission.arrears_read,
        empty=_l("No contact is noted yet. Note one from the customer's page or from the list of today."),
    )


def _outcome(value: str) -> Any:
    return Contact.outcome.not_in(NOT_TALKED) if value == "talked" else Contact.outcome == ContactOutcome(value)


def in_words(rows: Sequence[Contact]) -> list[tuple[Contact, str, str, str]]:
    """(contact, how, what came of it, tone) for pages that show a few."""
    return [
        (
            row,
            str(CONTACT_CHANNELS[row.channel]),
            str(CONTACT_OUTCOMES[row.outcome]),
            OUTCOME_TONES.get(row.outcome, "grey"),
        )
        for row in rows
    ]
