"""From the form to the case: who complains, of what and whom, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn

from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.calls.entering import About as Whom
from crm.calls.entering import digits_of
from crm.calls.places import Spot, homes_of, household_of, spot_of
from crm.calls.queries import owners_of_number
from crm.complaints.cases import service
from crm.complaints.cases.models import About, Channel, Complaint, ComplaintState
from crm.complaints.cases.promised import promised_in_words
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Caller, Complained
from crm.complaints.cases.service.steps import Said
from crm.complaints.categories.models import ComplaintCategory
from crm.complaints.categories.queries import get_category
from crm.complaints.intake import attaching
from crm.complaints.intake.forms import CallerForm, ComplaintForm
from crm.complaints.intake.known import Known
from crm.complaints.intake.origin import Origin, tie
from crm.complaints.intake.words import about_of
from crm.dates import business_day
from crm.errors import DomainError
from crm.properties.models import Unit
from crm.properties.queries import get_unit_called
from crm.tenants.queries import occupancies_of_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`spot`: where the trouble is; `home`: the unit that was named, the caller's where the trouble lies elsewhere."""

    spot: Spot
    home: Spot
    neighbour: Unit | None = None


def place_of(whom: Whom, form: ComplaintForm) -> Place:
    """A neighbour who is named is where the trouble is, else a public area; else it is in the unit. Raises
    `DomainError` when the estate has no such unit."""
    home = spot_of(whom, form)
    if form.neighbour.data:
        neighbour = get_unit_called(home.estate_id, form.neighbour.data)
        return Place(spot=Spot(estate_id=home.estate_id, unit=neighbour), home=home, neighbour=neighbour)
    return Place(spot=replace(home, unit=None) if home.area or _says_who(whom, form, home) else home, home=home)


def _says_who(whom: Whom, form: CallerForm, home: Spot) -> bool:
    """An anonymous caller's own unit is no place of the case: everybody could see whose it is."""
    if not (form.anonymous.data and whom.customer and home.unit):
        return False
    return home.unit.label in homes_of(whom.customer.id)


def caller_file(whom: Whom, form: CallerForm, home: Spot) -> int | None:
    """Whose file the caller has: the one the form was opened for, else whoever of the estate alone has the number,
    else who of the unit has this name. A unit alone says where the trouble is, not who complains."""
    if whom.customer:
        return whom.customer.id
    if form.anonymous.data or form.channel.data == Channel.patrol:
        return None
    found, _numbers = owners_of_number(form.number.data) if form.number.data else ([], [])
    owners = [each.id for each in found if each.estate_id == home.estate_id]
    if len(owners) == 1:
        return owners[0]
    if form.caller.data and home.unit:
        return _called(home.unit.id, form.caller.data)
    return household_of(whom.unit.id) if whom.unit and not form.caller.data else None


def _called(unit_id: int, name: str) -> int | None:
    day = business_day()
    there = [each.customer for each in occupancies_of_unit(unit_id) if each.lasts_on(day)]
    return next((each.id for each in there if each.name == name), None)


def caller_of(whom: Whom, form: CallerForm, home: Spot, origin: Origin) -> Caller:
    ours = form.channel.data == Channel.patrol and not whom.customer
    return Caller(
        customer_id=form.customer_id,
        unit_id=home.unit.id if home.unit and not ours else None,
        name=form.caller.data or (actor().name if ours else ""),
        digits=digits_of(whom, form) or origin.digits,
        anonymous=bool(form.anonymous.data),
        wants_word=bool(form.wants_word.data),
        channel=Channel(form.channel.data),
        words=form.words.data or "",
        call_id=origin.call.id if origin.call else None,
        key=form.key.data or None,
    )


def category_of(form: ComplaintForm, known: Known) -> ComplaintCategory:
    """What was chosen, else the likeliest: the form is refused where there is neither."""
    return get_category(int(form.category_id.data)) if form.category_id.data else known.likely[0]


def take(whom: Whom, form: ComplaintForm, place: Place, known: Known, origin: Origin) -> Complaint:
    """A case of its own, or what the caller is noted with: the case of the same."""
    if standing := service.find_received(form.key.data):
        return standing
    case = _taken(whom, form, place, known, origin)
    tie(case, origin, anonymous=bool(form.anonymous.data))
    return case


def _taken(whom: Whom, form: ComplaintForm, place: Place, known: Known, origin: Origin) -> Complaint:
    kind, _dash, key = (form.attach.data or "").partition("-")
    if kind not in ("again", "caller"):
        return _own(whom, form, place, known, origin)
    same = next((each for each in known.under_way if str(each.id) == key), None)
    if same is None:
        _gone()
    case = get_case(same.id)
    if kind == "again" and same.own:
        attaching.call_again(case, form)
    else:
        attaching.note_caller(case, caller_of(whom, form, place.home, origin), form)
    return case


def _gone() -> NoReturn:
    raise DomainError(_("It is over by now: look at what is known, and choose anew."))


def _own(whom: Whom, form: ComplaintForm, place: Place, known: Known, origin: Origin) -> Complaint:
    """Raises `DomainError` where somebody must look at what is known first; what is urgent waits for nothing."""
    if known.warns and not form.urgent.data and form.attach.data != "own" and form.seen.data != known.mark:
        raise DomainError(_("Something is known about this already: look below, then choose."))
    complained = Complained(
        category=category_of(form, known),
        words=form.words.data or "",
        wish=form.wish.data or "",
        urgent=bool(form.urgent.data),
        spot=form.spot.data or "",
        unit=place.spot.unit,
        public_area=place.spot.area,
        hotline_number=form.hotline_number.data or "",
        **_whom_about(form, place),
    )
    case = service.receive(place.spot.estate_id, complained, caller_of(whom, form, place.home, origin))
    if form.answered.data and case.state is ComplaintState.received:
        told = form.answer.data or promised_in_words(case, answered=True)
        service.acknowledge(case, Said(note=told))
    return case


def _whom_about(form: ComplaintForm, place: Place) -> dict[str, Any]:
    """What was chosen, else what the fields beside it say, else the words."""
    person = int(form.about_user_id.data) if form.about_user_id.data else None
    neighbour = household_of(place.neighbour.id) if place.neighbour else None
    about = About(form.about.data) if form.about.data else _derived(form, place, person)
    return {
        "about": about,
        "about_user_id": person if about is About.person else None,
        "about_customer_id": neighbour if about is About.neighbour else None,
    }


def _derived(form: ComplaintForm, place: Place, person: int | None) -> About:
    if place.neighbour:
        return About.neighbour
    if person:
        return About.person
    return About.public_area if place.spot.area else about_of(form.words.data or "")
