"""The check itself, made for a phone: line by line, with pictures, signed on the screen."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.renovations.acceptance import queries, service
from crm.renovations.acceptance.figures import FIX_DAYS
from crm.renovations.acceptance.forms import CheckForm, FindingForm, LookForm
from crm.renovations.acceptance.models import STAGE_TITLES, Stage, Verdict
from crm.renovations.acceptance.queries import Look
from crm.renovations.acceptance.service.checking import STAGES
from crm.renovations.acceptance.signing import pictures, signature
from crm.renovations.acceptance.views.pages import ANCHOR, CHECK, blueprint, told
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.cases.service.steps import STEPS
from crm.renovations.cases.views.pages import address
from crm.steps.pages import said
from crm.web.forms import attempt, form_page, hindered, opened_on, stand_on

FURTHER = 3  # findings that stand on no list


@dataclass(frozen=True, slots=True)
class Row:
    look: Look
    form: Any


@blueprint.route("/<int:renovation_id>/check", methods=["GET", "POST"])
@requires(CHECK)
def check(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    form: Any = CheckForm()
    if form.is_submitted() and STEPS.is_repeat(renovation, form["key"].data):
        return redirect(address(renovation, ANCHOR))
    is_possible = not hindered(form, service.hindrance(renovation))
    stage = STAGES.get(renovation.state, Stage.first)
    rows, further = _rows(renovation, stage), _further()
    _propose(form, renovation)
    sound = is_possible and _validated(form, [*rows, *further]) and opened_on(form, renovation)
    if sound and attempt(form, _check, renovation, form, [*rows, *further]):
        flash(_("%(number)s: %(step)s is noted.", number=renovation.number, step=STAGE_TITLES[stage]))
        return redirect(address(renovation, ANCHOR))
    return form_page(
        form,
        str(STAGE_TITLES[stage]),
        address(renovation, ANCHOR),
        "renovations/acceptance/check.html",
        intro=told(renovation),
        renovation=renovation,
        rows=rows,
        further=further,
        again=any(row.look.earlier_id for row in rows),
    )


def _rows(renovation: Renovation, stage: Stage) -> list[Row]:
    return [Row(look, LookForm(prefix=f"{look.key}-")) for look in queries.to_look_at(renovation, stage)]


def _further() -> list[Row]:
    forms = [(f"n{place}", FindingForm(prefix=f"n{place}-")) for place in range(FURTHER)]
    return [Row(Look(key=key, group="", what=form.what.data or ""), form) for key, form in forms]


def _propose(form: Any, renovation: Renovation) -> None:
    form["key"].data = form["key"].data or secrets.token_hex(12)
    stand_on(form, renovation)
    if not form.is_submitted():
        form.name.data = renovation.customer.name
        form.due_on.data = business_day() + timedelta(days=FIX_DAYS.on(business_day()))


def _validated(form: Any, rows: list[Row]) -> bool:
    """All lines are asked, so that every fault is seen at once."""
    return form.is_submitted() and all([form.validate(), *(row.form.validate() for row in rows)])


def _check(renovation: Renovation, form: Any, rows: list[Row]) -> None:
    lines = [_line(row, renovation.estate_id) for row in rows if row.look.what]
    failed = any(line.verdict is Verdict.fix for line in lines)
    checked = service.Checked(
        lines=lines,
        words=form.words.data or "",
        due_on=form.due_on.data if failed else None,
        signature_id=signature(form.own.drawn, form.own_file.data, renovation.estate_id),
        customer=service.Signed(
            name=form.name.data,
            upload_id=signature(form.drawing.drawn, form.signed_file.data, renovation.estate_id),
            refusal=form.refusal.data or "",
            witness=form.witness.data or "",
        ),
    )
    service.check(renovation, checked, said(form))


def _line(row: Row, estate_id: int) -> service.Line:
    return service.Line(
        look=row.look,
        verdict=Verdict(row.form.verdict.data),
        words=row.form.words.data or "",
        hours=row.form.hours.data or 0,
        upload_ids=pictures(row.form.photos.data, estate_id),
    )
