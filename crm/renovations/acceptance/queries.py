"""Checks of renovations: what is to be looked at, what was found, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.db import session
from crm.files.models import Upload
from crm.properties.queries import in_chosen_estate
from crm.renovations.acceptance.items.models import Applies, RenovationCheckItem
from crm.renovations.acceptance.models import (
    RenovationAsBuilt,
    RenovationCheck,
    RenovationCheckLine,
    RenovationCheckPhoto,
    RenovationCompletion,
    Stage,
    Verdict,
)
from crm.renovations.cases.models import (
    Decision,
    Renovation,
    RenovationAlteration,
    RenovationDoing,
    RenovationState,
    RenovationStep,
)
from crm.renovations.cases.queries import OPEN, alterations_of, renovations
from crm.renovations.works.models import RenovationWork

LINES = selectinload(RenovationCheck.lines)
PHOTOS = (
    LINES.selectinload(RenovationCheckLine.photos).joinedload(RenovationCheckPhoto.upload).joinedload(Upload.stored)
)
SIGNED = (
    joinedload(RenovationCheck.signature).joinedload(Upload.stored),
    joinedload(RenovationCheck.customer_signature).joinedload(Upload.stored),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One thing to look at. `key` names it in the form; `hours`: how long water must stand; `told`: what was found the
    last time, of what is looked at again."""

    key: str
    group: str
    what: str
    advice: str = ""
    hours: int = 0
    told: str = ""
    item_id: int | None = None
    alteration_id: int | None = None
    earlier_id: int | None = None


def to_look_at(renovation: Renovation, stage: Stage) -> list[Look]:
    """What was not in order the last time of this stage; the first time all that the works ask for."""
    last = last_check(renovation.id, stage)
    if last is not None and not last.passed:
        return [_again(line) for line in last.lines if line.verdict is Verdict.fix]
    altered = [each for each in alterations_of(renovation.id) if each.decision is Decision.approved]
    return [*_items(renovation.id, stage, altered=bool(altered)), *(_alteration(each) for each in altered)]


def _again(line: RenovationCheckLine) -> Look:
    return Look(
        key=f"e{line.id}",
        group="",
        what=line.what,
        told=line.words,
        item_id=line.item_id,
        alteration_id=line.alteration_id,
        earlier_id=line.id,
        hours=line.item.hours if line.item else 0,
    )


def _alteration(each: RenovationAlteration) -> Look:
    return Look(
        key=f"a{each.id}", group="", what=" ".join((each.place, each.what)), advice=each.words, alteration_id=each.id
    )


def _items(renovation_id: int, stage: Stage, *, altered: bool) -> list[Look]:
    """Of the groups that fit the works, in the tree's order."""
    group, works = aliased(RenovationCheckItem), _works(renovation_id)
    done = {each for work in works for each in (work.id, work.parent_id) if each}
    asked = [group.applies == Applies.always, group.work_id.in_(done)]
    if any(work.wets for work in works):
        asked.append(group.applies == Applies.wets)
    if altered or any(work.alters_structure for work in works):
        asked.append(group.applies == Applies.structure)
    found = select(RenovationCheckItem, group.name).join(group, group.id == RenovationCheckItem.parent_id)
    live = found.where(RenovationCheckItem.active, group.active, or_(*asked))
    if stage is Stage.second:
        live = live.where(RenovationCheckItem.second)
    rows = session().execute(
        live.order_by(group.position, group.id, RenovationCheckItem.position, RenovationCheckItem.id)
    )
    return [
        Look(key=f"i{item.id}", group=name, what=item.name, advice=item.advice, hours=item.hours, item_id=item.id)
        for item, name in rows
    ]


def _works(renovation_id: int) -> Sequence[RenovationWork]:
    done = select(RenovationDoing.work_id).where(RenovationDoing.renovation_id == renovation_id)
    return session().scalars(select(RenovationWork).where(RenovationWork.id.in_(done))).all()


def last_check(renovation_id: int, stage: Stage | None = None) -> RenovationCheck | None:
    """With its lines."""
    found = select(RenovationCheck).where(RenovationCheck.renovation_id == renovation_id)
    if stage is not None:
        found = found.where(RenovationCheck.stage == stage)
    whole = LINES.joinedload(RenovationCheckLine.item)
    return session().scalars(found.order_by(RenovationCheck.id.desc()).limit(1).options(whole)).one_or_none()


def checks_of(renovation_id: int) -> Sequence[RenovationCheck]:
    """In their order, with lines, pictures and signatures."""
    found = select(RenovationCheck).where(RenovationCheck.renovation_id == renovation_id)
    return session().scalars(found.order_by(RenovationCheck.id).options(PHOTOS, *SIGNED)).all()


def get_check(renovation_check_id: int) -> RenovationCheck:
    """Whole, as `checks_of`; 404 outside the person's estates, as every `get_` here does."""
    found = select(RenovationCheck).join(Renovation, Renovation.id == RenovationCheck.renovation_id)
    mine = found.where(RenovationCheck.id == renovation_check_id, within(Renovation.estate_id))
    return session().scalars(mine.options(PHOTOS, *SIGNED)).one_or_none() or abort(404)


