"""A notice as it is typed, new or changed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.correspondence.audience.asked import estate_asked
from crm.correspondence.audience.chosen import restored
from crm.correspondence.audience.forms import shown
from crm.correspondence.notices import queries, service
from crm.correspondence.notices.forms import NoticeForm
from crm.correspondence.notices.models import Notice
from crm.correspondence.notices.service.drafting import TYPED
from crm.correspondence.notices.views.pages import WRITE, about, back_to, blueprint, new_key
from crm.correspondence.wordings.models import WordingKind
from crm.correspondence.wordings.queries import find_in_use, in_use
from crm.properties.queries import visible_estates
from crm.steps.taking import Said
from crm.web.forms import attempt, form_page, hindered, is_current

FORM = "notices/form.html"


@blueprint.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new() -> ResponseReturnValue:
    """`estate_id` and `wording_id` in the address; without an estate it is asked for first."""
    estate = estate_asked()
    if estate is None:
        return render_template("notices/estate.html", estates=visible_estates())
    wording = find_in_use(WordingKind.notice, request.args.get("wording_id"))
    begun: dict[str, Any] = {"subject": wording.subject, "body": wording.body} if wording else {}
    form = NoticeForm(key=new_key(), **begun)
    form.offer(estate.id)
    form.offer_kinds()
    wording_id = wording.id if wording else None
    if form.validate_on_submit() and (notice := attempt(form, _draft, form, estate.id, wording_id)):
        flash(_("Drafted. Look at whom it goes to, then issue it."))
        return redirect(back_to(notice), 303)
    offered = [(each, url_for(".new", estate_id=estate.id, wording_id=each.id)) for each in in_use(WordingKind.notice)]
    back = url_for(".index")
    return form_page(form, _("Draft a notice"), back, FORM, intro=estate.name, wordings=offered, wording=wording)


def _draft(form: NoticeForm, estate_id: int, wording_id: int | None) -> Notice:
    return service.draft(form.draft(estate_id, wording_id), form.key.data or None)


@blueprint.route("/<int:household_notice_id>/change", methods=["GET", "POST"])
@requires(WRITE)
def change(household_notice_id: int) -> ResponseReturnValue:
    notice = queries.get_notice(household_notice_id)
    form = NoticeForm(obj=notice, **_present(notice))
    if not form.is_submitted():
        form.key.data = new_key()  # the draft has one of its own, which no change may take
    form.offer(notice.estate_id)
    form.offer_kinds(notice.kind)
    if form.is_submitted() and service.STEPS.is_repeat(notice, form.key.data, "change"):
        return redirect(back_to(notice))
    possible = not hindered(form, service.STEPS.hindrance(notice, "change")) and form.validate_on_submit()
    current = possible and is_current(form, notice, timeline("household_notice", notice.id), fields=TYPED)
    if current and attempt(form, _change, notice, form):
        flash(_("Changed."))
        return redirect(back_to(notice), 303)
    title = _("Change the draft")
    return form_page(form, title, back_to(notice), FORM, intro=about(notice), wordings=(), wording=None)


def _present(notice: Notice) -> dict[str, Any]:
    return {**notice.facts, **shown(restored(notice.audience))}


def _change(notice: Notice, form: NoticeForm) -> None:
    told = form.draft(notice.estate_id, notice.wording_id)
    service.change(notice, told, Said(key=form.key.data or None))
