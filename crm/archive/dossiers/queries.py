"""Finding dossiers and what lies in them, kept inside what the acting person may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    or_,
    select,
    table,
    true,
    type_coerce,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.archive.dossiers.events import DossierClosed, DossierReopened, DossierUsed
from crm.archive.dossiers.models import (
    Attachment,
    Correction,
    Custody,
    Dossier,
    DossierReader,
    DossierTemplate,
    Item,
    Location,
    PolicyVersion,
    Removal,
    Rendition,
    TemplateSection,
    TemplateSlot,
    Volume,
)
from crm.archive.dossiers.models.dossier import DossierState, Security
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.models.template import CREDIT_KINDS, DossierKind, PolicyScope, TemplateState
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.models import LogEntry, LogSubject
from crm.auth.actor import actor, within
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session
from crm.files.models import Upload
from crm.lists.holding import holding
from crm.numbering import Number

Asker, Later = aliased(User), aliased(Rendition)

# Estates stand above the archive; their name on a dossier is all it needs of them.
ESTATE = table("estate", column("id", Integer), column("name", String), column("company", String))
Asked = TypeVar("Asked", Correction, Removal)
# Never by its text: 第1000号 comes behind 第999号.
BY_NUMBER = cast(ArchiveNumber.year, BigInteger) * 10**10 + Number.serial

TO_CONFIRM = and_(DossierTemplate.state == TemplateState.in_force, ~DossierTemplate.confirmed)  # by the company


def visible() -> ColumnElement[bool]:
    """Property customers' dossiers of the person's estates; the company's for who oversees them, or reads this one."""
    return or_(_of_estates(), and_(Dossier.estate_id.is_(None), _of_company()))


def _of_estates() -> ColumnElement[bool]:
    if not actor().may(Permission.customer_read):
        return false()
    return and_(Dossier.estate_id.is_not(None), within(Dossier.estate_id))


def _of_company() -> ColumnElement[bool]:
    if actor().may(Permission.credit_oversee):
        return true()
    return exists().where(DossierReader.dossier_id == Dossier.id, DossierReader.user_id == actor().user_id)


def find_dossier(subject_kind: str, subject_id: int) -> Dossier | None:
    """The matter's dossier that stands, whoever asks: for packages that file into it."""
    mine = select(Dossier).filter_by(subject_kind=subject_kind, subject_id=subject_id)
    return session().scalars(mine.where(Dossier.state != DossierState.destroyed)).one_or_none()


def get_dossier(dossier_id: int, *options: Any) -> Dossier:
    """404 for what the acting person does not see, 410 for what is destroyed."""
    found = get_standing_or_gone(dossier_id, *options)
    if found.state is DossierState.destroyed:
        abort(410, _("The dossier was destroyed. What it was stands on its page."))
    return found


def get_standing_or_gone(dossier_id: int, *options: Any) -> Dossier:
    """404 for what the acting person does not see."""
    query = select(Dossier).where(Dossier.id == dossier_id, visible()).options(joinedload(Dossier.number), *options)
    return session().scalars(query).one_or_none() or abort(404)


def may_see(dossier_id: int) -> bool:
    return session().scalar(select(Dossier.id).where(Dossier.id == dossier_id, visible())) is not None


def get_item(dossier: Dossier, item_id: int) -> Item:
    """404 unless it lies in this dossier."""
    query = select(Item).filter_by(id=item_id, dossier_id=dossier.id)
    return session().scalars(query.options(joinedload(Item.section), joinedload(Item.slot))).one_or_none() or abort(404)


def items_of(dossier_id: int) -> Sequence[Item]:
    """In the order of sections and places, of whatever edition."""
    query = select(Item).join(Item.section).where(Item.dossier_id == dossier_id)
    ordered = query.order_by(TemplateSection.position, Item.position, Item.id)
    return session().scalars(ordered.options(joinedload(Item.section), joinedload(Item.slot))).all()


def is_removed(item: Any = Item) -> ColumnElement[bool]:
    """Of the item asked about: it has left the dossier, and a substitute sheet holds its place."""
    return exists().where(Removal.item_id == item.id, Removal.state == AskState.approved)


def is_superseded() -> ColumnElement[bool]:
    """Of the file asked about: a better one stands in its place."""
    return exists().where(Later.replaces_id == Rendition.id)


