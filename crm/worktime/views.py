"""The working calendar, year by year; entering a year's notice; a notice as it was entered."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.web.forms import attempt
from crm.worktime import queries, reports, service
from crm.worktime.calendar import WEEKDAY_TITLES, Calendar, differences
from crm.worktime.forms import NoticeForm, ReckonForm
from crm.worktime.models import HolidayNotice
from crm.worktime.reports import Preview

blueprint = Blueprint("worktime", __name__, url_prefix="/working-days")
P = Permission


@blueprint.get("/")
@requires(P.policy_read)
def index() -> ResponseReturnValue:
    calendar, today = queries.calendar(), business_day()
    year = request.args.get("year", type=int)
    year = year if year in calendar.years else today.year
    return render_template(
        "worktime/index.html",
        drawn=reports.draw_year(calendar, year, today),
        tabs=_tabs(calendar, year),
        covered=year in calendar.years,
        covered_until=calendar.covered_until(today),
        missing=reports.missing(calendar, today),
        notices=queries.notices(year),
        may_edit=g.actor.may(P.policy_edit),
        **_reckoned(calendar),
    )


def _tabs(calendar: Calendar, here: int) -> list[tuple[str, str, bool]]:
    years = sorted(calendar.years | {here})
    return [(str(year), url_for(".index", year=year), year == here) for year in years]


def _reckoned(calendar: Calendar) -> dict[str, Any]:
    """The little reckoner on the page; nothing while nobody asks."""
    form, lines = ReckonForm(request.args), []
    if "day" in request.args and form.validate() and form.day.data and form.days.data:
        with suppress(OverflowError):  # beyond the year 9999
            lines = calendar.reckoning(form.day.data, form.days.data)
    weekdays = [str(WEEKDAY_TITLES[line.day.weekday()]) for line in lines]
    return {"reckoner": form, "reckoning": list(zip(lines, weekdays, strict=True))}


@blueprint.get("/notices/<int:notice_id>")
@requires(P.policy_read)
def notice(notice_id: int) -> ResponseReturnValue:
    found = queries.get_notice(notice_id)
    before = queries.notice_before(found)
    return render_template(
        "worktime/notice.html",
        notice=found,
        holds=found.id == queries.latest_of(found.year),
        before=before,
        changes=differences(reports.calendar_of(before), reports.calendar_of(found)) if before else [],
        drawn=reports.draw_year(reports.calendar_of(found), found.year, business_day()),
    )


@blueprint.route("/notices/new", methods=["GET", "POST"])
@requires(P.policy_edit)
def new_notice() -> ResponseReturnValue:
    """First the preview, then entering what it showed: both send the same form, the button says which."""
    today = business_day()
    form = NoticeForm(data={"year": reports.year_to_enter(queries.calendar(), today)})
    if not form.validate_on_submit():
        return _page(form, None)
    shown = reports.preview(form.text.data or "", form.year.data, form.title.data or "", today)
    if request.form.get("step") == "enter" and (entered := _attempt_to_enter(form, shown)):
        flash(_("The notice is entered; %(year)s is reckoned by it from now on.", year=str(entered.year)))
        return redirect(url_for(".index", year=entered.year))
    form.digest.data = shown.digest
    return _page(form, shown)


def _attempt_to_enter(form: NoticeForm, shown: Preview) -> HolidayNotice | None:
    """None when it may not be entered; then the reason stands above the form."""
    if reason := _hindrance(form, shown):
        form.form_errors.append(reason)
        return None
    entered: HolidayNotice | None = attempt(
        form, service.enter_notice, shown.year, shown.title, shown.overrides, latest=shown.latest
    )
    return entered


def _hindrance(form: NoticeForm, shown: Preview) -> str:
    """Why what stands in the form is not entered yet, or ""."""
    if shown.faults:
        return _("Some lines cannot be entered like this. Correct them first; they are named below.")
    if form.digest.data != shown.digest:
        return _("This is not what you saw in the preview. Look at it again, then enter it.")
    if shown.doubts and not form.seen.data:
        return _("Some lines are doubtful. Compare them with the notice, correct them or tick that they are right.")
    return ""


def _page(form: NoticeForm, shown: Preview | None) -> ResponseReturnValue:
    refused = form.errors or (shown and shown.faults)
    page = render_template("worktime/new.html", form=form, preview=shown, back=url_for(".index"))
    return page, 422 if form.is_submitted() and refused else 200
