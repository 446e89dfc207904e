"""Beginning a move-out or a sale: who leaves, who stays, from which day on, with which papers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import differences, record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.moves.keys.service.entering import hold_keys
from crm.moves.leaving.events import LeavingChanged, LeavingStarted
from crm.moves.leaving.models import OWNERS, Leaving, LeavingKind, LeavingParty, LeavingState, Side
from crm.moves.leaving.queries import get_leaving, under_way
from crm.moves.leaving.service.steps import NOTHING_SAID, STEPS, Said, customer_ids, subjects
from crm.moves.numbers import numbered
from crm.properties.models import Unit
from crm.tenants.models import Occupancy
from crm.tenants.queries import occupancies_of_unit

LETTERS = {LeavingKind.move_out: ("迁出", "QC"), LeavingKind.sale: ("过户", "GH")}  # series, letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """`contract`: the number of the sale's contract or of the new title; `proof_id`: a copy of it."""

    contract: str = ""
    proof_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """`leaves`: the occupancies that end; `key`: of the form."""

    kind: LeavingKind
    day: date
    leaves: Collection[int]
    reason: str = ""
    papers: Papers = Papers()
    key: str | None = None


def start(unit: Unit, started: Started) -> Leaving:
    """With its number. Raises `DomainError` where one of them is moving out already, or nobody owns what is sold."""
    hold_keys(unit.id)  # sent twice at once, the second waits and finds the first
    standing = session().scalars(select(Leaving).filter_by(key=started.key)).one_or_none() if started.key else None
    if standing:
        if standing.unit_id != unit.id:
            raise UsedElsewhere
        return get_leaving(standing.id)
    there = [each for each in occupancies_of_unit(unit.id) if each.ends is None]
    _expect(unit, started, there)
    made = Leaving(
        kind=started.kind,
        state=LeavingState.started,
        estate_id=unit.estate_id,
        unit_id=unit.id,
        day=started.day,
        reason=started.reason,
        contract=started.papers.contract,
        proof_id=started.papers.proof_id,
        key=started.key,
        started_by_id=g.actor.user_id,
        started_by=g.actor.name,
        started_at=utc_now(),
        parties=[_party(each, started) for each in there],
        **numbered(*LETTERS[started.kind]),
    )
    session().add(made)
    session().flush()
    STEPS.follow(made, "start", None, Said(note=started.reason, at=made.started_at))
    _tell(made)
    return get_leaving(made.id)


def _expect(unit: Unit, started: Started, there: Sequence[Occupancy]) -> None:
    leaving = [each for each in there if each.id in started.leaves]
    if len(leaving) < len(set(started.leaves)):
        raise DomainError(_("One of them has left the unit already. Open the page anew."))
    if not leaving:
        raise DomainError(_("Choose who leaves."))
    if started.kind is LeavingKind.sale and not any(each.role in OWNERS for each in leaving):
        raise DomainError(_("A unit is sold by its owner: choose which owner leaves."))
    if late := next((each for each in leaving if each.starts and each.starts >= started.day), None):
        told = {"name": late.customer.name, "day": late.starts.isoformat() if late.starts else ""}
        raise DomainError(_("%(name)s has had the unit since %(day)s only: the day must lie after it.", **told))
    others = under_way(unit.id, started.leaves)
    if others is None and started.kind is LeavingKind.sale:
        others = under_way(unit.id)
    if others:
        raise DomainError(_("%(number)s is under way for this unit: go on with it.", number=others.number))


def _party(occupancy: Occupancy, started: Started) -> LeavingParty:
    return LeavingParty(
        side=Side.leaves if occupancy.id in started.leaves else Side.stays,
        customer_id=occupancy.customer.id,
        occupancy_id=occupancy.id,
        role=occupancy.role,
        share=occupancy.share,
    )


def _tell(leaving: Leaving) -> None:
    record(
        LeavingStarted(
            leaving_id=leaving.id,
            estate_id=leaving.estate_id,
            unit_id=leaving.unit_id,
            customer_ids=customer_ids(leaving, Side.leaves),
            number=leaving.number,
            leaving_kind=leaving.kind.value,
            day=leaving.day,
        )
    )


def change(leaving: Leaving, day: date, reason: str, papers: Papers, said: Said = NOTHING_SAID) -> None:
    """Raises `DomainError` when nothing changes. Another day wants the money looked at again."""
    values = {"day": day, "reason": reason, "contract": papers.contract}
    if papers.proof_id:
        values["proof_id"] = papers.proof_id
    changes = differences(leaving, values)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    for party in leaving.of(Side.leaves):
        if party.occupancy and party.occupancy.starts and party.occupancy.starts >= day:
            raise DomainError(_("The day must lie after the first, %(day)s.", day=party.occupancy.starts.isoformat()))
    STEPS.take(leaving, "change", said, **values, **({"money_seen_at": None} if "day" in changes else {}))
    session().expire(leaving, ["proof"])
    record(LeavingChanged(changes=changes, **subjects(leaving)))