def attachments_of(dossier_id: int) -> Sequence[Attachment]:
    query = select(Attachment).filter_by(dossier_id=dossier_id).order_by(Attachment.id)
    return session().scalars(query.options(joinedload(Attachment.release))).all()


def find_in_force(kind: DossierKind) -> DossierTemplate | None:
    query = select(DossierTemplate).filter_by(kind=kind, state=TemplateState.in_force)
    return session().scalars(query).one_or_none()


def sections_of(template_id: int) -> Sequence[TemplateSection]:
    """With their documents, as they stand now: a draft may have changed since it was read."""
    query = select(TemplateSection).filter_by(template_id=template_id).order_by(TemplateSection.position)
    whole = query.options(selectinload(TemplateSection.slots)).execution_options(populate_existing=True)
    return session().scalars(whole).all()


def find_slot(template_id: int, code: str) -> TemplateSlot | None:
    query = select(TemplateSlot).join(TemplateSection, TemplateSection.id == TemplateSlot.section_id)
    return session().scalars(query.where(TemplateSection.template_id == template_id, TemplateSlot.code == code)).first()


def policy_on(kind: DossierKind, day: date) -> PolicyVersion | None:
    """The policy in force that day; before the first one the first."""
    scope = PolicyScope.credit if kind in CREDIT_KINDS else PolicyScope.property
    query = select(PolicyVersion).filter_by(scope=scope).order_by(PolicyVersion.effective_from, PolicyVersion.id)
    versions = session().scalars(query).all()
    return next((each for each in reversed(versions) if each.effective_from <= day), versions[0] if versions else None)


def first_location() -> Location | None:
    """The room: where a dossier is that was put nowhere in particular."""
    return session().scalars(select(Location).order_by(Location.id).limit(1)).one_or_none()


def shown_title(*conditions: ColumnElement[bool]) -> ColumnElement[str]:
    """What the dossier is called: the newest approved correction's title, else what it was filed as."""
    return func.coalesce(_corrected("title", *conditions), Dossier.title)


def shown_security(*conditions: ColumnElement[bool]) -> ColumnElement[Security]:
    """The class that holds, likewise."""
    return func.coalesce(type_coerce(_corrected("security", *conditions), Dossier.security.type), Dossier.security)


def _corrected(field: str, *conditions: ColumnElement[bool]) -> Any:
    of_field = Correction.item_id.is_(None) & (Correction.field == field)
    newest = select(Correction.new).where(Correction.dossier_id == Dossier.id, of_field, *conditions)
    approved = newest.where(Correction.state == AskState.approved)
    last = approved.order_by(Correction.decided_at.desc(), Correction.id.desc()).limit(1)
    return last.correlate(Dossier).scalar_subquery()


def called(title: str) -> ColumnElement[bool]:
    """Part of its title, as it was filed or as it was corrected."""
    corrected = select(Correction.dossier_id).where(
        Correction.item_id.is_(None),
        Correction.field == "title",
        Correction.state == AskState.approved,
        holding(title, Correction.new),
    )
    return or_(holding(title, Dossier.title), Dossier.id.in_(corrected.correlate(None)))


def listed() -> Select[*tuple[Any, ...]]:
    """One row for each dossier the person sees, with where it is now; one that is destroyed is nowhere."""
    counts = _counts(Item.added_at.is_not(None), true())
    rows = _rows(Custody.ends_at.is_(None), (), Dossier.code, Number.text, *counts, gone=True)
    return rows.where(visible())


def listed_on(end: datetime) -> Select[*tuple[Any, ...]]:
    """The same as it was at a moment."""
    return stood_on(end).where(visible())


def stood_on(end: datetime) -> Select[*tuple[Any, ...]]:
    """Whoever asks: what was opened, filed, numbered, put right and moved later is not there yet
    (L-03). `turn` is the last closing or reopening before it."""
    held = and_(Custody.starts_at < end, or_(Custody.ends_at.is_(None), Custody.ends_at >= end))
    code = case((or_(Dossier.filed_at.is_(None), Dossier.filed_at < end), Dossier.code))
    number = case((ArchiveNumber.reserved_at < end, Number.text))
    counts = _counts(Item.added_at < end, Removal.decided_at < end)
    rows = _rows(held, (Correction.decided_at < end,), code, number, *counts)
    return rows.add_columns(_turn(end).label("turn"))


