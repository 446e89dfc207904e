"""Who moves in: numbers, the day, lease and licence; a company's staff."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.errors import DomainError
from crm.moves.moving_in import queries, service, staff
from crm.moves.moving_in.forms import CompanyTermsForm, PersonTermsForm, StaffForm
from crm.moves.moving_in.models import MoveIn, Part
from crm.moves.moving_in.service import Terms
from crm.moves.moving_in.service.steps import STEPS
from crm.moves.moving_in.views.pages import HANDLE, address, blueprint, onwards, part_page
from crm.tenants.models import Customer, CustomerKind, FactField, OccupancyRole
from crm.tenants.queries import get_customer
from crm.web.forms import attempt, form_page, hindered, is_current
from crm.workbooks.cells import as_text
from crm.workbooks.process import read

FORMS = {CustomerKind.person: PersonTermsForm, CustomerKind.company: CompanyTermsForm}
NUMBERS = (FactField.id_number, FactField.credit_code, FactField.legal_representative, FactField.company_nature)
SHOWN = ("starts_on", "lease_from", "lease_until", "licence_until")
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)


@blueprint.route("/<int:move_in_id>/identity", methods=["GET", "POST"])
@requires(HANDLE)
def identity(move_in_id: int) -> ResponseReturnValue:
    move_in = queries.get_move_in(move_in_id)
    customer = get_customer(move_in.customer_id)
    form: Any = FORMS[customer.kind](data=_present(move_in, customer))
    _fit(form, move_in, customer)
    if _is_right(form, move_in) and attempt(form, service.set_terms, move_in, _terms(form), _numbers(form)):
        flash(_("Saved. %(name)s has the unit from %(day)s.", name=customer.name, day=move_in.starts_on.isoformat()))
        return onwards(queries.get_move_in(move_in.id), Part.identity)
    people = queries.people_of(customer.id, business_day())
    return part_page(move_in, Part.identity, [form], form=form, customer=customer, people=people)


def _is_right(form: Any, move_in: MoveIn) -> bool:
    if form.is_submitted() and hindered(form, STEPS.hindrance(move_in, "work")):
        return False
    return bool(form.validate_on_submit()) and is_current(form, move_in, timeline("move_in", move_in.id), _shown(form))


def _shown(form: Any) -> list[str]:
    return [name for name in SHOWN if name in form]


def _present(move_in: MoveIn, customer: Customer) -> dict[str, Any]:
    present = {name: getattr(move_in, name) for name in ("version", *SHOWN)}
    facts = {field.value: getattr(customer, field.value) for field in NUMBERS[1:]}
    handover = move_in.starts_on if move_in.role in OWNERS and move_in.starts_on <= business_day() else None
    return present | facts | {"handover_on": handover, "key": secrets.token_hex(12)}


def _fit(form: Any, move_in: MoveIn, customer: Customer) -> None:
    """Only what is wanted of this customer in this role is asked for."""
    if move_in.role is not OccupancyRole.tenant:
        del form.lease_from, form.lease_until
    if move_in.unit.handover_on is not None:
        del form.handover_on
    if "id_number" in form and customer.id_masked:
        form.id_number.description = _("Leave it empty to keep %(number)s.", number=customer.id_masked)


def _terms(form: Any) -> Terms:
    names = ("starts_on", "lease_from", "lease_until", "licence_until", "handover_on")
    return Terms(**{name: form[name].data for name in names if name in form})


def _numbers(form: Any) -> dict[FactField, Any]:
    return {field: form[field.value].data for field in NUMBERS if field.value in form}


@blueprint.route("/<int:move_in_id>/staff", methods=["GET", "POST"])
@requires(HANDLE)
def add_staff(move_in_id: int) -> ResponseReturnValue:
    """A company's people, pasted or from a workbook."""
    move_in, form = queries.get_move_in(move_in_id), StaffForm()
    if form.validate_on_submit() and attempt(form, _add_staff, move_in, form):
        flash(_("%(count)s people are new in the file.", count=form.added))
        return redirect(address(move_in, Part.identity), 303)
    back = url_for(".identity", move_in_id=move_in.id)
    return form_page(form, _("Staff of the company"), back, intro=f"{move_in.number} {move_in.customer.name}")


def _add_staff(move_in: MoveIn, form: Any) -> None:
    found = staff.pasted(form.lines.data or "")
    file = form.workbook.data
    if file and file.filename:
        sheets = read(file.read(), file.filename)
        found += staff.people([[as_text(cell) for cell in row] for sheet in sheets for row in sheet.rows])
    if not found:
        raise DomainError(_("Paste the staff, or choose a workbook with them."))
    form.added = service.add_staff(move_in, found)
