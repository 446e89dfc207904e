"""What somebody found becomes a violation: its number, its words, whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import differences, plain, record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.numbering import take_all
from crm.properties.models import Estate, PublicArea, Unit
from crm.violations.cases.events import ViolationChanged, ViolationNoted
from crm.violations.cases.models import Violation, ViolationState
from crm.violations.cases.service.steps import STEPS, Said, subjects
from crm.violations.types.models import ViolationType

SERIES, PATTERN = "违规", "G{year}-{serial:04d}"
COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One of unit and public area, or in words where it is (`spot`). A customer, or what is known of the `person`."""

    type: ViolationType
    found: str
    found_at: datetime
    found_by: str = ""
    wording: str = ""  # left empty, the type's
    clause: str = ""
    unit: Unit | None = None
    public_area: PublicArea | None = None
    spot: str = ""
    customer_id: int | None = None
    person: str = ""
    about_kind: str = ""
    about_id: int | None = None
    key: str | None = None


def note(estate_id: int, noted: Noted) -> Violation:
    """Entered once however often the form is sent."""
    if noted.key:  # sent twice at once, the second waits and finds the first
        session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))
    standing = session().scalars(select(Violation).filter_by(key=noted.key)).one_or_none() if noted.key else None
    if standing:
        if standing.estate_id != estate_id:
            raise UsedElsewhere
        return standing
    if noted.found_at > utc_now():
        raise DomainError(_("The moment lies ahead. Write when it was found."))
    made = Violation(
        state=ViolationState.noted,
        estate_id=estate_id,
        noted_by_id=g.actor.user_id,
        noted_by=g.actor.name,
        noted_at=utc_now(),
        **_numbered(),
        **_told(noted),
    )
    session().add(made)
    session().flush()
    STEPS.follow(made, "note", None, Said(note=noted.found, at=made.noted_at))
    record(
        ViolationNoted(
            estate_id=estate_id,
            complaint_id=noted.about_id if noted.about_kind == COMPLAINT else None,
            type=noted.type.name,
            place=_place(noted),
            **subjects(made),
        )
    )
    return made


def _numbered() -> dict[str, Any]:
    """Gapless by month: G2611-0003."""
    day = business_day()
    [taken] = take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=1)
    return {"number_id": taken.id, "number": taken.text}


def _told(noted: Noted) -> dict[str, Any]:
    where = noted.unit or noted.public_area
    return {
        "type_id": noted.type.id,
        "found": noted.found,
        "found_at": noted.found_at,
        "found_by": noted.found_by or g.actor.name,
        "wording": noted.wording or noted.type.words,
        "clause": noted.clause or noted.type.clause,
        "building_id": where.building_id if where else None,
        "unit_id": noted.unit.id if noted.unit else None,
        "public_area_id": noted.public_area.id if noted.public_area else None,
        "spot": noted.spot,
        "customer_id": noted.customer_id,
        "person": noted.person,
        "about_kind": noted.about_kind,
        "about_id": noted.about_id,
        "key": noted.key,
    }


def _place(noted: Noted) -> str:
    named = (
        noted.unit.label if noted.unit else "",
        noted.public_area.name if noted.public_area else "",
        noted.spot,
    )
    return " ".join(filter(None, named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What can be changed as long as no notice was served."""

    type_id: int
    found: str
    wording: str
    clause: str
    customer_id: int | None
    person: str


def change(violation: Violation, corrected: Corrected, said: Said) -> None:
    """Raises `DomainError` when nothing changes."""
    STEPS.expect(violation, "change")
    values = {name: getattr(corrected, name) for name in Corrected.__dataclass_fields__}
    changes = differences(violation, values)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    before = violation.customer_id
    if "type_id" in changes:
        changes["type"] = [plain(_type(violation.type_id)), plain(_type(corrected.type_id))]
    STEPS.take(violation, "change", said, **values)
    session().expire(violation, ["customer", "type"])
    told = subjects(violation)
    del told["customer_id"]
    both = sorted({each for each in (before, violation.customer_id) if each})
    record(ViolationChanged(customer_ids=both, changes=changes, **told))


def _type(type_id: int) -> str:
    return session().get_one(ViolationType, type_id).name
