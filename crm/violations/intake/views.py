"""Noting a violation, from a caller's card, a unit, a public area, or what it came from."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.calls.entering import About, about
from crm.calls.places import AREA, LONGEST_ID, Spot, people_of, things_of
from crm.dates import business_day, utc_now
from crm.errors import DomainError
from crm.properties.forms import estate_choices
from crm.properties.models import Estate
from crm.properties.queries import get_estate, get_public_area, get_unit, visible_estates
from crm.tenants.queries import get_customer
from crm.violations.cases.origins import Origin, origin_of
from crm.violations.intake import taking
from crm.violations.intake.forms import NOBODY, NoteForm
from crm.violations.intake.known import Known, known_of
from crm.violations.intake.taking import From, spot_of
from crm.violations.types.queries import get_type, types
from crm.web.forms import attempt, choices, form_page, offered
from crm.web.templating import moment

blueprint = Blueprint("violation_intake", __name__, url_prefix="/violations/new")
LOG = Permission.violation_log


@blueprint.route("", methods=["GET", "POST"])
@requires(LOG)
def new() -> ResponseReturnValue:
    """`customer_id`, `unit_id`, `public_area_id` or `about` (complaint-12) in the address say what it is about."""
    asked = _Asked()
    form = asked.form()
    spot = asked.spot(form)
    if form.validate_on_submit() and (made := attempt(form, asked.take, form, spot)):
        flash(_("%(number)s is noted.", number=made.number))
        return redirect(url_for("violations.show", violation_id=made.id))
    context = {"whom": asked.whom, "origin": asked.origin, "known": asked.known(form, spot)}
    return form_page(form, _("Note a violation"), asked.back, "violations/new.html", **context)


@blueprint.post("/known")
@requires(LOG)
def known() -> ResponseReturnValue:
    """The part below the words, asked for while they are typed."""
    asked = _Asked()
    form = asked.form()
    return render_template("violations/_known.html", form=form, known=asked.known(form, asked.spot(form)))


class _Asked:
    """What the address says of it. 404 for what is outside the person's estates."""

    def __init__(self) -> None:
        self.whom: About = about(request.args)
        self.came, self.origin = _came()
        self.area_id = _id(request.args.get("public_area_id", ""))
        self.area = get_public_area(self.area_id) if self.area_id is not None else None

    @property
    def estate(self) -> Estate | None:
        """As far as it is known before anybody types."""
        if self.whom.estate:
            return self.whom.estate
        if self.area:
            return self.area.estate
        return get_estate(self.origin.estate_id) if self.origin else None

    @property
    def back(self) -> str:
        if self.origin:
            return self.origin.address
        if self.area:
            return url_for("properties.area", public_area_id=self.area.id)
        return self.whom.back if self.whom.customer or self.whom.unit else url_for("violations.index")

    def form(self) -> NoteForm:
        form = NoteForm(data=self._proposed())
        form.homes = self.whom.units
        estate = self.estate
        estates = [estate] if estate else visible_estates()
        form.estate_id.choices = estate_choices(estates)
        form.area.choices = choices(_areas(estates), empty=_("None"))
        kinds = {str(each.id): each.full_name for each in types()}
        form.type_id.choices = choices(kinds, empty=_("Please choose"))
        if estate:
            del form.estate_id
        form.customer.choices = self._people(form)
        return form

    def _proposed(self) -> dict[str, Any]:
        now, unit, origin = utc_now(), self.whom.unit, self.origin
        label = unit.label if unit else self.whom.units[0] if len(self.whom.units) == 1 else ""
        if origin and origin.unit_id and not label:
            label = get_unit(origin.unit_id).label
        area_id = self.area.id if self.area else origin.public_area_id if origin else None
        return {
            "key": secrets.token_hex(12),
            "unit": label,
            "area": str(area_id or ""),
            "spot": origin.spot if origin else "",
            "customer": str(origin.customer_id) if origin and origin.customer_id else "",
            "found_on": business_day(),
            "found_time": moment(now)[-5:],
            "found_by": actor().name,
            "estate_id": actor().estate_id,
        }

    def _people(self, form: NoteForm) -> list[Any]:
        """Whoever has the unit, the customer whose card it is, or nobody who is known."""
        spot = self.spot(form)
        held = people_of(spot.unit.id) if spot and spot.unit else {}
        whose = self.whom.customer
        if whose is None and self.origin and self.origin.customer_id:
            whose = get_customer(self.origin.customer_id)
        if whose:
            held = {whose.id: whose.name, **held}
        return choices(
            {**{str(key): name for key, name in held.items()}, NOBODY: _("No customer, or not known")},
            empty=_("Whoever has the unit"),
        )

    def spot(self, form: NoteForm) -> Spot | None:
        """As far as it is typed; a unit that nobody knows yet is none."""
        try:
            return self._spot(form)
        except DomainError:
            return None

    def _spot(self, form: NoteForm) -> Spot:
        return spot_of(self.estate.id if self.estate else 0, form)

    def take(self, form: NoteForm, spot: Spot | None) -> Any:
        return taking.take(self.whom, form, spot or self._spot(form), self.came)

    def known(self, form: NoteForm, spot: Spot | None) -> Known:
        chosen = offered(form.type_id)
        estate_id = spot.estate_id if spot else self.estate.id if self.estate else actor().estate_id or 0
        customer_id = taking.customer_of(self.whom, form, spot)
        return known_of(estate_id, spot.unit if spot else None, customer_id, get_type(int(chosen)) if chosen else None)


def _areas(estates: Sequence[Estate]) -> dict[str, str]:
    """Id -> name with the building."""
    named = things_of([each.id for each in estates], (AREA,))
    return {key.removeprefix(f"{AREA}-"): name for key, name in named.items()}


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < LONGEST_ID else None


def _came() -> tuple[From, Origin | None]:
    kind, _dash, key = request.args.get("about", "").partition("-")
    if not kind:
        return From(), None
    origin = origin_of(kind, _id(key))
    return From(kind=kind, id=_id(key)), origin or abort(404)
