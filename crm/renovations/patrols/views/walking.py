"""The walk with a phone: where to go, in the order of the buildings, and what was seen there; without a network it is
kept on the phone and sent later."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.renovations.cases.models import STATE_TITLES, STATE_TONES, Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.patrols import queries, service
from crm.renovations.patrols.forms import PatrolForm
from crm.renovations.patrols.models import Outcome
from crm.renovations.patrols.points import POINTS
from crm.renovations.patrols.present import recent
from crm.renovations.patrols.service import Picture, PointSeen, Seen
from crm.renovations.patrols.views.pages import PATROL, blueprint
from crm.renovations.patrols.wording import left_in_words, tone_of
from crm.violations.cases.photos import chosen
from crm.violations.types.queries import get_type, types
from crm.web.forms import attempt, choices, hindered, id_in
from crm.web.offline import moment_told, worker_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    row: Any
    state: Any
    tone: str
    left: str
    left_tone: str


@blueprint.get("/my/")
@requires(PATROL)
def my() -> ResponseReturnValue:
    """`until`: today with what is overdue, week, or all; `building`: one building's."""
    today, until = business_day(), request.args.get("until", "today")
    building_id = id_in(request.args.get("building", ""))
    last = {"week": today + timedelta(days=7), "all": None}.get(until, today)
    rows = queries.on_the_way(last, building_id)
    return render_template(
        "renovations/route.html",
        buildings=_by_building(rows, today),
        count=len(rows),
        most=queries.MOST_DUE,
        tabs=_tabs(until, request.args.get("building")),
        until=until,
        building=building_id,
        choices=queries.buildings_due(),
    )


def _tabs(until: str, building: str | None) -> list[Any]:
    titles = {"today": _("Today"), "week": _("Within 7 days"), "all": _("All")}
    here = until if until in titles else "today"
    return [
        (title, url_for(".my", until=name, building=building or None), name == here) for name, title in titles.items()
    ]


def _by_building(rows: Sequence[Any], today: date) -> list[tuple[str, list[Stop]]]:
    stops = [_stop(row, today) for row in rows]
    named = groupby(stops, key=lambda stop: " ".join(filter(None, (stop.row.estate, stop.row.building))))
    return [(name, list(held)) for name, held in named]


def _stop(row: Any, today: date) -> Stop:
    return Stop(
        row=row,
        state=STATE_TITLES[row.state],
        tone=STATE_TONES[row.state],
        left=left_in_words(row.next_on, today),
        left_tone=tone_of(row.next_on, today),
    )


@blueprint.route("/my/<int:renovation_id>", methods=["GET", "POST"])
@requires(PATROL)
def patrol(renovation_id: int) -> ResponseReturnValue:
    """Sent twice, it is one; what is typed stays when something is wrong with it."""
    renovation, form = get_renovation(renovation_id), _form()
    hindered(form, service.hindrance(renovation))
    if not form.form_errors and form.validate_on_submit() and (made := attempt(form, _keep, renovation, form)):
        flash(_("%(number)s: the patrol is kept.", number=renovation.number))
        return redirect(url_for(".my", done=made.id))
    page = render_template(
        "renovations/patrol.html",
        renovation=renovation,
        state=STATE_TITLES[renovation.state],
        tone=STATE_TONES[renovation.state],
        form=form,
        patrols=recent(renovation, 3),
    )
    return page, 422 if form.is_submitted() else 200


def _form() -> PatrolForm:
    """With the company's points; a phone may send a point that was taken out of use meanwhile."""
    points = [{"code": code, "outcome": Outcome.unseen.value} for code, _title in POINTS.choices()]
    form = PatrolForm(data={"key": secrets.token_hex(12), "points": points})
    offered = choices({each.id: each.full_name for each in types()}, empty=_("No violation"))
    for entry in form.points:
        entry.form.title = POINTS.title_of(entry.form.code.data or "")
        entry.form.type_id.choices = offered
    return form


def _keep(renovation: Renovation, form: Any) -> Any:
    known = {entry.code for entry in POINTS.entries()}
    points = [_seen(entry.form) for entry in form.points if entry.form.code.data in known]
    seen = Seen(
        points=points,
        nobody=form.nobody.data,
        words=form.words.data or "",
        again_on=form.again_on.data,
        pictures=[Picture(content=file.read(), name=file.filename) for file in chosen(form.photos)],
        at=moment_told(form.at.data),
        key=form.key.data or None,
    )
    return service.patrol(renovation, seen)


def _seen(point: Any) -> PointSeen:
    found = point.outcome.data == Outcome.found.value
    return PointSeen(
        code=point.code.data,
        outcome=Outcome(point.outcome.data),
        words=point.words.data or "",
        type=get_type(point.type_id.data) if found and point.type_id.data else None,
    )


@blueprint.get("/my/offline.js")
@requires(PATROL)
def offline() -> ResponseReturnValue:
    return worker_of(url_for(".my"))
