"""Registering a letter out to each household of an audience, at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.bulk import keys, pour
from crm.correspondence.audience.chosen import Audience
from crm.correspondence.audience.queries import households
from crm.correspondence.letters.models import Direction, Letter, LetterBatch, LetterState, LetterStep
from crm.correspondence.letters.numbers import take_numbers
from crm.correspondence.mailing import queries
from crm.correspondence.mailing.content import Text, frozen
from crm.correspondence.mailing.events import LettersToManyMade
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.numbering import Taken
from crm.properties.models import Estate
from crm.properties.queries import get_estate

MOST = 2_000  # letters of a batch: they are printed into one file


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMany:
    """`shown`: how many letters the preview had; `key`: of the form, sent twice it is one batch."""

    audience: Audience
    text: Text
    key: str
    shown: int | None = None
    wording_id: int | None = None


def make(told: ToMany) -> LetterBatch:
    """Raises `DomainError` where it is for nobody, for others than were shown, or the text cannot be used."""
    estate = get_estate(told.audience.estate_id)
    if standing := queries.find_made(told.key):
        if standing.estate_id != estate.id:
            raise UsedElsewhere
        return standing
    if told.text.fault:
        raise DomainError(told.text.fault)
    day = business_day()
    people = session().execute(households(told.audience, day)).all()
    _expect(len(people), told.shown)
    numbers = take_numbers(Direction.outgoing, len(people))
    batch = _batch(told, len(people))
    _pour(batch, told, estate, day, list(zip(people, numbers, strict=True)))
    record(
        LettersToManyMade(
            letter_batch_id=batch.id,
            estate_id=estate.id,
            customer_ids=sorted({row.customer_id for row in people}),
            title=batch.title,
            letters=batch.letters,
            first=numbers[0].text,
            last=numbers[-1].text,
        )
    )
    return batch


def _expect(count: int, shown: int | None) -> None:
    if not count:
        raise DomainError(_("Nobody is in this audience today. Change whom it is for."))
    if shown is not None:
        expect_shown(count, shown)
    expect_few(count)


def expect_shown(count: int, shown: int | None) -> None:
    """Raises `DomainError` where it would go to others than were shown, or where nobody has looked."""
    if shown is None:
        raise DomainError(_("Look first at whom it goes to."))
    if shown != count:
        told_now = _("It would go to %(now)s households now, not %(shown)s. Look again.", now=count, shown=shown)
        raise DomainError(told_now)


def expect_few(count: int) -> None:
    """Raises `DomainError` where their file would be larger than the store takes."""
    if count > MOST:
        told = {"count": f"{count:,}", "most": f"{MOST:,}"}
        raise DomainError(_("At most %(most)s letters are made at once, not %(count)s. Choose some buildings.", **told))


def _batch(told: ToMany, count: int) -> LetterBatch:
    batch = LetterBatch(
        estate_id=told.audience.estate_id,
        wording_id=told.wording_id,
        key=told.key,
        title=told.text.subject,
        audience=told.audience.plain(),
        letters=count,
        made_by=g.actor.name,
        made_at=utc_now(),
    )
    session().add(batch)
    session().flush()
    return batch


def _pour(batch: LetterBatch, told: ToMany, estate: Estate, day: date, people: Sequence[tuple[Any, Taken]]) -> None:
    ids, text = keys(Letter, len(people)), told.text
    pour(
        Letter,
        [
            _row(batch, key, number, frozen(text, estate, row, number.text, day), row) | {"kind": text.kind}
            for key, (row, number) in zip(ids, people, strict=True)
        ],
    )
    taken = {"taken_by_id": g.actor.user_id, "taken_by": g.actor.name, "taken_at": batch.made_at}
    step = {"action": "register", "from_state": None, "to_state": LetterState.registered, **taken}
    pour(LetterStep, [{"letter_id": key, **step} for key in ids])


def _row(batch: LetterBatch, key: int, number: Taken, content: dict[str, Any], household: Any) -> dict[str, Any]:
    return {
        "id": key,
        "number_id": number.id,
        "number": number.text,
        "estate_id": batch.estate_id,
        "direction": Direction.outgoing,
        "customer_id": household.customer_id,
        "unit_id": household.unit_id,
        "address": content["address"],
        "dated_on": date.fromisoformat(content["day"]),
        "subject": content["subject"],
        "content": content,
        "batch_id": batch.id,
        "state": LetterState.registered,
        "registered_by": batch.made_by,
        "registered_at": batch.made_at,
    }
