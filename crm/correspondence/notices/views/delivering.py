"""Noting how a household was reached, at its door on a phone or at the counter; the proof; an entry taken back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.correspondence.notices import queries, service
from crm.correspondence.notices.forms import FORMS, BackForm
from crm.correspondence.notices.models import REACH_TITLES, NoticeDelivery, NoticeHousehold, Reach
from crm.correspondence.notices.views.pages import DELIVER, PURPOSE, READ, blueprint, new_key
from crm.correspondence.wordings.wording import in_paragraphs
from crm.files.showing import shown
from crm.files.store import keep_proof
from crm.web.forms import attempt, form_page, hindered

LARGEST = 12 * 1024 * 1024  # bytes of a phone's picture
FORM = "notices/reach.html"


def _back(household: NoticeHousehold) -> str:
    return url_for("notices.household", household_id=household.id)


def _about(household: NoticeHousehold) -> str:
    return " · ".join((household.label, household.name, household.notice.number or "", household.subject))


@blueprint.get("/households/<int:household_id>")
@requires(READ)
def household(household_id: int) -> str:
    found = queries.get_household(household_id)
    hindrance = service.STEPS.hindrance(found.notice, "deliver")
    entries = queries.deliveries_of(found.id)
    return render_template(
        "notices/household.html",
        household=found,
        notice=found.notice,
        reached=REACH_TITLES[found.reached_by] if found.reached_by else "",
        paragraphs=in_paragraphs(found.body),
        ways=[(name, _title(name)) for name in FORMS] if g.actor.may(DELIVER) and not hindrance else [],
        deliveries=[(REACH_TITLES[each.reach], each) for each in entries],
        undone={each.takes_back_id for each in entries},
        may_take_back=g.actor.may(DELIVER) and not hindrance,
        reading=Reach.reading,
        hindrance=hindrance,
    )


def _title(name: str) -> str:
    return _("It did not work") if name == "failed" else str(REACH_TITLES[Reach(name)])


@blueprint.route("/households/<int:household_id>/reach/<reach>", methods=["GET", "POST"])
@requires(DELIVER)
def reach(household_id: int, reach: str) -> ResponseReturnValue:
    found, made = queries.get_household(household_id), FORMS.get(reach) or abort(404)
    form: Any = made(key=new_key())
    if form.is_submitted() and service.find_entered(found, form.key.data):
        return redirect(_back(found), 303)
    possible = not hindered(form, service.STEPS.hindrance(found.notice, "deliver"))
    if possible and form.validate_on_submit() and attempt(form, _note, found, form):
        flash(_("Noted: %(way)s.", way=_title(reach)))
        return redirect(_back(found), 303)
    if form.is_submitted() and form.file is not None:
        form.form_errors.append(_("Choose the photograph again: a browser does not keep it."))
    return form_page(form, _title(reach), _back(found), FORM, intro=_about(found), button=_("Note it"))


def _note(household: NoticeHousehold, form: Any) -> NoticeDelivery:
    return service.note(household, form.reached(_kept(household, form)))


def _kept(household: NoticeHousehold, form: Any) -> int | None:
    """What was drawn, else what was photographed."""
    content, name = form.signed, "signature.png"
    if content is None and form.file is not None:
        content, name = form.file.read(), form.file.filename
    if content is None:
        return None
    estate_id = household.notice.estate_id
    return keep_proof(content, name, purpose=PURPOSE, estate_id=estate_id, largest=LARGEST).id


@blueprint.route("/deliveries/<int:notice_delivery_id>/take-back", methods=["GET", "POST"])
@requires(DELIVER)
def take_back(notice_delivery_id: int) -> ResponseReturnValue:
    delivery, form = queries.get_delivery(notice_delivery_id), BackForm()
    household, title = delivery.household, _("Take the entry back")
    possible = not hindered(form, service.take_back_hindrance(delivery))
    if possible and form.validate_on_submit() and attempt(form, service.take_back, delivery, form.reason.data or ""):
        flash(_("Taken back. Both entries stay."))
        return redirect(_back(household), 303)
    what = f"{_about(household)} · {REACH_TITLES[delivery.reach]}"
    return form_page(form, title, _back(household), FORM, intro=what, button=title)


@blueprint.get("/deliveries/<int:notice_delivery_id>/proof")
@requires(READ)
def proof(notice_delivery_id: int) -> ResponseReturnValue:
    upload = queries.get_proof(notice_delivery_id)
    return shown(upload)
