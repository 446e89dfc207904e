"""What somebody saw on a patrol: kept once, with its photos; what is wrong becomes a violation at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import business_day_of, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.files import store
from crm.notifications.service import notify
from crm.properties.models import Unit
from crm.renovations.cases.models import ADDRESS, STATE_TITLES, Renovation
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.cases.service.steps import subjects
from crm.renovations.patrols.events import RenovationPatrolled
from crm.renovations.patrols.models import (
    Outcome,
    RenovationPatrol,
    RenovationPatrolPhoto,
    RenovationPatrolPlan,
    RenovationPatrolPoint,
)
from crm.renovations.patrols.points import POINTS
from crm.renovations.patrols.queries import PATROL, PATROLLED
from crm.renovations.patrols.service.planning import move_on, plan_of, was_there_later
from crm.steps.taking import counted_moment, noted
from crm.violations.cases import photos
from crm.violations.cases import service as violations
from crm.violations.cases.models import Violation, ViolationPhotoStage
from crm.violations.types.models import ViolationType

PURPOSE = "renovation"
LARGEST = 12 * 1024 * 1024  # bytes: phones send smaller ones, our script makes them so
MOST_PHOTOS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSeen:
    """`type`: what is noted as a violation at once, None for nothing."""

    code: str
    outcome: Outcome
    words: str = ""
    type: ViolationType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    content: bytes
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`again_on`: sooner than the plan says; `at`: when a phone says that it was, before it had a network."""

    points: Sequence[PointSeen] = ()
    nobody: bool = False
    words: str = ""
    again_on: date | None = None
    pictures: Sequence[Picture] = ()
    at: datetime | None = None
    key: str | None = None

    @property
    def wrong(self) -> list[PointSeen]:
        return [each for each in self.points if each.outcome is Outcome.found]


def hindrance(renovation: Renovation) -> str:
    """Why no patrol can be recorded, or "": there must have been a permit, and the deposit not be settled yet."""
    if renovation.state in PATROLLED:
        return ""
    told = {"number": renovation.number, "state": STATE_TITLES[renovation.state]}
    return _("%(number)s is “%(state)s”: there is nothing to patrol.", **told)


def patrol(renovation: Renovation, seen: Seen) -> RenovationPatrol:
    """Entered once however often a phone sends it. Two who are there at once leave two entries, and one next day."""
    CASE.hold(renovation)
    if standing := _known(renovation, seen.key):
        return standing
    if reason := hindrance(renovation) or _incomplete(seen):
        raise DomainError(reason)
    at = counted_moment(seen.at, renovation.permitted_at)
    plan, day = plan_of(renovation), business_day_of(at)
    late = was_there_later(renovation, at)
    _expect_sooner(seen.again_on, day, plan)
    due_on = plan.next_on if plan and plan.next_on and plan.next_on <= day else None
    made = _kept(renovation, seen, at, due_on)
    if plan and not late:
        move_on(plan, day, seen.again_on)
    _tell(renovation, made, seen, _note_violations(renovation, made, seen))
    return made


def _known(renovation: Renovation, key: str | None) -> RenovationPatrol | None:
    standing = session().scalars(select(RenovationPatrol).filter_by(key=key)).one_or_none() if key else None
    if standing and standing.renovation_id != renovation.id:
        raise UsedElsewhere
    return standing


def _incomplete(seen: Seen) -> str:
    """What is missing for the entry to say anything, or ""."""
    for point in seen.wrong:
        if not point.words:
            return _("%(point)s: write what is not in order.", point=POINTS.title_of(point.code))
    looked = any(point.outcome is not Outcome.unseen for point in seen.points)
    if not (looked or seen.nobody or seen.words):
        return _("Say what you saw, or that nobody was there.")
    if len(seen.pictures) > MOST_PHOTOS:
        return _("At most %(most)s photos at once.", most=MOST_PHOTOS)
    return ""


