"""Finding slips and what can be lent. A slip is seen by its borrower and by whoever sees everybody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.archive.dossiers.models import (
    Attachment,
    AttachmentRelease,
    Custody,
    Dossier,
    Item,
    Location,
    Rendition,
    TemplateSlot,
)
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.models.dossier import DossierState, Security, Stage
from crm.archive.dossiers.models.template import Form
from crm.archive.dossiers.queries import is_removed, is_superseded, shown_security, shown_title, visible
from crm.archive.dossiers.service import is_appointed
from crm.archive.lending.losses import nothing_left
from crm.archive.lending.models import (
    OPEN,
    OUT,
    LendingIncident,
    LendingSlip,
    SlipCheck,
    SlipExtension,
    SlipForm,
    SlipLine,
    SlipReturn,
    SlipState,
)
from crm.auth.actor import actor, within
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload
from crm.numbering import Number

Decider, Other = aliased(User), aliased(SlipLine)
STANDS = Dossier.state != DossierState.destroyed
IS_OUT = and_(LendingSlip.form == SlipForm.paper, LendingSlip.state.in_(OUT))


def seen() -> ColumnElement[bool]:
    own = actor()
    mine = LendingSlip.borrower_id == own.user_id
    return or_(mine, ~of_another_estate()) if own.may(Permission.slip_read) else mine


def of_another_estate() -> ColumnElement[bool]:
    """A customer's dossier stands on the slip that is none of the acting person's business."""
    lines = select(SlipLine.id).join(Dossier, Dossier.id == SlipLine.dossier_id)
    outside = and_(Dossier.estate_id.is_not(None), ~within(Dossier.estate_id))
    return lines.where(SlipLine.slip_id == LendingSlip.id, outside).correlate(LendingSlip).exists()


def get_slip(slip_id: int, *, lock: bool = False) -> LendingSlip:
    """404 for somebody else's. `lock` before anything of it is changed."""
    if lock:
        session().execute(select(LendingSlip.id).where(LendingSlip.id == slip_id).with_for_update(key_share=True))
    found = _whole().where(LendingSlip.id == slip_id, seen()).execution_options(populate_existing=lock)
    return session().scalars(found).one_or_none() or abort(404)


def is_seen(slip_id: int) -> bool:
    return session().scalar(select(LendingSlip.id).where(LendingSlip.id == slip_id, seen())) is not None


def find_slip(slip_id: int) -> LendingSlip | None:
    """Whoever asks: for comparing a paper with what holds."""
    return session().scalars(_whole().where(LendingSlip.id == slip_id)).one_or_none()


def _whole() -> Select[LendingSlip]:
    return select(LendingSlip).options(
        joinedload(LendingSlip.borrower),
        joinedload(LendingSlip.department),
        joinedload(LendingSlip.decided_by),
        joinedload(LendingSlip.issued_by),
    )


def lines_of(slip_id: int) -> Sequence[SlipLine]:
    """In the order of dossiers, sections and places, as they stand now."""
    found = select(SlipLine).join(Item, Item.id == SlipLine.item_id).where(SlipLine.slip_id == slip_id)
    ordered = found.order_by(SlipLine.dossier_id, Item.section_id, Item.position, Item.id)
    whole = ordered.options(joinedload(SlipLine.item), joinedload(SlipLine.dossier).joinedload(Dossier.number))
    return session().scalars(whole.execution_options(populate_existing=True)).all()


def get_line(slip: LendingSlip, line_id: int) -> SlipLine:
    found = select(SlipLine).where(SlipLine.id == line_id, SlipLine.slip_id == slip.id)
    whole = found.options(joinedload(SlipLine.item), joinedload(SlipLine.dossier))
    return session().scalars(whole).one_or_none() or abort(404)


def count_lines(slip_id: int) -> int:
    return session().scalar(select(func.count()).select_from(SlipLine).where(SlipLine.slip_id == slip_id)) or 0


# What can be lent


def findable() -> ColumnElement[bool]:
    """The company's dossiers and those of the person's estates, asked for by number; a secret one by its readers."""
    asked = and_(or_(Dossier.estate_id.is_(None), within(Dossier.estate_id)), shown_security() != Security.secret)
    return and_(or_(asked, visible()), STANDS)


def lendable() -> ColumnElement[bool]:
    """Filed, still there, and no original of a title document (A-13)."""
    is_title = exists().where(TemplateSlot.id == Item.slot_id, TemplateSlot.is_title.is_(True))
    return and_(Item.stage == Stage.filed, ~is_removed(), ~and_(is_title, Item.form != Form.copy))


def told_title() -> ColumnElement[str]:
    """It has a client's or a customer's name: whoever does not see the dossier is told the code alone."""
    return case((visible(), shown_title()), else_="")


def dossiers_found(condition: ColumnElement[bool], most: int = 20) -> Sequence[Any]:
    """(id, code, title) of dossiers with something to lend."""
    there = exists().where(Item.dossier_id == Dossier.id, lendable()).correlate(Dossier)
    code = func.coalesce(Dossier.code, Number.text, "").label("code")
    found = select(Dossier.id, code, told_title().label("title")).outerjoin(Number, Number.id == Dossier.number_id)
    return (
        session()
        .execute(found.where(condition, findable(), there).order_by(Dossier.code, Dossier.id).limit(most))
        .all()
    )


