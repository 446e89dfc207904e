"""Taking a complaint: one short form, and what is known while it is typed. One more caller; two cases that are one."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.calls.entering import About, offer, prefilled
from crm.calls.places import AREA, Spot, homes_of, thing_named, things_of
from crm.complaints.cases.models import ADDRESS, Complaint
from crm.complaints.cases.promised import promised_in_words
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service.registering import caller_hindrance
from crm.complaints.categories.queries import choosable, get_category
from crm.complaints.intake import attaching, taking
from crm.complaints.intake.forms import CallerForm, ComplaintForm
from crm.complaints.intake.known import Asked, Known, known_of
from crm.complaints.intake.origin import Origin, origin_of
from crm.complaints.intake.queries import people
from crm.complaints.intake.taking import Place
from crm.errors import DomainError
from crm.properties.queries import get_unit_called
from crm.web.forms import attempt, choices, form_page, hindered, offered

blueprint = Blueprint("complaint_intake", __name__, url_prefix="/complaints")
LOG = Permission.complaint_log


@blueprint.route("/new", methods=["GET", "POST"])
@requires(LOG)
def new() -> ResponseReturnValue:
    """`customer_id`, `unit_id`, `phone`, `public_area_id`, `call_id` or `letter_id` in the address say what it is
    about."""
    origin, whom = origin_of(request.args)
    form = _form(origin, whom)
    place, known = _known(whom, form)
    form.likely = known.likely
    if form.validate_on_submit() and (case := attempt(form, _take, whom, form, place, known, origin)):
        flash(_told(case, form))
        return redirect(ADDRESS.format(case.id))
    context = {"whom": whom, "known": known, "origin": origin}
    return form_page(form, _("Take a complaint"), _back(whom), "complaints/intake/new.html", **context)


@blueprint.post("/new/known")
@requires(LOG)
def known() -> ResponseReturnValue:
    """The part below the words, asked for while they are typed."""
    origin, whom = origin_of(request.args)
    form = _form(origin, whom)
    _place, found = _known(whom, form)
    return render_template("complaints/intake/_known.html", form=form, known=found)


@blueprint.route("/<int:complaint_id>/callers/new", methods=["GET", "POST"])
@requires(LOG)
def add_caller(complaint_id: int) -> ResponseReturnValue:
    """One more who complains of the same; `customer_id`, `unit_id` and `phone` say who it is."""
    case, (origin, whom) = get_case(complaint_id), origin_of(request.args)
    form = _caller_form(case, whom)
    may = not hindered(form, caller_hindrance(case) or _elsewhere(case, whom))
    if may and form.validate_on_submit() and attempt(form, _note, case, whom, form, origin):
        flash(_("The caller is noted. %(promised)s", promised=promised_in_words(case)))
        return redirect(ADDRESS.format(case.id))
    return form_page(form, _("One more caller"), ADDRESS.format(case.id), "complaints/intake/caller.html", case=case)


def _take(whom: About, form: ComplaintForm, place: Place | None, known: Known, origin: Origin) -> Complaint:
    return taking.take(whom, form, place or taking.place_of(whom, form), known, origin)


def _note(case: Complaint, whom: About, form: CallerForm, origin: Origin) -> Any:
    return attaching.note_caller(case, taking.caller_of(whom, form, _home(case, form), origin), form)


def _told(case: Complaint, form: ComplaintForm) -> str:
    words = promised_in_words(case)
    if form.noted_only:
        return _("Noted with %(number)s. Read out: %(promised)s", number=case.number, promised=words)
    return _("%(number)s is entered. Read out: %(promised)s", number=case.number, promised=words)


def _back(whom: About) -> str:
    return whom.back if whom.customer or whom.unit else url_for("complaints.index")


def _form(origin: Origin, whom: About) -> ComplaintForm:
    known = {**prefilled(whom), **{name: value for name, value in origin.known.items() if value}}
    form = ComplaintForm(data={**known, "thing": thing_named(request.args, [AREA]), "key": secrets.token_hex(12)})
    estates = _offer(form, whom)
    form.thing.choices = choices(things_of(estates, [AREA]), empty=_("None: it is in a unit"))
    offer_of = {str(each.id): each.full_name for each in choosable()}
    form.category_id.choices = choices(offer_of, empty=_("As the words say"))
    form.about_user_id.choices = choices(people(estates), empty=_("Nobody of us"))
    form.anonymous.description = _(
        "The name is shown nowhere, the number only for a reason that is logged. Everybody sees the unit above: then "
        "name only where the trouble is."
    )
    return form


def _offer(form: Any, whom: About) -> list[int]:
    form.homes = homes_of(whom.customer.id) if whom.customer else []
    if not form.is_submitted() and not form.unit.data and len(form.homes) == 1:
        form.unit.data = form.homes[0]
    form.thing.label.text = _("Public area")
    form.unit.description = _("Such as 3-1-502: the caller's own, or where it is.")
    return [estate.id for estate in offer(form, whom)]


def _known(whom: About, form: ComplaintForm) -> tuple[Place | None, Known]:
    """What is known as far as it is typed; a unit that nobody knows yet is none."""
    try:
        place = taking.place_of(whom, form)
    except DomainError:
        place = None
    nowhere = Spot(estate_id=whom.estate.id if whom.estate else offered(form.estate_id) or 0, unit=whom.unit)
    form.customer_id = taking.caller_file(whom, form, place.home if place else nowhere)
    chosen = offered(form.category_id)
    asked = Asked(
        words=form.words.data or "",
        category=get_category(int(chosen)) if chosen else None,
        spot=place.spot if place else nowhere,
        home=place.home if place else nowhere,
        customer_id=None if form.anonymous.data else form.customer_id,
        offered=choosable(),
    )
    return place, known_of(asked)


def _caller_form(case: Complaint, whom: About) -> CallerForm:
    form = CallerForm(data={**prefilled(whom), "key": secrets.token_hex(12)})
    _offer(form, whom)
    for name in ("thing", "spot", "seen", "attach", "estate_id"):
        if name in form:
            del form[name]
    try:
        home = _home(case, form)
    except DomainError:  # said when it is saved
        home = Spot(estate_id=case.estate_id)
    form.customer_id = taking.caller_file(whom, form, home)
    return form


def _home(case: Complaint, form: CallerForm) -> Spot:
    """Raises `DomainError` when the estate of the case has no such unit."""
    unit = get_unit_called(case.estate_id, form.unit.data) if form.unit.data else None
    return Spot(estate_id=case.estate_id, unit=unit)


def _elsewhere(case: Complaint, whom: About) -> str:
    if whom.estate and whom.estate.id != case.estate_id:
        return _("This customer is of another estate: take a complaint of its own.")
    return ""
