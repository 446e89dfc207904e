"""A part of a draft into the books: set-based, inside the caller's unit of work, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.billing.arithmetic import first_of
from crm.billing.charges.models import ChargeItem
from crm.billing.importing.history.draft import Line
from crm.billing.importing.history.present import charged
from crm.billing.importing.models import FeeImport, FeeImportRow
from crm.billing.ledger.models import Allocation, Bill, BillSource, Method, Payment, Rule
from crm.billing.ledger.queries import last_closed
from crm.bulk import keys, pour
from crm.dates import business_day, utc_now
from crm.db import session
from crm.imports.histories.service import Changed, hold
from crm.web.language import kept

NOUGHT = Decimal(0)


def store(run: FeeImport, lines: Sequence[Line], file: str) -> None:
    """Raises `Changed` where somebody has charged the same days, or closed the month, since the rows were read."""
    hold(run.estate_id)
    items = {each.id: each for each in session().scalars(select(ChargeItem).where(ChargeItem.id.in_(_item_ids(run))))}
    _expect_free(run, lines)
    paying = [line for line in lines if line.paid]
    bill_ids, payment_ids = keys(Bill, len(lines)), keys(Payment, len(paying))
    bills = {(line.sheet, line.row): bill_id for line, bill_id in zip(lines, bill_ids, strict=True)}
    payments = {(line.sheet, line.row): payment_id for line, payment_id in zip(paying, payment_ids, strict=True)}
    told = _Told(run, file)
    with force_locale("zh_CN"):  # as the books have it, whoever enters it
        pour(Bill, [told.bill(line, bills[line.sheet, line.row], items[_item_id(run, line)]) for line in lines])
    pour(Payment, [told.payment(line, payments[line.sheet, line.row]) for line in paying])
    pour(Allocation, [told.allocation(line, bills, payments) for line in paying])
    pour(FeeImportRow, [told.row(line, bills, payments) for line in lines])


def _item_id(run: FeeImport, line: Line) -> int:
    return int(run.items[line.item])


def _item_ids(run: FeeImport) -> set[int]:
    return {int(choice) for choice in run.items.values() if choice.isdigit()}


def _expect_free(run: FeeImport, lines: Sequence[Line]) -> None:
    closed = last_closed(run.estate_id)
    first = min(min(line.begins, line.paid_on or line.begins) for line in lines)
    concerned = Bill.unit_id.in_({line.unit_id for line in lines})
    standing = charged(run.estate_id, _item_ids(run), concerned, Bill.ends > min(line.begins for line in lines))
    for line in lines:
        for other in standing.get((line.unit_id, run.items[line.item]), ()):
            if other.begins < line.ends and other.ends > line.begins:
                raise Changed(_("Bills were made in the meantime. Check the file again."))
    if closed and first_of(first) <= closed:
        raise Changed(_("A month was closed in the meantime. Check the file again."))


class _Told:
    """What every document of the import says alike."""

    def __init__(self, run: FeeImport, file: str) -> None:
        self.run, self.file = run, file
        self.today, self.now, self.who = business_day(), utc_now(), g.actor.name
        self.taken_over = kept(_l("Taken over from %(file)s", file=file))

    def _booked(self, day: date) -> date:
        """History stands in the month it is of, what is to come in this one."""
        return first_of(min(day, self.today))

    def bill(self, line: Line, bill_id: int, item: ChargeItem) -> dict[str, Any]:
        where = {"file": self.file, "sheet": line.sheet, "row": line.row}
        place = _("Taken over from %(file)s, sheet %(sheet)s, row %(row)s", **where)
        return {
            "id": bill_id,
            "estate_id": self.run.estate_id,
            "unit_id": line.unit_id,
            "customer_id": line.customer_id,
            "item_id": item.id,
            "source": BillSource.imported,
            "period": first_of(line.begins),
            "begins": line.begins,
            "ends": line.ends,
            "due_on": line.begins.replace(day=item.due_day),
            "month": self._booked(line.begins),
            "amount": line.due,
            "open": max(line.due - line.paid, NOUGHT),
            "note": " · ".join(filter(None, (place, line.note))),
            "issued_on": min(line.begins, self.today),
            "issued_by": self.who,
            "issued_at": self.now,
        }

    def payment(self, line: Line, payment_id: int) -> dict[str, Any]:
        day = line.paid_on or self.today
        return {
            "id": payment_id,
            "estate_id": self.run.estate_id,
            "customer_id": line.customer_id,
            "amount": line.paid,
            "open": max(line.paid - line.due, NOUGHT),
            "method": Method.imported,
            "paid_on": day,
            "month": self._booked(day),
            "key": f"fee-import:{self.run.id}:{line.sheet}:{line.row}",
            "reference": line.receipt,
            "note": " · ".join(filter(None, (self.taken_over, line.note))),
            "received_by": self.who,
            "received_at": self.now,
        }

    def allocation(self, line: Line, bills: Mapping[Any, int], payments: Mapping[Any, int]) -> dict[str, Any]:
        day = line.paid_on or self.today
        return {
            "bill_id": bills[line.sheet, line.row],
            "payment_id": payments[line.sheet, line.row],
            "amount": min(line.due, line.paid),
            "rule": Rule.chosen,
            "allocated_on": day,
            "month": self._booked(day),
            "allocated_by": self.who,
            "allocated_at": self.now,
        }

    def row(self, line: Line, bills: Mapping[Any, int], payments: Mapping[Any, int]) -> dict[str, Any]:
        place = (line.sheet, line.row)
        return {
            "fee_import_id": self.run.id,
            "sheet": line.sheet,
            "row": line.row,
            "bill_id": bills[place],
            "payment_id": payments.get(place),
        }
