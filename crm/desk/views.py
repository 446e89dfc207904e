"""The search, and the caller card over any page. What everybody sees first stands in `crm.desk.home`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission, requires
from crm.calls.queries import MOST_OWNERS, owners_of_number
from crm.db import unit_of_work
from crm.desk import complaints, correspondence, engineering, moves, queries, renovations, repairs, violations
from crm.desk.card import customer_card, unit_card
from crm.desk.marks import mark
from crm.phones import mask_phone
from crm.web.application import own_units
from crm.web.parts import asked_by_htmx

blueprint = Blueprint("desk", __name__)
SHOWN, SUGGESTED = 50, 9
GROUP_TITLES = {"customer": _l("Customers"), "unit": _l("Units"), "estate": _l("Estates"), "dossier": _l("Dossiers")}
CARDS = {"customer": customer_card, "unit": unit_card}
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


def _page_called(number: str) -> str:
    """The page of what has this number; "" where nothing has."""
    finders = (repairs, complaints, violations, renovations, correspondence, moves, engineering)
    return next(filter(None, (kind.page_of(number) for kind in finders)), "")


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
