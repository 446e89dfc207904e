"""The verbs of an incident. Whoever dispatches in its estate is told of each step but one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import differences, record
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.notifications.service import notify
from crm.phones import mask_phone
from crm.properties.models import Unit
from crm.repairs.categories.models import RepairCategory
from crm.repairs.incidents.events import (
    IncidentCallerNoted,
    IncidentCallerTold,
    IncidentChanged,
    IncidentEnded,
    IncidentNumberShown,
    IncidentOpened,
)
from crm.repairs.incidents.models import ADDRESS, WORKFLOW, Incident, IncidentCaller

HELD: Any = {"key_share": True}  # whoever notes a caller sees those before; jobs may point to it meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`building_id` None: the whole estate. `words`: what is read out to whoever calls."""

    building_id: int | None
    category: RepairCategory
    title: str
    words: str
    began_at: datetime
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """Who calls about it: a unit or a name. `wants_word`: to be told when it is over."""

    unit: Unit | None = None
    customer_id: int | None = None
    name: str = ""
    digits: str = ""
    wants_word: bool = False


def open_incident(estate_id: int, told: Opening) -> Incident:
    incident = Incident(
        estate_id=estate_id,
        building_id=told.building_id,
        category_id=told.category.id,
        title=told.title,
        words=told.words,
        began_at=told.began_at,
        expected_at=to_the_minute(told.expected_at),
        opened_by=g.actor.name,
        opened_at=utc_now(),
    )
    session().add(incident)
    session().flush()
    record(
        IncidentOpened(
            incident_id=incident.id,
            estate_id=estate_id,
            building_id=told.building_id,
            incident=told.title,
            category=told.category.name,
            words=told.words,
            expected_at=incident.expected_at,
        )
    )
    _ring(incident, lambda: _("Incident: %(title)s", title=incident.title))
    return incident


def change(incident: Incident, words: str, expected_at: datetime | None) -> None:
    """What is read out from now on, and when it is expected to be over. Raises `DomainError` when nothing changes."""
    WORKFLOW.expect(incident, "change")
    values = {"words": words, "expected_at": to_the_minute(expected_at)}
    changes = differences(incident, values)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    for name, value in values.items():
        setattr(incident, name, value)
    record(IncidentChanged(incident_id=incident.id, incident=incident.title, changes=changes))
    _ring(incident, lambda: _("Read out from now on, %(title)s: %(words)s", title=incident.title, words=words))


def end(incident: Incident, result: str, ended_at: datetime) -> None:
    """Raises `DomainError` when it would end before it began."""
    if ended_at < incident.began_at:
        raise DomainError(_("It cannot end before it began."))
    WORKFLOW.take(incident, "end")
    incident.result, incident.ended_at = result, ended_at
    record(IncidentEnded(incident_id=incident.id, incident=incident.title, result=result, ended_at=ended_at))
    _ring(incident, lambda: _("Over: %(title)s. %(result)s", title=incident.title, result=result))


def note_caller(incident: Incident, calling: Calling) -> IncidentCaller:
    """Once for each unit, at none for each name and number. Raises `DomainError` with what is noted already, or when
    nobody could be told later."""
    session().flush()
    session().refresh(incident, ["state", "version"], with_for_update=HELD)
    WORKFLOW.expect(incident, "note")
    _expect_known(incident, calling)
    entered = insert(IncidentCaller).values(
        incident_id=incident.id,
        unit_id=calling.unit.id if calling.unit else None,
        customer_id=calling.customer_id,
        name=calling.name,
        digits=calling.digits,
        wants_word=calling.wants_word,
        noted_by=g.actor.name,
        noted_at=utc_now(),
    )
    once = entered.on_conflict_do_nothing().returning(IncidentCaller.id)
    made = session().execute(once).scalar_one_or_none()
    if made is None:
        raise DomainError(_there_already(incident, calling))
    caller = session().get_one(IncidentCaller, made)
    record(
        IncidentCallerNoted(
            caller=caller.name,
            masked=mask_phone(caller.digits) if caller.digits else "",
            wants_word=caller.wants_word,
            **_subjects(incident, caller),
        )
    )
    return caller


def _expect_known(incident: Incident, calling: Calling) -> None:
    if calling.unit is None and not calling.name:
        raise DomainError(_("Write the unit, or at least who called."))
    if calling.unit is not None and calling.unit.estate_id != incident.estate_id:
        raise DomainError(_("This unit belongs to another estate."))
    if calling.wants_word and not calling.digits and calling.unit is None:
        raise DomainError(_("Write the number to call when it is over."))


def _there_already(incident: Incident, calling: Calling) -> str:
    unit_id = calling.unit.id if calling.unit else None
    found = select(IncidentCaller).filter_by(incident_id=incident.id, unit_id=unit_id)
    if unit_id is None:
        found = found.filter_by(name=calling.name, digits=calling.digits)
    standing = session().scalars(found).one()
    number = mask_phone(standing.digits) if standing.digits else ""
    told = " ".join(filter(None, (calling.unit.label if calling.unit else "", standing.name, number)))
    if unit_id is None:
        return _(
            "This caller is noted already, and counts once: %(who)s, noted by %(by)s.", who=told, by=standing.noted_by
        )
    return _("This unit has called already, it counts once: %(who)s, noted by %(by)s.", who=told, by=standing.noted_by)


def tell(incident: Incident, caller: IncidentCaller) -> None:
    """Somebody told the caller that it is over. Raises `DomainError` when that was done already, or nobody waits."""
    WORKFLOW.expect(incident, "tell")
    if caller.told_at is not None:
        raise DomainError(_("%(who)s has told this caller already.", who=caller.told_by))
    if not caller.wants_word:
        raise DomainError(_("This caller did not ask to be told."))
    caller.told_at, caller.told_by = utc_now(), g.actor.name
    record(IncidentCallerTold(caller=caller.name, **_subjects(incident, caller)))


def show_number(incident: Incident, caller: IncidentCaller, reason: str) -> str:
    """The number in full, to call back; who asked and why is logged."""
    record(IncidentNumberShown(reason=reason, **_subjects(incident, caller)))
    return caller.digits


def to_the_minute(moment: datetime | None) -> datetime | None:
    """As it is typed: what a form gives back unchanged is unchanged."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0) if moment else None


def _subjects(incident: Incident, caller: IncidentCaller) -> dict[str, Any]:
    return {
        "incident_id": incident.id,
        "customer_id": caller.customer_id,
        "unit_id": caller.unit_id,
        "incident": incident.title,
    }


def _ring(incident: Incident, words: Callable[[], str]) -> None:
    for user in who_may_in(incident.estate_id, Permission.repair_dispatch):
        if user.id != g.actor.user_id:
            with force_locale(user.locale):
                text = words()
            told = {"group": f"incident-{incident.id}", "icon": "alert-triangle"}
            notify(user.id, text, ADDRESS.format(incident.id), urgent=True, **told)
