"""What is checked in the unit and at the counter: meters, defects, first bills and deposits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.billing.charges.models import METER_TITLES
from crm.billing.deposits.card import held_deposits
from crm.calls.guessing import likely
from crm.dates import business_day
from crm.errors import DomainError
from crm.moves.moving_in import queries, service
from crm.moves.moving_in.facts import facts_of
from crm.moves.moving_in.forms import AskDepositForm, DefectForm, ReadingsForm
from crm.moves.moving_in.models import MoveIn, Part
from crm.moves.moving_in.opening import opening_of
from crm.moves.moving_in.reading import meters_of
from crm.moves.moving_in.service import Defect
from crm.moves.moving_in.views.pages import HANDLE, address, blueprint, onwards, part_page
from crm.repairs.categories.models import Place, RepairCategory
from crm.repairs.categories.queries import problems
from crm.repairs.intake.words import SAID
from crm.repairs.orders.models import PAYER_TITLES
from crm.repairs.orders.models import STATE_TITLES as REPAIR_TITLES
from crm.violations.cases.photos import chosen
from crm.web.forms import attempt, choices


@blueprint.route("/<int:move_in_id>/readings", methods=["GET", "POST"])
@requires(HANDLE)
def readings(move_in_id: int) -> ResponseReturnValue:
    """Every meter of the unit on one screen; an empty line is not read now."""
    move_in = queries.get_move_in(move_in_id)
    meters = meters_of(move_in)
    lines = [{"meter_id": each.meter.id} for each in meters]
    form: Any = ReadingsForm(lines=lines, read_on=business_day())
    if form.validate_on_submit() and attempt(form, _read, move_in, form):
        flash(_("The readings are entered."))
        return onwards(move_in, Part.readings)
    return part_page(move_in, Part.readings, [form], form=form, meters=meters, kinds=METER_TITLES)


def _read(move_in: MoveIn, form: Any) -> None:
    filled = [line.form for line in form.lines if line.form.value.data is not None]
    if not filled:
        raise DomainError(_("Write what a meter shows."))
    values = {line.meter_id.data: line.value.data for line in filled}
    service.read_meters(move_in, form.read_on.data, values, [line.meter_id.data for line in filled if line.rolled.data])


@blueprint.route("/<int:move_in_id>/inspection", methods=["GET", "POST"])
@requires(HANDLE)
def inspection(move_in_id: int) -> ResponseReturnValue:
    """Made for a phone: one defect after the other, each a repair at once."""
    move_in, form = queries.get_move_in(move_in_id), DefectForm()
    categories = problems(Place.home)
    form.category_id.choices = choices({each.id: each.full_name for each in categories}, empty=_("As the words say"))
    form.key.data = form.key.data or secrets.token_hex(12)
    if form.validate_on_submit() and (made := attempt(form, _note, move_in, form, categories)):
        flash(_("Noted, and a repair: %(number)s.", number=made.order.number))
        return redirect(address(move_in, Part.inspection), 303)
    defects = queries.defects_of(move_in.id)
    shown = {"payers": PAYER_TITLES, "states": REPAIR_TITLES}
    return part_page(move_in, Part.inspection, [form], form=form, defects=defects, **shown)


def _note(move_in: MoveIn, form: Any, categories: Any) -> Any:
    photos = [(file.read(), file.filename) for file in chosen(form.photos)]
    defect = Defect(
        category=_category(form, categories),
        words=form.words.data,
        spot=form.spot.data or "",
        photos=photos,
        key=form.key.data or None,
    )
    made = service.note_defect(move_in, defect)
    return next(each for each in queries.defects_of(move_in.id) if each.id == made.id)


def _category(form: Any, categories: Sequence[RepairCategory]) -> RepairCategory:
    """What was chosen, else what the words mean. Raises `DomainError` where they mean nothing known."""
    if form.category_id.data:
        return next(each for each in categories if str(each.id) == form.category_id.data)
    meant: list[RepairCategory] = likely(form.words.data, categories, SAID)
    if not meant:
        raise DomainError(_("Choose a category: the words mean none that is known."))
    return meant[0]


@blueprint.route("/<int:move_in_id>/money", methods=["GET", "POST"])
@requires(HANDLE)
def money(move_in_id: int) -> ResponseReturnValue:
    """What will be billed, and which deposits are asked for; taken at the counter."""
    move_in, form = queries.get_move_in(move_in_id), AskDepositForm()
    form.offer()
    if form.validate_on_submit() and attempt(form, service.ask_deposit, move_in, form.kind.data, form.amount.data):
        flash(_("It is asked for: taken at the counter, it shows here."))
        return redirect(address(move_in, Part.money), 303)
    return part_page(
        move_in,
        Part.money,
        [form],
        form=form,
        opening=opening_of(move_in),
        deposits=facts_of(move_in).deposits,
        held=held_deposits(move_in.customer.kept_id, business_day(), move_in.unit_id),
        may_take=g.actor.may(Permission.cash_take),
    )