def _turn(end: datetime) -> Any:
    told = select(LogEntry.kind).join(LogSubject, LogSubject.entry_id == LogEntry.id)
    of_this = told.where(LogSubject.kind == "dossier", LogSubject.object_id == Dossier.id, LogEntry.at < end)
    turns = of_this.where(LogEntry.kind.in_((DossierClosed.__name__, DossierReopened.__name__)))
    return turns.order_by(LogEntry.id.desc()).limit(1).correlate(Dossier).scalar_subquery()


def _counts(there: ColumnElement[bool], gone: ColumnElement[bool]) -> tuple[Any, Any]:
    """Documents and pages that lie in it: what was removed left its place behind only."""
    removed = select(Removal.item_id).where(Removal.state == AskState.approved, gone)

    def lying(figure: Any) -> Any:
        found = select(figure).where(Item.dossier_id == Dossier.id, there, Item.id.not_in(removed))
        return found.correlate(Dossier).scalar_subquery()

    return lying(func.count(Item.id)), lying(func.coalesce(func.sum(Item.pages), 0))


def _rows(
    held: ColumnElement[bool], corrected: Any, code: Any, number: Any, *counts: Any, gone: bool = False
) -> Select[*tuple[Any, ...]]:
    """`corrected`: which corrections count; `gone`: what nobody has any more is there too."""
    items, pages = counts
    columns = (
        Dossier.id,
        Dossier.kind,
        Dossier.state,
        code.label("code"),
        shown_title(*corrected).label("title"),
        Dossier.opened_on,
        Dossier.filed_at,
        Dossier.closed_on,
        shown_security(*corrected).label("security"),
        number.label("number"),
        Location.path,
        User.full_name.label("holder"),
        ESTATE.c.name.label("estate"),
        items.label("items"),
        pages.label("pages"),
    )
    return (
        select(*columns)
        .join(Custody, and_(Custody.dossier_id == Dossier.id, held), isouter=gone)
        .outerjoin(Number, Number.id == Dossier.number_id)
        .outerjoin(ArchiveNumber, ArchiveNumber.id == Dossier.number_id)
        .outerjoin(Location, Location.id == Custody.location_id)
        .outerjoin(User, User.id == Custody.holder_id)
        .outerjoin(ESTATE, ESTATE.c.id == Dossier.estate_id)
    )


def of_year(year: int, end: datetime | None = None) -> ColumnElement[bool]:
    """Of the number's year, where it had one at that moment; else of the opening's."""
    opened = Dossier.opened_on.between(date(year, 1, 1), date(year, 12, 31))
    numbered = select(Dossier.id).join(ArchiveNumber, ArchiveNumber.id == Dossier.number_id)
    others = select(Dossier.id).outerjoin(ArchiveNumber, ArchiveNumber.id == Dossier.number_id).where(opened)
    if end:
        numbered = numbered.where(ArchiveNumber.reserved_at < end)
        others = others.where(or_(ArchiveNumber.id.is_(None), ArchiveNumber.reserved_at >= end))
    else:
        others = others.where(ArchiveNumber.id.is_(None))
    return Dossier.id.in_(numbered.where(ArchiveNumber.year == year).union_all(others))


def with_contract(number: str) -> Select[int]:
    """Ids of the dossiers with a contract of this number, derived or as it was signed, written exactly so."""
    signed = and_(Item.original_no != "", Item.original_no == number)
    return select(Item.dossier_id).where(or_(Item.derived_no == number, signed))


def contract_numbers(dossier_ids: Sequence[int]) -> dict[int, list[str]]:
    """Dossier -> every number its contracts have."""
    numbered = or_(Item.derived_no.is_not(None), Item.original_no != "")
    rows = select(Item.dossier_id, Item.derived_no, Item.original_no).where(Item.dossier_id.in_(dossier_ids), numbered)
    found: dict[int, list[str]] = {}
    for dossier_id, *numbers in session().execute(rows.order_by(Item.id)):
        found.setdefault(dossier_id, []).extend(filter(None, numbers))
    return found


