"""上行时效: how long letters in took in a month, by department; and 收发文登记簿, its register on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form

from crm.auth.permissions import requires
from crm.correspondence.letters import queries
from crm.correspondence.letters.listings import with_whom
from crm.correspondence.letters.models import DIRECTION_TITLES, Direction, Letter
from crm.correspondence.letters.times import MEANINGS, Times, times
from crm.correspondence.letters.views.pages import KEEP, READ, blueprint
from crm.dates import beginning_of, business_day, months_later
from crm.db import session
from crm.errors import DomainError
from crm.properties.queries import visible_estates
from crm.web import excel, pdf
from crm.web.download import attachment
from crm.web.forms import MonthField

MOST = 2_000  # lines of a register on paper
HEADINGS = (
    _l("Department"),
    _l("Letters received"),
    _l("Passed on"),
    _l("Median (hours)"),
    _l("Worst (hours)"),
    _l("Answered"),
    _l("Median (days)"),
    _l("Worst (days)"),
    _l("In time"),
    _l("Of letters with a day"),
    _l("In time (%)"),
)
KINDS = ("long", "number", "number", "area", "area", "number", "area", "area", "number", "number", "area")
FIELDS = "department received passed_on hours worst_hours answered days worst_days in_time due share".split()


class MonthForm(Form):
    """No secret, no change. Nothing written: the month that runs."""

    month = MonthField(_l("Month"))


def _asked() -> tuple[MonthForm, date | None]:
    """None, with the reason at the field, where the month is wrong."""
    form = MonthForm(request.args or None)
    if request.args and not form.validate():
        return form, None
    form.month.data = form.month.data or business_day().replace(day=1)
    return form, form.month.data


def _month() -> date:
    return _asked()[1] or abort(404)


def _rows(found: Times) -> list[list[Any]]:
    return [[getattr(line, name) for name in FIELDS] for line in (*found.lines, found.total)]


@blueprint.get("/times")
@requires(READ)
def times_of_month() -> ResponseReturnValue:
    form, month = _asked()
    found = times(month, business_day()) if month else None
    page = render_template(
        "letters/times.html",
        form=form,
        times=found,
        headings=HEADINGS,
        kinds=KINDS,
        rows=_rows(found) if found else [],
        meanings=MEANINGS,
        month=f"{month:%Y-%m}" if month else "",
        keeps=g.actor.may(KEEP),
        directions=DIRECTION_TITLES,
    )
    return page, 200 if month else 422


@blueprint.get("/times.xlsx")
@requires(READ)
def times_workbook() -> ResponseReturnValue:
    month = _month()
    title = _("Times of letters %(month)s", month=f"{month:%Y-%m}")
    rows = _rows(times(month, business_day()))
    book = excel.workbook(title, [str(heading) for heading in HEADINGS], KINDS, rows)
    return attachment(book, f"{title}.xlsx", excel.MEDIA_TYPE)


@blueprint.get("/times.pdf")
@requires(READ)
def times_paper() -> ResponseReturnValue:
    """YH-HJ-04."""
    month = _month()
    found = times(month, business_day())
    address = url_for(".times_of_month", month=f"{month:%Y-%m}", _external=True)
    paper = pdf.document(
        "letters/times.html", headings=HEADINGS, rows=_rows(found), meanings=MEANINGS, **_head(month, address)
    )
    title = _("Times of letters %(month)s", month=f"{month:%Y-%m}")
    return attachment(paper, f"{title}.pdf", "application/pdf", inline=True)


@blueprint.get("/register.pdf")
@requires(KEEP)
def register_paper() -> ResponseReturnValue:
    """收发文登记簿, YH-HJ-03: of a month, in their order; `direction` in the address narrows it."""
    month, chosen = _month(), request.args.get("direction", "")
    directions = [each for each in Direction if chosen in ("", each.value)]
    parts = [(DIRECTION_TITLES[each], each is Direction.incoming, _registered(month, each)) for each in directions]
    address = url_for(".times_of_month", month=f"{month:%Y-%m}", _external=True)
    paper = pdf.document("letters/register.html", parts=parts, with_whom=with_whom, **_head(month, address))
    title = _("Register of letters %(month)s", month=f"{month:%Y-%m}")
    return attachment(paper, f"{title}.pdf", "application/pdf", inline=True)


def _registered(month: date, direction: Direction) -> list[Any]:
    begins, ends = beginning_of(month), beginning_of(months_later(month, 1))
    wanted = Letter.registered_at >= begins, Letter.registered_at < ends, Letter.direction == direction
    rows = session().execute(queries.letters().where(*wanted).order_by(Letter.id).limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise DomainError(
            _("The register of a month takes %(most)s lines at most. Choose one estate first.", most=f"{MOST:,}")
        )
    return list(rows)


def _head(month: date, address: str) -> dict[str, Any]:
    """What stands around every paper of a month: of the chosen estate, else of all that the person sees."""
    estates = [each for each in visible_estates() if g.actor.estate_id in (None, each.id)]
    return {
        "month": f"{month:%Y-%m}",
        "estates": [each.name for each in estates],
        "company": next((each.company for each in estates if each.company), ""),
        "code": pdf.qr(address),
        "printed_on": business_day(),
        "clerk": g.actor.name,
    }
