"""日结: counting blind, what it comes to, explaining, signing, the day's report."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.billing.cashier import listings, queries, service
from crm.billing.cashier.forms import CountForm, ExplainForm, SignForm
from crm.billing.cashier.models import CLOSE_TITLES, WORKFLOW, CloseState, DayClose
from crm.billing.cashier.reports.drawer import closing, drawer
from crm.billing.cashier.service import Count
from crm.billing.cashier.views.pages import APPROVE, READ, TAKE, blueprint
from crm.dates import business_day
from crm.errors import IllegalTransition
from crm.lists import listing
from crm.properties.forms import estate_choices
from crm.properties.queries import get_estate, visible_estates
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, is_current


@blueprint.get("/closes/")
@requires(READ)
def closes() -> ResponseReturnValue:
    new = url_for(".count") if g.actor.may(TAKE) else None
    return listing.answer(listings.closes(), new_url=new, new_text=_("Close the day"))


@blueprint.route("/closes/new", methods=["GET", "POST"])
@requires(TAKE)
def count() -> ResponseReturnValue:
    """Blind: nothing here says what there should be."""
    form, estates = _count_form(), visible_estates()
    form.estate_id.choices = estate_choices(estates)
    if not form.is_submitted():
        form.estate_id.data = _first_to_close([estate.id for estate in estates])
    if form.validate_on_submit() and (made := attempt(form, _count, form)):
        return _counted(made)
    return _count_page(form, _("Close the day"), url_for(".index"))


def _count_form() -> Any:
    form = CountForm()
    del form.version
    return form


def _first_to_close(estate_ids: list[int]) -> int | None:
    """The estate whose drawer has something in it, the one chosen in the top bar before others."""
    waiting = drawer().estate_ids
    first = [g.actor.estate_id, *waiting, *estate_ids]
    return next((key for key in first if key is not None), None)


def _count(form: Any) -> DayClose:
    return service.count(get_estate(form.estate_id.data), _as_counted(form))


def _as_counted(form: Any) -> Count:
    return Count(sums=form.sums, pieces=form.pieces)


def _counted(made: DayClose) -> ResponseReturnValue:
    if made.state is CloseState.counted:
        flash(_("Counted: everything agrees. It is to be signed by somebody else."))
    else:
        flash(_("What was counted is not what the documents say. Explain the difference, or count again."), "warning")
    return redirect(url_for(".close", day_close_id=made.id))


def _count_page(form: Any, title: str, back: str, **context: Any) -> ResponseReturnValue:
    return form_page(form, title, back, "billing/cashier/count.html", **context)


@blueprint.get("/closes/<int:day_close_id>")
@requires(READ)
def close(day_close_id: int) -> ResponseReturnValue:
    found = queries.get_close(day_close_id)
    return render_template(
        "billing/cashier/close.html",
        closing=closing(found),
        close=found,
        state=CLOSE_TITLES[found.state],
        tone=listings.CLOSE_TONES[found.state],
        actions=[(name, WORKFLOW[name].title) for name in _offered(found)],
    )


def _offered(found: DayClose) -> list[str]:
    """Who counted explains and counts again; whoever did not, signs."""
    own = found.cashier_id == g.actor.user_id
    return [name for name in WORKFLOW.offered(found, g.actor.permissions) if own == (name != "sign")]


def _expect_offered(found: DayClose, name: str) -> None:
    if name not in _offered(found):
        raise IllegalTransition(_("This is not possible here: the close is another cashier's, or is past it."))


@blueprint.route("/closes/<int:day_close_id>/recount", methods=["GET", "POST"])
@requires(TAKE)
def recount(day_close_id: int) -> ResponseReturnValue:
    found = queries.get_close(day_close_id)
    _expect_offered(found, "recount")
    form = CountForm(version=found.version)
    del form.estate_id
    if form.validate_on_submit() and is_current(form, found) and attempt(form, _recount, found, form):
        return _counted(found)
    return _count_page(form, _("Count again"), url_for(".close", day_close_id=found.id), intro=_told(found))


def _recount(found: DayClose, form: Any) -> None:
    service.count_again(found, _as_counted(form))


def _told(found: DayClose) -> str:
    return f"{found.cashier.full_name} · {found.estate.name} · {found.day.isoformat()}"


@blueprint.route("/closes/<int:day_close_id>/explain", methods=["GET", "POST"])
@requires(TAKE)
def explain(day_close_id: int) -> ResponseReturnValue:
    found = queries.get_close(day_close_id)
    _expect_offered(found, "explain")
    form = ExplainForm(obj=found)
    current = form.validate_on_submit() and is_current(form, found, timeline("day_close", found.id))
    if current and attempt(form, service.explain, found, form.explanation.data):
        flash(_("Explained. It is to be signed by somebody else."))
        return redirect(url_for(".close", day_close_id=found.id))
    return form_page(form, str(WORKFLOW["explain"].title), url_for(".close", day_close_id=found.id), intro=_told(found))


@blueprint.route("/closes/<int:day_close_id>/sign", methods=["GET", "POST"])
@requires(APPROVE)
@confirmed_for_this
def sign(day_close_id: int) -> ResponseReturnValue:
    found, form = queries.get_close(day_close_id), SignForm()
    _expect_offered(found, "sign")
    if not form.is_submitted():
        form.version.data = found.version
    if form.validate_on_submit() and is_current(form, found) and attempt(form, service.sign, found, form.remark.data):
        flash(_("The day close is signed."))
        return redirect(url_for(".close", day_close_id=found.id))
    page, back = "billing/cashier/sign.html", url_for(".close", day_close_id=found.id)
    return form_page(form, _("Sign the day close"), back, page, intro=_told(found), closing=closing(found))


@blueprint.get("/closes/<int:day_close_id>/report.pdf")
@requires(READ)
def report(day_close_id: int) -> ResponseReturnValue:
    found, day = queries.get_close(day_close_id), business_day()
    paper = pdf.document(
        "billing/day_close.html",
        closing=closing(found),
        close=found,
        state=CLOSE_TITLES[found.state],
        estate=found.estate,
        printed_on=day,
        clerk=g.actor.name,
    )
    name = f"{_('Day close')} {found.day.isoformat()} {found.cashier.full_name}.pdf"
    return attachment(paper, name, "application/pdf", inline=True)