def asks(model: type[Correction] | type[Removal]) -> Select[*tuple[Any, ...]]:
    """Corrections or removals of dossiers the person sees."""
    title, document = shown_title().label("title"), Item.title.label("document")
    return (
        select(model, Dossier.code, title, Item.code.label("item_code"), document, Asker.full_name)
        .join(Dossier, Dossier.id == model.dossier_id)
        .outerjoin(Item, Item.id == model.item_id)
        .join(Asker, Asker.id == model.asked_by_id)
        .where(visible())
    )


def get_ask(model: type[Asked], key: int) -> Asked:
    """A correction or removal; 404 for what the acting person does not see."""
    query = select(model).join(Dossier, Dossier.id == model.dossier_id).where(model.id == key, visible())
    return session().scalars(query).one_or_none() or abort(404)


def uses() -> Select[*tuple[Any, ...]]:
    """Every use of a dossier that the person sees (P-04)."""
    about = and_(LogSubject.entry_id == LogEntry.id, LogSubject.kind == "dossier")
    columns = LogEntry.id, LogEntry.at, LogEntry.actor, LogEntry.data, Dossier.id.label("dossier_id"), Dossier.code
    return (
        select(*columns, shown_title().label("title"), Number.text.label("number"))
        .join(LogSubject, about)
        .join(Dossier, Dossier.id == LogSubject.object_id)
        .outerjoin(Number, Number.id == Dossier.number_id)
        .where(LogEntry.kind == DossierUsed.__name__, visible())
    )


def get_location(location_id: int) -> Location:
    return session().get(Location, location_id) or abort(404)


def locations() -> Sequence[Location]:
    """Larger places before what lies in them."""
    return session().scalars(select(Location).order_by(Location.path)).all()


def get_template(template_id: int) -> DossierTemplate:
    return session().get(DossierTemplate, template_id) or abort(404)


def find_estate(estate_id: int) -> Any:
    """Name and company of a customer's estate, for papers."""
    return session().execute(select(ESTATE).where(ESTATE.c.id == estate_id)).one_or_none()


def filed_for(subject_kind: str, subject_ids: Sequence[int]) -> Sequence[Dossier]:
    """The dossiers of these matters, whoever asks."""
    query = select(Dossier).where(Dossier.subject_kind == subject_kind, Dossier.subject_id.in_(subject_ids))
    return session().scalars(query.order_by(Dossier.id)).all()


def files_of(item_id: int) -> Sequence[Any]:
    """Files of the document that nothing has superseded: (id, name)."""
    query = select(Rendition.id, Upload.name).join(Upload, Upload.id == Rendition.upload_id)
    standing = query.where(Rendition.item_id == item_id, ~is_superseded())
    return session().execute(standing.order_by(Rendition.id)).all()


def get_volume(dossier: Dossier, volume_id: int) -> Volume:
    return session().scalars(select(Volume).filter_by(id=volume_id, dossier_id=dossier.id)).one_or_none() or abort(404)


def counts_by_place() -> dict[int, int]:
    """How many dossiers the person sees lie in each place."""
    lying = select(Custody.location_id, func.count()).join(Dossier, Dossier.id == Custody.dossier_id)
    here = lying.where(Custody.ends_at.is_(None), Custody.location_id.is_not(None), visible())
    return {key: count for key, count in session().execute(here.group_by(Custody.location_id)) if key is not None}


def labelled(ids: Sequence[int], place_id: int | None) -> Select[*tuple[Any, ...]]:
    """Dossiers with title, security class and the paths of where they belong or lie, by number."""
    shown = shown_title().label("title"), shown_security().label("security")
    joined = select(Dossier, *shown, func.coalesce(Location.path, "").label("place"))
    held = joined.join(Custody, Custody.dossier_id == Dossier.id).where(Custody.ends_at.is_(None), visible())
    query = held.outerjoin(Location, Location.id == func.coalesce(Dossier.home_id, Custody.location_id))
    which = Dossier.id.in_(ids) if place_id is None else Custody.location_id == place_id
    return query.where(which).order_by(Dossier.code, Dossier.id).options(joinedload(Dossier.number))


def place_called(location_id: int | None) -> str:
    place = session().get(Location, location_id) if location_id is not None else None
    return place.path if place else ""
