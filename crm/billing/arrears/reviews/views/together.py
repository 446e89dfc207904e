"""Many accounts at once: what would be done, with count and sum, then done if nothing has changed since."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select

from crm.auth.permissions import requires
from crm.billing.arrears.reviews import decisions, queries
from crm.billing.arrears.reviews.decisions import Choice, Prospect
from crm.billing.arrears.reviews.forms import TogetherForm
from crm.billing.arrears.reviews.models import ArrearsLine, Decision, Review
from crm.billing.arrears.reviews.views.pages import REVIEW, address, asked_at, blueprint, expect_own, told
from crm.errors import DomainError, IllegalTransition
from crm.web.forms import attempt

MOST_TICKED = 1_000  # no page shows more


@blueprint.post("/<int:review_id>/together")
@requires(REVIEW)
def together(review_id: int) -> ResponseReturnValue:
    review, form = queries.get_review(review_id), TogetherForm()
    if reason := decisions.freeze(review):
        raise IllegalTransition(reason)
    back = form.address.data = expect_own(review, form.address.data or address(review.id))
    ids, ticked = _chosen(review, form)
    seen = decisions.prospect(review, ids, _choice(form))
    if not seen.lines:
        raise DomainError(_nothing(form, seen, ticked))
    if form.digest.data and form.validate() and _unchanged(form, seen) and attempt(form, _carry_out, review, ids, form):
        flash(_("%(count)s accounts are decided.", count=f"{seen.lines:,}"))
        return redirect(back, 303)
    return _page(review, form, seen, ticked)


def _page(review: Review, form: TogetherForm, seen: Prospect, ticked: list[int]) -> ResponseReturnValue:
    """What would be done; sent again it is done."""
    sent, form.digest.data = bool(form.digest.data), seen.digest
    page = render_template(
        "billing/arrears/reviews/together.html",
        form=form,
        title=_title(form),
        back=form.address.data,
        intro=told(review),
        seen=seen,
        ticked=ticked,
    )
    return page, 422 if sent else 200


def _chosen(review: Review, form: TogetherForm) -> tuple[Select[Any], list[int]]:
    """The lines' ids as a SELECT, and those that were ticked."""
    if form.scope.data == "all":
        asked = asked_at(str(form.address.data))
        return queries.ids_of(asked), []
    ticked = [int(text) for text in request.form.getlist("id") if text.isdecimal() and len(text) < 10][:MOST_TICKED]
    return select(ArrearsLine.id).where(ArrearsLine.review_id == review.id, ArrearsLine.id.in_(ticked)), ticked


def _choice(form: TogetherForm) -> Choice | None:
    if form.what.data not in (Decision.hold.value, Decision.nothing.value):
        return None
    return Choice(kind=Decision(form.what.data), until=form.until.data, remark=form.remark.data or "")


def _carry_out(review: Review, ids: Select[Any], form: TogetherForm) -> int:
    if (choice := _choice(form)) is None:
        return decisions.accept_all(review, ids)
    return decisions.decide_all(review, ids, choice)


def _unchanged(form: TogetherForm, seen: Prospect) -> bool:
    if form.digest.data != seen.digest:
        form.form_errors.append(_("Nothing was done: something has changed since. Look at the figures again."))
        return False
    return True


def _nothing(form: TogetherForm, seen: Prospect, ticked: list[int]) -> str:
    if form.scope.data != "all" and not ticked:
        return _("No account is chosen. Tick at least one, or choose all of the list.")
    if seen.late:
        return _("For each of them holding was advised until a day that has passed: decide them one by one.")
    if form.what.data == "accept":
        return _("None of these accounts is undecided.")
    return _("No account is chosen. Tick at least one, or choose all of the list.")


def _title(form: TogetherForm) -> str:
    titles = {"hold": _("Hold several accounts"), "nothing": _("Several accounts: nothing this month")}
    return titles.get(form.what.data or "", _("Take the advice for several accounts"))