def find_dossier(dossier_id: int) -> Dossier | None:
    return session().scalars(select(Dossier).where(Dossier.id == dossier_id, findable())).one_or_none()


def lendable_of(dossier_id: int) -> Sequence[Item]:
    found = select(Item).where(Item.dossier_id == dossier_id, lendable())
    return session().scalars(found.order_by(Item.section_id, Item.position, Item.id)).all()


def items_named(item_ids: Collection[int]) -> Sequence[Item]:
    """Those of them that can be lent to the acting person."""
    found = select(Item).join(Dossier, Dossier.id == Item.dossier_id)
    return session().scalars(found.where(Item.id.in_(item_ids), lendable(), findable()).order_by(Item.id)).all()


def still_lendable(slip_id: int) -> set[int]:
    """Items of the slip's lines that can be lent, whoever asks."""
    mine = select(SlipLine.item_id).where(SlipLine.slip_id == slip_id)
    found = select(Item.id).join(Dossier, Dossier.id == Item.dossier_id)
    return set(session().scalars(found.where(Item.id.in_(mine), lendable(), STANDS)))


def taken(item_ids: Collection[int]) -> Mapping[int, Any]:
    """Item -> who has it and by which slip, of those that are out or not put back yet."""
    found = (
        select(SlipLine.item_id, User.full_name.label("borrower"), LendingSlip.number, LendingSlip.due_on)
        .join(LendingSlip, LendingSlip.id == SlipLine.slip_id)
        .join(User, User.id == LendingSlip.borrower_id)
        .where(SlipLine.out, SlipLine.item_id.in_(item_ids))
    )
    return {row.item_id: row for row in session().execute(found)}


def held(dossier_ids: Collection[int]) -> Mapping[int, str]:
    """Dossier -> who has it in hand, of those that lie at no place."""
    found = select(Custody.dossier_id, User.full_name).join(User, User.id == Custody.holder_id)
    rows = session().execute(found.where(Custody.ends_at.is_(None), Custody.dossier_id.in_(dossier_ids)))
    return {row.dossier_id: row.full_name for row in rows}


def whole_dossiers(slip_id: int) -> set[int]:
    """Dossiers of which the slip has every document that lies in them."""
    on_it = select(Other.item_id).where(Other.slip_id == slip_id)
    left = select(Item.id).where(Item.dossier_id == SlipLine.dossier_id, ~is_removed(), ~nothing_left())
    whole = select(SlipLine.dossier_id).where(SlipLine.slip_id == slip_id, ~left.where(Item.id.not_in(on_it)).exists())
    return set(session().scalars(whole.distinct()))


def attachments_in(dossier_ids: Collection[int]) -> int:
    """Copies of the clients' own papers in them, not given back yet."""
    back = exists().where(AttachmentRelease.attachment_id == Attachment.id)
    found = select(func.coalesce(func.sum(Attachment.copies), 0)).where(Attachment.dossier_id.in_(dossier_ids), ~back)
    return session().scalar(found) or 0


def places(dossier_ids: Collection[int]) -> Mapping[int, str]:
    """Where each lies now, else where it belongs."""
    here = select(Custody.dossier_id, Custody.location_id).where(Custody.ends_at.is_(None)).subquery()
    found = (
        select(Dossier.id, Location.path)
        .join(here, here.c.dossier_id == Dossier.id)
        .join(Location, Location.id == func.coalesce(here.c.location_id, Dossier.home_id))
        .where(Dossier.id.in_(dossier_ids))
    )
    return {row.id: row.path for row in session().execute(found)}


# What hangs on a slip


def returns_of(slip_id: int) -> Mapping[int, Sequence[SlipReturn]]:
    return _by_line(SlipReturn, slip_id)


def checks_of(slip_id: int) -> Mapping[int, Sequence[SlipCheck]]:
    return _by_line(SlipCheck, slip_id)


def _by_line(model: Any, slip_id: int) -> Mapping[int, Any]:
    found = select(model).join(SlipLine, SlipLine.id == model.line_id).where(SlipLine.slip_id == slip_id)
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session().scalars(found.order_by(model.id)):
        rows[row.line_id].append(row)
    return rows


def incidents_of(slip_id: int) -> Sequence[LendingIncident]:
    found = select(LendingIncident).join(SlipLine, SlipLine.id == LendingIncident.line_id)
    whole = found.where(SlipLine.slip_id == slip_id).options(joinedload(LendingIncident.line).joinedload(SlipLine.item))
    return session().scalars(whole.order_by(LendingIncident.id).execution_options(populate_existing=True)).all()


def get_incident(incident_id: int) -> tuple[LendingIncident, LendingSlip]:
    found = select(LendingIncident).where(LendingIncident.id == incident_id)
    incident = (
        session().scalars(found.options(joinedload(LendingIncident.line).joinedload(SlipLine.item))).one_or_none()
    )
    if incident is None:
        abort(404)
    return incident, get_slip(incident.line.slip_id)


