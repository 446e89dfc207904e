"""The sheet is made: line by line, with what is held and what was deducted before it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.deposits.photos import kept
from crm.billing.deposits.queries import payable_bills
from crm.billing.ledger.models import Bill
from crm.renovations.acceptance.views.pages import told
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import fees_of, get_renovation
from crm.renovations.cases.views.pages import address
from crm.renovations.settlement import queries, service
from crm.renovations.settlement.forms import SheetForm
from crm.renovations.settlement.models import RenovationSettlement
from crm.renovations.settlement.views.pages import LOG, blueprint, page_of
from crm.steps.pages import said
from crm.violations.cases.models import SETTLED, Violation
from crm.web.forms import attempt, choices, form_page, hindered
from crm.web.templating import money


@blueprint.route("/<int:renovation_id>/new", methods=["GET", "POST"])
@requires(LOG)
def propose(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    form: Any = SheetForm()
    form["key"].data = form["key"].data or secrets.token_hex(12)
    bills = payable_bills(renovation.deposit) if renovation.deposit else []
    violations = _violations(renovation)
    _offer(form, bills, violations)
    sound = not hindered(form, service.sheet_hindrance(renovation)) and form.validate_on_submit()
    if sound and (made := attempt(form, _propose, renovation, form)):
        flash(_("%(number)s is made. Print it and have it signed.", number=made.number))
        return redirect(page_of(made), 303)
    if not form.is_submitted():
        _fill(form, renovation, bills)
    return form_page(
        form,
        _("Settle the renovation"),
        address(renovation, "settlement"),
        "renovations/settlement/sheet.html",
        intro=told(renovation),
        renovation=renovation,
        before=queries.taken_before(renovation.deposit_id, None) if renovation.deposit_id else [],
    )


def _violations(renovation: Renovation) -> Sequence[Violation]:
    """That something can be asked for: settled, and nothing deducted for it yet."""
    return [each for each in queries.violations_of(renovation) if each.state in SETTLED and each.deducted == 0]


def _offer(form: Any, bills: Sequence[Bill], violations: Sequence[Violation]) -> None:
    to_pay = {bill.id: _titled(bill) for bill in bills}
    found = {each.id: f"{each.number} {each.type.name}" for each in violations}
    for entry in form.lines:
        entry.form.bill_id.choices = choices(to_pay, empty=_("No bill"))
        entry.form.violation_id.choices = choices(found, empty=_("No violation"))


def _titled(bill: Bill) -> str:
    return " ".join((bill.item.name, f"{bill.period:%Y-%m}", money(bill.open)))


def _fill(form: Any, renovation: Renovation, bills: Sequence[Bill]) -> None:
    """What the last sheet said, else the fees of the renovation that are not paid."""
    last = next(iter(queries.settlements_of(renovation.id)), None)
    if last is not None:
        _fill_from(form, last)
        return
    fees = {fee.bill_id for fee in fees_of(renovation.id)}
    for entry, bill in zip(form.lines, [bill for bill in bills if bill.id in fees], strict=False):
        entry.form.amount.data, entry.form.bill_id.data, entry.form.reason.data = bill.open, bill.id, bill.item.name


def _fill_from(form: Any, last: RenovationSettlement) -> None:
    form.note.data = last.note
    for entry, line in zip(form.lines, last.lines, strict=False):
        entry.form.amount.data, entry.form.reason.data, entry.form.clause.data = line.amount, line.reason, line.clause
        entry.form.violation_id.data, entry.form.bill_id.data = line.violation_id, line.bill_id


def _propose(renovation: Renovation, form: Any) -> RenovationSettlement:
    lines = [_line(renovation, line) for line in form.used]
    return service.propose(renovation, lines, form.note.data or "", said(form))


def _line(renovation: Renovation, line: Any) -> service.Line:
    named = line.bill_id if line.bill_id.data else line.violation_id
    titles = {choice.value: choice.label for choice in named.choices}
    return service.Line(
        amount=line.amount.data,
        reason=line.reason.data or str(titles.get(named.data, "")),
        clause=line.clause.data or "",
        violation_id=line.violation_id.data,
        bill_id=line.bill_id.data,
        upload_ids=kept(line.files, renovation.estate_id),
    )
