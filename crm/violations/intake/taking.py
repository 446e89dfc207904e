"""From the form to the violation: where it was, whose it is, and its pictures."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from crm.calls.entering import About
from crm.calls.places import Spot, household_of
from crm.errors import DomainError
from crm.properties.queries import get_public_area, get_unit_called
from crm.violations.cases import photos, service
from crm.violations.cases.models import Violation, ViolationPhotoStage
from crm.violations.cases.service import Noted
from crm.violations.intake.forms import NOBODY, NoteForm
from crm.violations.types.queries import get_type
from crm.web.forms import offered


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """What it came from, such as a complaint."""

    kind: str = ""
    id: int | None = None


def spot_of(estate_id: int, form: NoteForm) -> Spot:
    """`estate_id`: known before anybody typed, else 0. Raises `DomainError` when the estate has no such unit."""
    chosen = offered(form.area)
    area = get_public_area(int(chosen)) if chosen else None
    if not estate_id:  # an area lies where it lies, whichever estate was chosen beside it
        estate_id = area.estate_id if area else (offered(form.estate_id) if "estate_id" in form else 0) or 0
    unit = get_unit_called(estate_id, form.unit.data) if form.unit.data else None
    return Spot(estate_id=estate_id, unit=unit, area=area)


def customer_of(whom: About, form: NoteForm, spot: Spot | None) -> int | None:
    """Who was chosen; nothing chosen, the customer whose card it was, or the likeliest in the unit."""
    chosen = offered(form.customer)
    if chosen == NOBODY or (not chosen and form.person.data):
        return None
    if chosen:
        return int(chosen)
    if whom.customer:
        return whom.customer.id
    return household_of(spot.unit.id) if spot and spot.unit else None


def take(whom: About, form: NoteForm, spot: Spot, came: From) -> Violation:
    if spot.area and spot.area.estate_id != spot.estate_id:
        raise DomainError(_("The public area lies in another estate."))
    noted = Noted(
        type=get_type(int(form.type_id.data)),
        found=form.found.data or "",
        found_at=form.found_at,
        found_by=form.found_by.data or "",
        wording=form.wording.data or "",
        clause=form.clause.data or "",
        unit=spot.unit,
        public_area=spot.area,
        spot=form.spot.data or "",
        customer_id=customer_of(whom, form, spot),
        person=form.person.data or "",
        about_kind=came.kind,
        about_id=came.id,
        key=form.key.data or None,
    )
    made = service.note(spot.estate_id, noted)
    photos.keep_photos(made, photos.chosen(form.photos), ViolationPhotoStage.found, form.key.data or None)
    return made
