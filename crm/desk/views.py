"""The service desk's start page, the search, and the caller card over any page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.archive.handover import listings as handover
from crm.archive.handover.models import STATE_TITLES
from crm.archive.handover.queries import lists as handovers
from crm.audit.models import LogEntry, LogSubject
from crm.auth.actor import within
from crm.auth.permissions import Permission, requires
from crm.calls.listings import tone, urgency
from crm.calls.models import ADDRESS
from crm.calls.queries import MOST_OWNERS, counts, owners_of_number, to_follow_up
from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.desk import complaints, correspondence, queries, repairs, violations
from crm.desk.card import EVENT_TITLES, Recent, customer_card, recent, unit_card
from crm.desk.marks import mark
from crm.desk.start.reports import begins, progress_to_show
from crm.phones import mask_phone
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.quality.queries import unverified_count
from crm.tenants.queries import File
from crm.web.application import own_units
from crm.web.parts import asked_by_htmx

blueprint = Blueprint("desk", __name__)
SHOWN, SUGGESTED, LATEST, WAITING = 50, 9, 10, 6
LOOKED_AT = 10_000  # entries of the log, for the latest
GROUP_TITLES = {"customer": _l("Customers"), "unit": _l("Units"), "estate": _l("Estates"), "dossier": _l("Dossiers")}
OWN_FILE = Customer.merged_into_id.is_(None)
CARDS = {"customer": customer_card, "unit": unit_card}
# What people do; the lines of an import would push everything else away.
DONE_BY_HAND = sorted(set(EVENT_TITLES) - {"CustomerImported", "UnitImported", "NumberRevealed"})
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as it is shown: each text in pieces, and whether the query found the piece."""

    hit: queries.Hit
    title: Pieces
    detail: Pieces
    card: str  # address of the caller card, "" where there is none


@dataclass(frozen=True, slots=True)
class Group:
    title: LazyString
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    customer_id: int
    name: str
    entry: Recent


@dataclass(frozen=True, slots=True)
class ToDo:
    """A call to be followed up; `left` says how much time there is."""

    row: Any
    url: str
    left: str
    tone: str


@dataclass(frozen=True, slots=True)
class ToPassOn(ToDo):
    """A dossier under way to the archive; `number` says when it is only reserved."""

    number: str
    state: str


@blueprint.get("/")
@requires(Permission.signed_in)
def home() -> ResponseReturnValue:
    if begins():
        return redirect(url_for("start.index"))
    answers = g.actor.may(Permission.call_log)
    return render_template(
        "desk/home.html",
        start=progress_to_show(),
        answers=answers,
        to_do=_to_do() if answers else [],
        today=_today() if answers else [],
        figures=_figures(),
        repairs=repairs.figures(),
        letters=correspondence.figures(),
        violations=violations.figures(),
        complaints=complaints.figures(),
        reports=g.actor.may(Permission.repair_log),
        complains=g.actor.may(Permission.complaint_log),
        changed=_changed_files(),
        handovers=_handovers() if g.actor.may(Permission.credit_read) else [],
        desks=_desks() if g.actor.may(Permission.credit_read) else [],
    )


def _page_called(number: str) -> str:
    """The page of what has this number; "" where nothing has."""
    finders = (repairs.page_of, complaints.page_of, violations.page_of, correspondence.page_of)
    return next(filter(None, (find(number) for find in finders)), "")


@blueprint.route("/search", methods=["GET", "POST"])
@requires(Permission.signed_in)
@own_units
def search() -> ResponseReturnValue:
    """Everybody finds what they may read, no more. The form posts, so that an ID number never stands in an address."""
    text = request.values.get("q", "").strip()
    secret = queries.is_secret(text)
    if request.method == "GET" and secret:
        flash(
            _("ID numbers are only searched with the search box, so that no address keeps them. Enter it there."),
            "info",
        )
        return redirect(url_for(".search"))
    if request.method == "POST" and not secret:
        return redirect(url_for(".search", q=text), 303)
    with unit_of_work(writes=False):
        if page := _page_called(text):
            return redirect(page)
        found = queries.find(text)
        groups = _groups(found.refs[:SHOWN], text)
        more = len(found.refs) > SHOWN
        shown = "" if secret else text
        return render_template("desk/search.html", text=shown, asked=bool(text), found=found, groups=groups, more=more)


@blueprint.route("/search/suggest", methods=["GET", "POST"])
@requires(Permission.signed_in)
@own_units
def suggest() -> ResponseReturnValue:
    """The list under the search box. An ID number comes by POST; by GET it finds nothing."""
    text = request.values.get("q", "").strip()
    if request.method == "GET" and queries.is_secret(text):
        text = ""
    with unit_of_work(writes=False):
        found = queries.find(text)
        groups = _groups(found.refs[:SUGGESTED], text)
        shown = "" if queries.is_secret(text) else text
        return render_template("desk/_suggestions.html", groups=groups, text=shown, asked=bool(text), found=found)


@blueprint.get("/card/<any(customer, unit):kind>/<int:object_id>")
@requires(Permission.customer_read)
def card(kind: str, object_id: int) -> ResponseReturnValue:
    template = "desk/_card.html" if asked_by_htmx() else "desk/card.html"
    log_url = _log_url(**{f"{kind}_id": object_id}, phone=request.args.get("phone"))
    return render_template(template, card=CARDS[kind](object_id), log_url=log_url, **_forms(kind, object_id))


