"""Hand-overs as rows: the list, the work lists, the register; and what hangs on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.archive.credit.models import Client, Project, ProjectState
from crm.archive.credit.queries import visible
from crm.archive.dossiers.models import Dossier, Item, Rendition
from crm.archive.handover.models import (
    AskState,
    Clock,
    Handover,
    HandoverState,
    ListSignature,
    Postponement,
    RegisterEntry,
)
from crm.archive.handover.queries.deadlines import RUNNING, due_of, provisional_of
from crm.archive.handover.queries.late import awaits_me
from crm.archive.handover.queries.work import WITH_B, WORK_TITLES, work
from crm.archive.numbers.models import ArchiveNumber
from crm.auth.models import User
from crm.db import session
from crm.files.models import Upload
from crm.numbering import Number

A, B = aliased(User), aliased(User)
S = HandoverState


def holders_due() -> ColumnElement[date | None]:
    """The day by which A or B is to pass it on; none once B has handed it in, for both clocks and the total stop."""
    return case(
        (Handover.state == S.preparing, due_of(Clock.a)),
        (Handover.state.in_(WITH_B), due_of(Clock.b)),
    )


def _approved_late() -> ColumnElement[bool]:
    """逾期后补批: more time was asked for after the due date, and approved; it stays marked (L-18)."""
    granted = select(Postponement.id).where(
        Postponement.handover_id == Handover.id, Postponement.after_due, Postponement.state == AskState.approved
    )
    return granted.exists()


def standing_order() -> ColumnElement[int]:
    """What runs by a clock first, then what will, then what is done or was given up."""
    given_up = Project.state.in_((ProjectState.refused, ProjectState.withdrawn))
    return case((Handover.state == S.filed, 2), (given_up, 3), (Project.ends_on.is_(None), 1), else_=0)


def handovers() -> Select[*tuple[Any, ...]]:
    """Of the projects one sees, with who has what to do by when."""
    return (
        select(
            Handover.id,
            Handover.state,
            Project.title,
            Project.kind,
            Project.ends_on,
            Project.state.label("project_state"),
            Client.name.label("client"),
            func.coalesce(Dossier.code, Number.text).label("number"),
            A.full_name.label("a"),
            B.full_name.label("b"),
            due_of(Clock.a).label("due_a"),
            due_of(Clock.b).label("due_b"),
            due_of(Clock.total).label("due_total"),
            provisional_of(Clock.total).label("provisional"),
            holders_due().label("due"),
            _approved_late().label("approved_late"),
            awaits_me().label("awaits_me"),
        )
        .join(Project, Project.id == Handover.project_id)
        .join(Client, Client.id == Project.client_id)
        .join(Dossier, Dossier.id == Handover.dossier_id)
        .outerjoin(ArchiveNumber, ArchiveNumber.id == Dossier.number_id)
        .outerjoin(Number, Number.id == ArchiveNumber.id)
        .join(A, A.id == Project.a_id)
        .join(B, B.id == Project.b_id)
        .where(visible())
    )


TIME_TITLES: dict[str, LazyString] = {"late": _l("Past due"), "today": _l("Due today")}


def in_time(which: str, today: date) -> ColumnElement[bool]:
    due = holders_due()
    return and_(RUNNING, due < today if which == "late" else due == today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A work list with how much waits there."""

    name: str
    title: LazyString
    filter: str
    count: int


def desks(today: date) -> list[Desk]:
    """One statement for all of them."""
    conditions = {("mine", name): condition for name, condition in work().items()}
    conditions |= {("time", name): in_time(name, today) for name in TIME_TITLES}
    counted = [func.count(case((condition, 1))) for condition in conditions.values()]
    found = select(*counted).select_from(Handover).join(Project, Project.id == Handover.project_id).where(visible())
    counts = session().execute(found).one()
    titles = WORK_TITLES | TIME_TITLES
    return [
        Desk(name=name, title=titles[name], filter=parameter, count=count)
        for (parameter, name), count in zip(conditions, counts, strict=True)
    ]


