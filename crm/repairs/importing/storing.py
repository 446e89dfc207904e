"""A part of a draft becomes orders: set-based, inside the caller's unit of work, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from flask import g
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.bulk import keys, pour
from crm.dates import utc_now
from crm.db import session
from crm.imports.histories.service import hold
from crm.numbering import Taken
from crm.repairs.categories.models import Priority, RepairCategory
from crm.repairs.importing.draft import Line
from crm.repairs.importing.models import RepairImport, RepairImportRow
from crm.repairs.orders.clocks import TAKEN_OVER
from crm.repairs.orders.models import (
    Channel,
    LineKind,
    OrderState,
    Payer,
    PriorityReason,
    RepairLine,
    RepairOrder,
    RepairStep,
    ReturnVisit,
)
from crm.repairs.orders.rules import payer_of, priority_of
from crm.repairs.orders.service.registering import take_numbers
from crm.repairs.orders.terms import reckon
from crm.web.language import kept

S = OrderState
ONE = Decimal(1)
DUES = ("accept_due_at", "arrive_due_at", "finish_due_at")


def store(run: RepairImport, lines: Sequence[Line], file: str) -> None:
    hold(run.estate_id)
    told = _Told(run, file)
    orders = list(zip(keys(RepairOrder, len(lines)), lines, strict=True))
    numbers = take_numbers(len(lines))
    pour(RepairOrder, [told.order(*each, number) for each, number in zip(orders, numbers, strict=True)])
    pour(RepairStep, [step for each in orders for step in told.steps(*each)])
    pour(RepairLine, [cost for each in orders if each[1].finished_at for cost in told.costs(*each)])
    pour(ReturnVisit, [told.visit(*each) for each in orders if each[1].answer_words and each[1].finished_at])
    pour(RepairImportRow, [told.row(*each) for each in orders])


class Taking(NamedTuple):
    """A step as the file tells it."""

    action: str
    target: OrderState
    at: datetime
    by: str
    by_id: int | None = None
    note: str = ""


class _Told:
    """What every order of the import says alike."""

    def __init__(self, run: RepairImport, file: str) -> None:
        self.run, self.now = run, utc_now()
        self.who, self.who_id = g.actor.name, g.actor.user_id
        self.file = kept(_l("Taken over from %(file)s", file=file))
        self.unpaid = kept(_l("Taken over: the file does not say who paid."))
        self.worker, self.spent = kept(_l("Worker")), kept(_l("Cost in all (yuan)"))
        self.cost_names = {
            "material": kept(_l("Materials, as taken over")),
            "labour": kept(_l("Labour, as taken over")),
            "other": kept(_l("Cost that is not split, as taken over")),
        }
        wanted = RepairCategory.id.in_({int(choice) for choice in run.categories.values() if choice})
        self.categories = {str(each.id): each for each in session().scalars(select(RepairCategory).where(wanted))}
        self._dues: dict[tuple[Priority, date], dict[str, datetime | None]] = {}

    def order(self, order_id: int, line: Line, number: Taken) -> dict[str, Any]:
        category = self._category(line)
        return {
            "id": order_id,
            "number_id": number.id,
            "number": number.text,
            "source_number": line.number or None,
            "estate_id": self.run.estate_id,
            "building_id": line.building_id,
            "unit_id": line.unit_id,
            "spot": line.spot,
            "customer_id": line.customer_id,
            "caller": line.caller,
            "digits": line.digits,
            "tail": line.digits[-4:],
            "channel": Channel.imported,
            "category_id": category.id,
            "problem": line.problem,
            "registered_at": line.reported_at,
            "registered_by": line.registered_by or self.file,
            **self._urgency(line, category),
            **(self._finished(line) if line.finished_at else self._open(line, category)),
        }

    def _category(self, line: Line) -> RepairCategory:
        return self.categories[self.run.categories[line.category]]

    def _urgency(self, line: Line, category: RepairCategory) -> dict[str, Any]:
        emergency, priority = line.priority is Priority.emergency, line.priority or category.priority
        derived, why = priority_of(category.priority, emergency=emergency)
        reason = why if derived is priority else PriorityReason.chosen
        return {"emergency": emergency, "priority": priority, "priority_reason": reason}

    def _finished(self, line: Line) -> dict[str, Any]:
        """Filed, with nothing promised: what was promised then is not known."""
        return dict.fromkeys(DUES) | {
            "state": S.filed,
            "payer": Payer.company,
            "payer_reason": self.unpaid,
            "worker_id": line.worker_id,
            "accepted_at": line.accepted_at,
            "arrived_at": line.arrived_at,
            "finished_at": line.finished_at,
            "finished_by_id": line.worker_id,
            "result": self._result(line),
            "satisfied": line.answer.satisfied,
            "filed_at": self.now,
        }

    def _open(self, line: Line, category: RepairCategory) -> dict[str, Any]:
        """To be dispatched anew; promised from now on."""
        with force_locale("zh_CN"):  # as the books have it, whoever enters it
            paying = payer_of(category.place, None, None, 0, line.day, repeated=False)
        unknown = "worker_id accepted_at arrived_at finished_at finished_by_id satisfied filed_at".split()
        return dict.fromkeys(unknown) | {
            "state": S.registered,
            "payer": paying.payer,
            "payer_reason": paying.reason,
            "result": "",
            **self._promised(line.priority or category.priority, line),
        }

    def _promised(self, priority: Priority, line: Line) -> dict[str, datetime | None]:
        """As the order's next step will reckon it: from the step that takes it over."""
        day = line.day
        if (priority, day) not in self._dues:
            order = RepairOrder(priority=priority, registered_at=line.reported_at)
            steps = [
                RepairStep(action=each.action, to_state=each.target, reason="", taken_at=each.at)
                for each in self._taken(line)
            ]
            reckon(order, steps)
            self._dues[priority, day] = {name: getattr(order, name) for name in DUES}
        return self._dues[priority, day]

    def _result(self, line: Line) -> str:
        return " · ".join(filter(None, (line.result, self._by(line.worker_words))))

    def _by(self, names: str) -> str:
        return f"{self.worker}：{names}" if names else ""

    def steps(self, order_id: int, line: Line) -> Iterator[dict[str, Any]]:
        before: OrderState | None = None
        for taken in self._taken(line):
            yield {
                "repair_order_id": order_id,
                "action": taken.action,
                "from_state": before,
                "to_state": taken.target,
                "worker_id": line.worker_id if before and line.finished_at else None,
                "note": taken.note,
                "taken_by_id": taken.by_id,
                "taken_by": taken.by,
                "taken_at": taken.at,
            }
            before = taken.target

    def _taken(self, line: Line) -> Iterator[Taking]:
        registrar, worker = line.registered_by or self.file, line.worker or self.file
        yield Taking("register", S.registered, line.reported_at, registrar, note=line.problem)
        if line.finished_at is None:
            spent = f"{self.spent} {line.cost.total}" if line.cost.total else ""
            told = " · ".join(filter(None, (self.file, line.result, self._by(line.worker_words or line.worker), spent)))
            yield Taking(TAKEN_OVER, S.registered, self.now, self.who, self.who_id, told)
            return
        if line.accepted_at:
            yield Taking("accept", S.accepted, line.accepted_at, worker, line.worker_id)
        if line.arrived_at:
            yield Taking("arrive", S.on_site, line.arrived_at, worker, line.worker_id)
        yield Taking("finish", S.done, line.finished_at, worker, line.worker_id, self._result(line))
        yield Taking("file", S.filed, self.now, self.who, self.who_id, self.file)

    def costs(self, order_id: int, line: Line) -> Iterator[dict[str, Any]]:
        """Of a finished one; on an open job they would count as agreed to with the customer."""
        for name, title in self.cost_names.items():
            if amount := getattr(line.cost, name):
                yield {
                    "repair_order_id": order_id,
                    "kind": LineKind.material if name == "material" else LineKind.labour,
                    "name": title,
                    "quantity": ONE,
                    "price": amount,
                    "amount": amount,
                    "entered_by": self.who,
                    "entered_at": self.now,
                }

    def visit(self, order_id: int, line: Line) -> dict[str, Any]:
        """The file tells no day for it: it stands where the work ended."""
        return {
            "repair_order_id": order_id,
            "satisfied": line.answer.satisfied,
            "score": line.answer.score,
            "words": line.answer_words,
            "made_by": self.file,
            "made_at": line.finished_at,
        }

    def row(self, order_id: int, line: Line) -> Mapping[str, Any]:
        place = {"repair_import_id": self.run.id, "sheet": line.sheet, "row": line.row}
        return place | {"repair_order_id": order_id}