@blueprint.get("/pop")
@requires(Permission.call_log)
def pop() -> ResponseReturnValue:
    """Where a soft-phone leads when it rings: `?phone=` in any spelling."""
    phone = request.args.get("phone", "").strip()
    owners, numbers = owners_of_number(phone)
    if len(owners) == 1:
        [owner] = owners
        log_url = _log_url(customer_id=owner.id, phone=phone)
        return render_template(
            "desk/card.html",
            card=customer_card(owner.id),
            log_url=log_url,
            **_forms("customer", owner.id, phone=phone),
            caller=owner.by_way_of,
        )
    return render_template(
        "desk/pop.html",
        phone=phone,
        number=mask_phone(numbers[0]) if numbers else "",
        owners=[(owner, _log_url(customer_id=owner.id, phone=phone)) for owner in owners],
        most=MOST_OWNERS,
        log_url=_log_url(phone=phone if numbers else None),
        may_register=g.actor.may(Permission.customer_edit),
    )


def _log_url(**about: Any) -> str:
    """The form for this call, "" for whoever takes none."""
    return url_for("calls.new", **about) if g.actor.may(Permission.call_log) else ""


def _forms(kind: str, object_id: int, **about: Any) -> dict[str, str]:
    """The forms of a repair report and of a complaint, "" for whoever takes none."""
    whom = {f"{kind}_id": object_id, **about}
    return {
        "report_url": url_for("intake.new", **whom) if g.actor.may(Permission.repair_log) else "",
        "complain_url": url_for("complaint_intake.new", **whom) if g.actor.may(Permission.complaint_log) else "",
    }


def _groups(refs: tuple[queries.Ref, ...], text: str) -> list[Group]:
    """By kind, the kind of the best hit first."""
    groups: dict[str, list[Line]] = {}
    for hit in queries.hits(refs, text):
        groups.setdefault(hit.kind, []).append(_line(hit, text))
    return [Group(GROUP_TITLES[kind], lines) for kind, lines in groups.items()]


def _line(hit: queries.Hit, text: str) -> Line:
    opens = hit.kind in CARDS and g.actor.may(Permission.customer_read)
    address = url_for(".card", kind=hit.kind, object_id=hit.id) if opens else ""
    return Line(hit, mark(hit.title, text), mark(hit.detail, text), address)


def _to_do() -> list[ToDo]:
    """Calls to be followed up, the most urgent first."""
    now = utc_now()
    return [ToDo(row, ADDRESS.format(row.id), urgency(row, now), tone(row, now)) for row in to_follow_up(WAITING)]


def _today() -> list[Figure]:
    taken, waiting, late = counts(_midnight(), utc_now())
    return [
        Figure(_("Calls today"), taken, url_for("calls.index", day=business_day().isoformat())),
        Figure(_("Not yet called back"), waiting, url_for("calls.to_call_back")),
        Figure(_("Overdue"), late, url_for("calls.to_call_back", late=1)),
    ]


def _handovers() -> list[ToPassOn]:
    """Dossiers under way that wait for this person."""
    day = business_day()
    return [
        ToPassOn(
            row,
            url_for("handover.show", handover_id=row.id),
            handover.left(row, day),
            handover.tone(row, day),
            handover.number(row),
            str(STATE_TITLES[row.state]),
        )
        for row in handovers.waiting(WAITING)
    ]


def _desks() -> list[Figure]:
    """The work lists of hand-overs with how much waits in each."""
    figures = []
    for desk in handovers.desks(business_day()):
        chosen: dict[str, Any] = {desk.filter: desk.name}
        figures.append(Figure(str(desk.title), desk.count, url_for("handover.index", **chosen)))
    return figures


def _midnight() -> datetime:
    """The first moment of the business day."""
    return datetime.combine(business_day(), time.min, tzinfo=current_app.config["SETTINGS"].timezone)


def _figures() -> list[Figure]:
    """What there is in the chosen estates, as far as the person may see it."""
    figures = []
    if g.actor.may(Permission.customer_read):
        figures.append(_figure(_("Customers"), Customer.id, Customer.estate_id, "tenants.index", OWN_FILE))
        figures.append(_to_verify())
    if g.actor.may(Permission.property_read):
        figures.append(_figure(_("Units"), Unit.id, Unit.estate_id, "properties.units"))
        figures.append(_figure(_("Estates"), Estate.id, Estate.id, "properties.estates"))
    return figures


def _to_verify() -> Figure:
    """Customers with no telephone that was verified lately; the list is for who reads dossiers (P-03)."""
    url = url_for("tenants.unverified_customers") if g.actor.may(Permission.dossier_read) else ""
    return Figure(_("Customers to verify"), unverified_count(business_day()), url)


def _figure(title: str, key: Any, estate_id: Any, endpoint: str, *conditions: Any) -> Figure:
    counted = select(func.count(key)).where(in_chosen_estate(estate_id), *conditions)
    return Figure(title, session().scalar(counted) or 0, url_for(endpoint))


def _changed_files() -> list[ChangedFile]:
    """The files people worked on last; the log is not read back to its beginning for whoever sees a quiet estate."""
    if not g.actor.may(Permission.customer_read):
        return []
    newest = select(func.max(LogEntry.id)).scalar_subquery()
    latest = (
        select(LogEntry, Customer.id, Customer.name)
        .join(LogSubject, LogSubject.entry_id == LogEntry.id)
        .join(File, File.id == LogSubject.object_id)
        .join(Customer, Customer.id == File.kept_id)
        .where(LogSubject.kind == "customer", LogEntry.kind.in_(DONE_BY_HAND), within(Customer.estate_id))
        .where(LogEntry.id > newest - LOOKED_AT)
        .order_by(LogEntry.id.desc())
        .limit(LATEST)
    )
    return [ChangedFile(key, name, recent(entry)) for entry, key, name in session().execute(latest)]