def extensions_of(slip_id: int) -> Sequence[SlipExtension]:
    found = select(SlipExtension).filter_by(slip_id=slip_id).order_by(SlipExtension.id)
    return session().scalars(found.options(joinedload(SlipExtension.decided_by))).all()


def get_extension(extension_id: int) -> tuple[SlipExtension, LendingSlip]:
    found = select(SlipExtension).where(SlipExtension.id == extension_id)
    whole = found.options(joinedload(SlipExtension.asked_by), joinedload(SlipExtension.decided_by))
    extension = session().scalars(whole).one_or_none() or abort(404)
    return extension, get_slip(extension.slip_id)


def files_on(slip_id: int) -> Mapping[int, Sequence[Any]]:
    """Line -> (id, name) of the files that nothing has superseded."""
    found = (
        select(SlipLine.id.label("line_id"), Rendition.id, Upload.name)
        .join(Rendition, Rendition.item_id == SlipLine.item_id)
        .join(Upload, Upload.id == Rendition.upload_id)
        .where(SlipLine.slip_id == slip_id, ~is_superseded())
    )
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session().execute(found.order_by(Rendition.id)):
        rows[row.line_id].append(row)
    return rows


def get_file(line: SlipLine, rendition_id: int) -> Upload:
    found = select(Upload).join(Rendition, Rendition.upload_id == Upload.id)
    mine = found.where(Rendition.id == rendition_id, Rendition.item_id == line.item_id, ~is_superseded())
    return session().scalars(mine.options(joinedload(Upload.stored))).one_or_none() or abort(404)


# Lists


def slips() -> Select[*tuple[Any, ...]]:
    count = select(func.count(SlipLine.id)).where(SlipLine.slip_id == LendingSlip.id).scalar_subquery()
    faults = (
        select(func.count(LendingIncident.id))
        .join(SlipLine, SlipLine.id == LendingIncident.line_id)
        .where(SlipLine.slip_id == LendingSlip.id, LendingIncident.closed_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            *(getattr(LendingSlip, name) for name in ("id", "number", "kind", "form", "state", "due_on", "purpose")),
            LendingSlip.reason,
            LendingSlip.recalled_at,
            LendingSlip.issued_at,
            LendingSlip.shelved_at,
            LendingSlip.entered_at,
            User.full_name.label("borrower"),
            Department.name.label("department"),
            Decider.full_name.label("decided_by"),
            count.label("documents"),
            faults.label("incidents"),
        )
        .join(User, User.id == LendingSlip.borrower_id)
        .outerjoin(Department, Department.id == LendingSlip.department_id)
        .outerjoin(Decider, Decider.id == LendingSlip.decided_by_id)
        .where(seen())
    )


def open_incident() -> ColumnElement[bool]:
    found = select(LendingIncident.id).join(SlipLine, SlipLine.id == LendingIncident.line_id)
    return found.where(SlipLine.slip_id == LendingSlip.id, LendingIncident.closed_at.is_(None)).exists()


def is_keeping() -> bool:
    """Whether the acting person is the appointed archivist."""
    return is_appointed(CustodianRole.archivist, actor().user_id, business_day())


# Asked by others


def open_slips_of(dossier_id: int) -> Sequence[str]:
    """Numbers of the slips that keep the dossier from being destroyed: lent, on the way back, or an incident open."""
    found = select(LendingSlip.number).join(SlipLine, SlipLine.slip_id == LendingSlip.id)
    mine = found.where(SlipLine.dossier_id == dossier_id, LendingSlip.state.in_(OPEN))
    return session().scalars(mine.distinct().order_by(LendingSlip.number)).all()


# What the clock looks for


def late_slips(until: date) -> Sequence[LendingSlip]:
    """On paper, out, due on that day or before."""
    found = _whole().where(IS_OUT, LendingSlip.due_on <= until).order_by(LendingSlip.id)
    return session().scalars(found).all()


def read_out(day: date) -> Sequence[LendingSlip]:
    """Copies of which the time was over before that day."""
    over = LendingSlip.form == SlipForm.digital, LendingSlip.state == SlipState.issued, LendingSlip.due_on < day
    return session().scalars(_whole().where(*over).order_by(LendingSlip.id)).all()


def number_of(dossier: Dossier) -> str:
    """With its number loaded."""
    return dossier.code or (dossier.number.text if dossier.number else "")


def titles(dossier_ids: Collection[int]) -> Mapping[int, str]:
    """What the acting person may be told of each."""
    found = select(Dossier.id, told_title().label("title")).where(Dossier.id.in_(dossier_ids))
    return {row.id: row.title for row in session().execute(found)}


def visible_of(dossier_ids: Collection[int]) -> set[int]:
    """Those of them that the acting person sees."""
    return set(session().scalars(select(Dossier.id).where(Dossier.id.in_(dossier_ids), visible())))


def find_by_key(key: str | None) -> LendingSlip | None:
    """The acting person's slip that a form with this key has made already."""
    if not key:
        return None
    return session().scalars(_whole().where(LendingSlip.key == key, seen())).one_or_none()
