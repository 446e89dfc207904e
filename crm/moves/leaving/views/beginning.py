"""Beginning a move-out or a sale, from the unit, from a customer's page, or from the list."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.errors import DomainError
from crm.moves.leaving import service
from crm.moves.leaving.forms import StartForm, UnitForm
from crm.moves.leaving.models import OWNERS, Leaving, LeavingKind
from crm.moves.leaving.queries import under_way
from crm.moves.leaving.service import Papers, Started
from crm.moves.leaving.views.pages import HANDLE, address, blueprint, kept
from crm.moves.leaving.warning import warned_of
from crm.properties.models import Unit
from crm.properties.queries import get_unit, get_unit_called, visible_estates
from crm.tenants.models import ROLE_TITLES, Occupancy, OccupancyRole
from crm.tenants.queries import get_customer, occupancies_of_unit, units_of
from crm.web.forms import attempt, choices, form_page, id_in

GO_ALONG = (OccupancyRole.family, OccupancyRole.user)  # with the owners of a unit that is sold


@blueprint.route("/new", methods=["GET", "POST"])
@requires(HANDLE)
def new() -> ResponseReturnValue:
    """`unit_id` or `customer_id` in the address say whose it is about; `kind` what."""
    unit = _unit()
    if unit is None:
        return _which_unit()
    there = [each for each in occupancies_of_unit(unit.id) if each.ends is None]
    form = _form(there)
    if form.validate_on_submit() and (made := attempt(form, _start, unit, form)):
        flash(_("%(number)s is under way.", number=made.number))
        return redirect(address(made))
    known = under_way(unit.id, [each.id for each in there]) if there else None
    context = {"unit": unit, "there": there, "roles": ROLE_TITLES, "known": known, "warned": warned_of(unit)}
    return form_page(form, _("Move-out or sale"), _back(unit), "moves/leaving/new.html", intro=unit.label, **context)


def _asked(name: str) -> int | None:
    return id_in(request.args.get(name, ""))


def _unit() -> Unit | None:
    """The one asked for, or the only one of the customer."""
    if unit_id := _asked("unit_id"):
        return get_unit(unit_id)
    if customer_id := _asked("customer_id"):
        units = units_of(get_customer(customer_id).id, business_day())
        return get_unit(next(iter(units))) if len(units) == 1 else None
    return None


def _back(unit: Unit) -> str:
    if customer_id := _asked("customer_id"):
        return url_for("tenants.customer", customer_id=customer_id)
    return url_for("tenants.unit", unit_id=unit.id)


def _which_unit() -> ResponseReturnValue:
    """Of a customer with several units one is chosen; else it is typed."""
    customer_id, kind = _asked("customer_id"), request.args.get("kind")
    form, units = UnitForm(), units_of(customer_id, business_day()) if customer_id else {}
    if form.validate_on_submit() and (found := attempt(form, _called, form.unit.data)):
        return redirect(url_for(".new", unit_id=found.id, customer_id=customer_id, kind=kind))
    links = [(label, url_for(".new", unit_id=key, customer_id=customer_id, kind=kind)) for key, label in units.items()]
    return form_page(
        form, _("Move-out or sale"), url_for(".index"), "moves/leaving/unit.html", units=links, button=_("Go on")
    )


def _called(label: str) -> Unit:
    """In the chosen estate, or the only one that has such a unit."""
    found: list[Unit] = []
    for estate in visible_estates():
        if g.actor.estate_id in (None, estate.id):
            try:
                found.append(get_unit_called(estate.id, label))
            except DomainError as refusal:
                reason = refusal
    if len(found) > 1:
        raise DomainError(_("Several estates have this unit: choose the estate above first."))
    if not found:
        raise reason
    return found[0]


def _form(there: Sequence[Occupancy]) -> Any:
    """Proposed: the customer asked for leaves; in a sale the owners, with who lives there as theirs."""
    kind = LeavingKind.sale if request.args.get("kind") == LeavingKind.sale else LeavingKind.move_out
    form: Any = StartForm(key=secrets.token_hex(12), kind=kind.value, day=business_day())
    named = {each.id: f"{each.customer.name} · {ROLE_TITLES[each.role]}" for each in there}
    form.leaves.choices = choices(named)
    if not form.is_submitted():
        form.leaves.data = [each.id for each in there if _likely(each, kind)]
    return form


def _likely(occupancy: Occupancy, kind: LeavingKind) -> bool:
    if kind is LeavingKind.sale:
        return occupancy.role in (*OWNERS, *GO_ALONG)
    return occupancy.customer.id == _asked("customer_id")


def _start(unit: Unit, form: Any) -> Leaving:
    proof = kept(form.proof, unit.estate_id)
    papers = Papers(contract=form.contract.data or "", proof_id=proof.id if proof else None)
    started = Started(
        kind=LeavingKind(form.kind.data),
        day=form.day.data,
        leaves=form.leaves.data,
        reason=form.reason.data or "",
        papers=papers,
        key=form.key.data or None,
    )
    return service.start(unit, started)