def _expect_sooner(again_on: date | None, day: date, plan: RenovationPatrolPlan | None) -> None:
    """Raises `DomainError` for a day that is not between the patrol and the plan's next one."""
    if again_on is None:
        return
    last = day + timedelta(days=plan.every) if plan else day
    if not day < again_on <= last:
        told = {"first": (day + timedelta(days=1)).isoformat(), "last": last.isoformat()}
        raise DomainError(_("Looked at again on: write a day from %(first)s to %(last)s.", **told))


def _kept(renovation: Renovation, seen: Seen, at: datetime, due_on: date | None) -> RenovationPatrol:
    made = RenovationPatrol(
        renovation_id=renovation.id,
        estate_id=renovation.estate_id,
        due_on=due_on,
        nobody=seen.nobody,
        found=len(seen.wrong),
        words=noted(seen.words, at),
        key=seen.key,
        patrolled_by_id=g.actor.user_id,
        patrolled_by=g.actor.name,
        patrolled_at=at,
    )
    session().add(made)
    session().flush()
    session().add_all(
        RenovationPatrolPoint(patrol_id=made.id, code=each.code, outcome=each.outcome, words=each.words)
        for each in seen.points
    )
    session().add_all(_photos(renovation, made, seen))
    session().flush()
    return made


def _photos(renovation: Renovation, made: RenovationPatrol, seen: Seen) -> list[RenovationPatrolPhoto]:
    estate_id = renovation.estate_id
    uploads = [
        store.keep_picture(each.content, each.name, purpose=PURPOSE, estate_id=estate_id, largest=LARGEST)
        for each in seen.pictures
    ]
    return [
        RenovationPatrolPhoto(
            patrol_id=made.id,
            upload_id=upload.id,
            key=f"{seen.key}-{place}" if seen.key else None,
            taken_by=g.actor.name,
            taken_at=utc_now(),
        )
        for place, upload in enumerate(uploads)
    ]


def _note_violations(renovation: Renovation, made: RenovationPatrol, seen: Seen) -> list[Violation]:
    """One for each point that names a type, of the renovation's customer, with the patrol's photos."""
    unit = session().get_one(Unit, renovation.unit_id)
    found = []
    for point in seen.wrong:
        if point.type is None:
            continue
        key = f"{PATROL}-{made.id}-{point.code}"
        facts = violations.Noted(
            type=point.type,
            found=point.words,
            found_at=made.patrolled_at,
            found_by=made.patrolled_by,
            unit=unit,
            customer_id=renovation.customer_id,
            about_kind=PATROL,
            about_id=made.id,
            key=key,
        )
        violation = violations.note(renovation.estate_id, facts)
        for place, each in enumerate(seen.pictures):
            photos.add_photo(violation, each.content, each.name, ViolationPhotoStage.found, f"{key}-{place}")
        found.append(violation)
    return found


def _tell(renovation: Renovation, made: RenovationPatrol, seen: Seen, violated: Sequence[Violation]) -> None:
    stops_work = any(point.type is not None and point.type.stops_work for point in seen.wrong)
    record(
        RenovationPatrolled(
            renovation_patrol_id=made.id,
            nobody=made.nobody,
            found=[point.code for point in seen.wrong],
            words=made.words,
            violations=[each.number for each in violated],
            stops_work=stops_work,
            **subjects(renovation),
        )
    )
    if stops_work:
        _ring(renovation)


def _ring(renovation: Renovation) -> None:
    """Whoever may stop the work hears of it at once."""
    unit = session().get_one(Unit, renovation.unit_id).label
    for user in who_may_in(renovation.estate_id, Permission.renovation_decide):
        with force_locale(user.locale):
            told = {"unit": unit, "number": renovation.number}
            text = _("%(unit)s, %(number)s: a patrol found what is to be stopped at once", **told)
        group = f"renovation-stop-{renovation.id}"
        notify(user.id, text, ADDRESS.format(renovation.id), group=group, icon="alert-triangle", urgent=True)