def waiting(most: int) -> Sequence[Any]:
    """What waits for the acting person, as rows of `handovers`, the most urgent first."""
    if not (mine := work()):
        return []
    found = handovers().where(or_(*mine.values())).order_by(holders_due().nulls_last(), Handover.id).limit(most)
    return session().execute(found).all()


Giver, Keeper = aliased(User), aliased(User)
GiverSignature, KeeperSignature = aliased(ListSignature), aliased(ListSignature)


def register() -> Select[*tuple[Any, ...]]:
    """登记本 as rows, of the projects one sees."""
    return _entries().where(visible())


def _entries() -> Select[*tuple[Any, ...]]:
    """Every dossier received, with who gave and who received it and how they signed."""
    return (
        select(
            RegisterEntry.id,
            RegisterEntry.title,
            RegisterEntry.received_on,
            RegisterEntry.entered_at,
            RegisterEntry.late,
            RegisterEntry.late_a,
            RegisterEntry.late_b,
            RegisterEntry.late_total,
            Number.text.label("serial"),
            Dossier.code.label("number"),
            Handover.id.label("handover_id"),
            Giver.full_name.label("giver"),
            Keeper.full_name.label("archivist"),
            GiverSignature.grade.label("giver_grade"),
            KeeperSignature.grade.label("archivist_grade"),
            GiverSignature.signed_at.label("giver_signed_at"),
            KeeperSignature.signed_at.label("archivist_signed_at"),
        )
        .join(Number, Number.id == RegisterEntry.number_id)
        .join(Handover, Handover.id == RegisterEntry.handover_id)
        .join(Project, Project.id == Handover.project_id)
        .join(Dossier, Dossier.id == Handover.dossier_id)
        .join(Giver, Giver.id == RegisterEntry.giver_id)
        .join(Keeper, Keeper.id == RegisterEntry.archivist_id)
        .join(GiverSignature, GiverSignature.id == RegisterEntry.giver_signature_id)
        .join(KeeperSignature, KeeperSignature.id == RegisterEntry.archivist_signature_id)
    )


def entries_between(since: date, until: date) -> Sequence[Any]:
    """Of the whole register, whoever asks, in its order; both days inclusive."""
    wanted = _entries().where(RegisterEntry.received_on >= since, RegisterEntry.received_on <= until)
    return session().execute(wanted.order_by(RegisterEntry.id)).all()


def entry_of(handover_id: int) -> RegisterEntry | None:
    people = joinedload(RegisterEntry.number), joinedload(RegisterEntry.giver), joinedload(RegisterEntry.archivist)
    found = select(RegisterEntry).filter_by(handover_id=handover_id).options(*people)
    return session().scalars(found).one_or_none()


def items_of(dossier_id: int) -> Sequence[Item]:
    """With slots and scans."""
    scans = selectinload(Item.renditions).joinedload(Rendition.upload).joinedload(Upload.stored)
    found = select(Item).filter_by(dossier_id=dossier_id).order_by(Item.id)
    return session().scalars(found.options(joinedload(Item.slot), joinedload(Item.section), scans)).all()


def get_item(dossier_id: int, item_id: int) -> Item:
    """404 unless it lies in this dossier."""
    return next((item for item in items_of(dossier_id) if item.id == item_id), None) or abort(404)


def get_scan(dossier_id: int, rendition_id: int) -> Upload:
    """404 unless it is a file of a document in this dossier."""
    found = (
        select(Upload)
        .join(Rendition, Rendition.upload_id == Upload.id)
        .join(Item, Item.id == Rendition.item_id)
        .where(Rendition.id == rendition_id, Item.dossier_id == dossier_id)
        .options(joinedload(Upload.stored))
    )
    return session().scalars(found).one_or_none() or abort(404)
