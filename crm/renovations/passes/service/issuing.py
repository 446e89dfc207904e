"""Making out passes: several at once, only while a permit is live, never for longer than it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.numbering import take_all
from crm.renovations.cases.models import STATE_TITLES, Renovation
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.cases.service.steps import subjects
from crm.renovations.passes.events import RenovationPassesIssued
from crm.renovations.passes.models import (
    ISSUES,
    PassState,
    RenovationPass,
    RenovationWorker,
)
from crm.renovations.passes.queries import without_pass
from crm.renovations.passes.service.securing import expect_to_stand
from crm.renovations.passes.service.taking import STEPS
from crm.steps.taking import NOTHING_SAID
from crm.web.templating import day as day_in_words

SERIES, PATTERN = "出入证", "CR{year}-{serial:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`valid_to`: the last day. `deposit_id`: what stands for the cards, where anything does."""

    valid_to: date
    deposit_id: int | None = None
    key: str | None = None


def hindrance(renovation: Renovation) -> str:
    """Why no pass can be made out or extended now, or ""."""
    if renovation.state not in ISSUES:
        told = {"number": renovation.number, "state": STATE_TITLES[renovation.state]}
        return _("%(number)s is “%(state)s”: passes are made out while a permit is live.", **told)
    if renovation.valid_to is None or renovation.valid_to < business_day():
        return _("The permit of %(number)s has expired: have it extended first.", number=renovation.number)
    return ""


def expect_within(renovation: Renovation, valid_to: date) -> None:
    """Raises `DomainError` for a day that has passed, or that the permit does not cover."""
    if valid_to < business_day():
        raise DomainError(_("The last day of the pass has passed. Write a later one."))
    if renovation.valid_to is None or valid_to > renovation.valid_to:
        until = day_in_words(renovation.valid_to)
        raise DomainError(_("The permit ends on %(day)s: no pass is valid for longer.", day=until))


def issue(renovation: Renovation, worker_ids: Sequence[int], terms: Terms) -> list[RenovationPass]:
    """One for each; made out once however often the form is sent."""
    CASE.hold(renovation)
    if standing := _known(renovation, terms.key):
        return standing
    if reason := hindrance(renovation):
        raise DomainError(reason)
    expect_within(renovation, terms.valid_to)
    expect_to_stand(renovation, terms.deposit_id)
    return make(renovation, _to_get_one(renovation, worker_ids), terms)


def _known(renovation: Renovation, key: str | None) -> list[RenovationPass]:
    """Those that the form with this key has made out already."""
    if not key:
        return []
    found = select(RenovationPass).where(RenovationPass.key.startswith(f"{key}-", autoescape=True))
    standing = list(session().scalars(found.order_by(RenovationPass.id)))
    if any(each.renovation_id != renovation.id for each in standing):
        raise UsedElsewhere
    return standing


def _to_get_one(renovation: Renovation, worker_ids: Sequence[int]) -> list[RenovationWorker]:
    """Raises `DomainError` naming whoever has one already or cannot be told apart without an ID number."""
    free = {each.id: each for each in without_pass(renovation.id)}
    if not worker_ids:
        raise DomainError(_("Choose at least one worker."))
    if missing := set(worker_ids) - free.keys():
        names = session().scalars(select(RenovationWorker.name).where(RenovationWorker.id.in_(missing))).all()
        raise DomainError(_("%(names)s: has a pass already.", names="、".join(names)))
    chosen = [free[worker_id] for worker_id in dict.fromkeys(worker_ids)]
    if unknown := [each.name for each in chosen if not each.id_masked]:
        raise DomainError(_("%(names)s: no pass without an ID number. Enter it first.", names="、".join(unknown)))
    return chosen


def make(
    renovation: Renovation, workers: Sequence[RenovationWorker], terms: Terms, replaces_id: int | None = None
) -> list[RenovationPass]:
    """With the renovation held."""
    day = business_day()
    numbers = take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=len(workers))
    made = [
        RenovationPass(
            number_id=taken.id,
            number=taken.text,
            key=f"{terms.key}-{place}" if terms.key else None,
            estate_id=renovation.estate_id,
            renovation_id=renovation.id,
            worker_id=worker.id,
            valid_from=max(day, renovation.valid_from or day),
            valid_to=terms.valid_to,
            state=PassState.issued,
            replaces_id=replaces_id,
            deposit_id=terms.deposit_id,
            **_by(),
        )
        for place, (worker, taken) in enumerate(zip(workers, numbers, strict=True))
    ]
    session().add_all(made)
    session().flush()
    for each in made:
        STEPS.follow(each, "issue", None, NOTHING_SAID)
    told = [each.number for each in made]
    record(RenovationPassesIssued(passes=told, until=terms.valid_to, **subjects(renovation)))
    return made


def _by() -> dict[str, Any]:
    return {"issued_by_id": g.actor.user_id, "issued_by": g.actor.name, "issued_at": utc_now()}