def get_photo(renovation_check_photo_id: int) -> Upload:
    found = select(Upload).join(RenovationCheckPhoto, RenovationCheckPhoto.upload_id == Upload.id)
    found = found.join(RenovationCheckLine, RenovationCheckLine.id == RenovationCheckPhoto.line_id)
    found = found.join(RenovationCheck, RenovationCheck.id == RenovationCheckLine.check_id)
    found = found.join(Renovation, Renovation.id == RenovationCheck.renovation_id)
    mine = found.where(RenovationCheckPhoto.id == renovation_check_photo_id, within(Renovation.estate_id))
    return session().scalars(mine.options(joinedload(Upload.stored))).one_or_none() or abort(404)


def get_drawing(renovation_as_built_id: int) -> RenovationAsBuilt:
    found = select(RenovationAsBuilt).join(Renovation, Renovation.id == RenovationAsBuilt.renovation_id)
    mine = found.where(RenovationAsBuilt.id == renovation_as_built_id, within(Renovation.estate_id))
    whole = mine.options(
        joinedload(RenovationAsBuilt.upload).joinedload(Upload.stored), joinedload(RenovationAsBuilt.renovation)
    )
    return session().scalars(whole).one_or_none() or abort(404)


def drawings_of(renovation_id: int) -> Sequence[RenovationAsBuilt]:
    found = select(RenovationAsBuilt).where(RenovationAsBuilt.renovation_id == renovation_id)
    return session().scalars(found.order_by(RenovationAsBuilt.id).options(joinedload(RenovationAsBuilt.upload))).all()


def completion_of(renovation_id: int) -> RenovationCompletion | None:
    return session().scalars(select(RenovationCompletion).filter_by(renovation_id=renovation_id)).one_or_none()


def took(renovation_id: int, user_id: int | None, *actions: str) -> bool:
    """Whether this person took one of these steps of the renovation."""
    if user_id is None:
        return False
    mine = exists().where(
        RenovationStep.renovation_id == renovation_id,
        RenovationStep.action.in_(actions),
        RenovationStep.taken_by_id == user_id,
    )
    return bool(session().scalar(select(mine)))


LAST = (
    select(func.max(RenovationCheck.id))
    .where(RenovationCheck.renovation_id == Renovation.id)
    .correlate(Renovation)
    .scalar_subquery()
)
WAITS = (RenovationState.completion, RenovationState.waiting)
TO_MEND = (RenovationState.fixing, RenovationState.mending)
DUE = case((Renovation.state == RenovationState.completion, Renovation.done_on), else_=Renovation.second_due_on)


def is_in(states: Sequence[RenovationState]) -> ColumnElement[bool]:
    """Written out, as the index of open ones has it."""
    return and_(OPEN, Renovation.state.in_(bindparam(None, states, expanding=True, literal_execute=True)))


def is_due(day: date) -> ColumnElement[bool]:
    """To be checked: finished, or with its waiting period over by that day."""
    over = and_(Renovation.state == RenovationState.waiting, Renovation.second_due_on <= day)
    return and_(is_in(WAITS), or_(Renovation.state == RenovationState.completion, over))


def checks_due() -> Select[*tuple[Any, ...]]:
    """What waits for its first check, and for its second; `due`: since when, or from when."""
    return renovations().add_columns(DUE.label("due")).where(is_in(WAITS))


def fix_lists() -> Select[*tuple[Any, ...]]:
    """What is to be put right, with the check that found it."""
    found = renovations().join(RenovationCheck, RenovationCheck.id == LAST)
    columns = RenovationCheck.id.label("check_id"), RenovationCheck.stage, RenovationCheck.due_on, FIXES.label("fixes")
    return found.add_columns(*columns).where(is_in(TO_MEND))


FIXES = (
    select(func.count(RenovationCheckLine.id))
    .where(RenovationCheckLine.check_id == RenovationCheck.id, RenovationCheckLine.verdict == Verdict.fix)
    .correlate(RenovationCheck)
    .scalar_subquery()
)


def due_counts(day: date) -> tuple[int, int, int]:
    """Of the chosen estates: first checks due, second checks due, fix lists whose day has come."""
    first = and_(is_in(WAITS), Renovation.state == RenovationState.completion)
    second = and_(is_due(day), Renovation.state == RenovationState.waiting)
    mine = in_chosen_estate(Renovation.estate_id)
    columns = func.count().filter(first), func.count().filter(second)
    one, two = session().execute(select(*columns).select_from(Renovation).where(is_in(WAITS), mine)).one()
    fixes = select(func.count()).select_from(Renovation).join(RenovationCheck, RenovationCheck.id == LAST)
    return one, two, session().scalar(fixes.where(is_in(TO_MEND), RenovationCheck.due_on <= day, mine)) or 0
