"""Told repair orders into the tables: numbers in the order of the reports, due moments, and what the log says of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from itertools import groupby
from typing import Any

from crm.audit.log import record, write_log
from crm.bulk import Ids, pour
from crm.dates import business_day_of, telling
from crm.db import session
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.demo.repairs.crew import NAMES
from crm.demo.repairs.stock import Store
from crm.demo.repairs.tales import Taken, Tale
from crm.numbering import take_all
from crm.phones import mask_phone
from crm.repairs.categories.models import Priority
from crm.repairs.orders.clocks import Terms
from crm.repairs.orders.events import RepairFinished, RepairRegistered, RepairStepTaken
from crm.repairs.orders.models import (
    QuoteAnswer,
    RepairLine,
    RepairOrder,
    RepairQuote,
    RepairStep,
    ReturnVisit,
)
from crm.repairs.orders.service.registering import PATTERN, SERIES
from crm.repairs.orders.terms import terms_of

BY_PLAN = "维保计划"  # who reports what is planned
ENDS = ("cancel", "duplicate")
Told = tuple[str, datetime, object]  # who, when, the event


class Pourer:
    """The terms of each priority and the names of the categories are read once."""

    def __init__(self, ground: Ground, store: Store, categories: dict[int, str], at: datetime) -> None:
        self.ground, self.store, self.categories = ground, store, categories
        self.terms: dict[Priority, Terms] = {
            priority: terms_of(RepairOrder(priority=priority, registered_at=at)) for priority in Priority
        }

    def pour(self, tales: Sequence[Tale]) -> None:
        """In the order of the reports."""
        if not tales:
            return
        ids = Ids()
        self._number(tales, ids)
        for tale in tales:
            tale.reckon(self.terms[tale.order["priority"]])
            tale.order["version"] = len(tale.steps)
        pour(RepairOrder, [tale.order for tale in tales])
        pour(RepairStep, [self._step(step, tale.order["id"]) for tale in tales for step in tale.steps])
        keys = iter(ids.take(RepairLine, sum(len(tale.lines) for tale in tales)))
        pour(RepairLine, [self._line(tale, line, next(keys)) for tale in tales for line in tale.lines])
        quoted = [tale for tale in tales if tale.quote]
        quotes = dict(zip(map(id, quoted), ids.take(RepairQuote, len(quoted)), strict=True))
        pour(RepairQuote, [self._quote(tale, quotes[id(tale)]) for tale in quoted])
        answers = [tale.answer | {"quote_id": quotes[id(tale)], "upload_id": None} for tale in quoted if tale.answer]
        pour(QuoteAnswer, answers)
        visits = [visit | {"repair_order_id": tale.order["id"]} for tale in tales for visit in tale.visits]
        pour(ReturnVisit, visits)
        ids.settle()
        self._log([told for tale in tales for told in self._told(tale)])

    def _number(self, tales: Sequence[Tale], ids: Ids) -> None:
        keys = iter(ids.take(RepairOrder, len(tales)))
        for month, group in groupby(tales, key=lambda tale: _month(tale.order["registered_at"])):
            of_month = list(group)
            numbers = take_all(SERIES, PATTERN, year=month.year % 100 * 100 + month.month, count=len(of_month))
            for tale, number in zip(of_month, numbers, strict=True):
                tale.order |= {"id": next(keys), "number_id": number.id, "number": number.text}
                tale.order |= {
                    "tail": tale.order["digits"][-4:],
                    "duplicate_of_id": tale.duplicate_of.order["id"] if tale.duplicate_of else None,
                    "repeat_of_id": tale.repeat_of.order["id"] if tale.repeat_of else None,
                    **self._by("registered", tale.steps[0].taken_by),
                    **dict.fromkeys(("accept_warned_at", "finish_warned_at")),
                }
                if tale.duplicate_of:
                    tale.name_the_other(tale.duplicate_of.order["number"])

    def _by(self, what: str, username: str) -> dict[str, Any]:
        return {f"{what}_by_id": self.ground.users.get(username), f"{what}_by": NAMES.get(username, BY_PLAN)}

    def _step(self, step: Taken, order_id: int) -> dict[str, Any]:
        names = ("action", "from_state", "to_state", "worker_id", "reason", "note", "until", "taken_at")
        given = {name: getattr(step, name) for name in names} | self._by("taken", step.taken_by)
        return given | {"repair_order_id": order_id, "key": None}

    def _line(self, tale: Tale, line: dict[str, Any], key: int) -> dict[str, Any]:
        """And out of the worker's van."""
        order, item_id = tale.order, self.store.ids.get(line["name"])
        if item_id is not None:
            used = line["name"], line["quantity"], order["finished_by_id"], order["id"]
            self.store.use(*used, line_id=key, at=line["entered_at"])
        return line | {"id": key, "repair_order_id": order["id"], "item_id": item_id}

    def _quote(self, tale: Tale, key: int) -> dict[str, Any]:
        lines = [line | {"item_id": self.store.ids.get(line["name"])} for line in tale.quote["lines"]]
        return tale.quote | {"id": key, "repair_order_id": tale.order["id"], "lines": lines}

    # The log

    def _told(self, tale: Tale) -> Iterator[Told]:
        order, first = tale.order, tale.steps[0]
        about: dict[str, Any] = {name: order[name] for name in ("customer_id", "unit_id", "number")} | {
            "repair_order_id": order["id"]
        }
        registered = RepairRegistered(
            estate_id=order["estate_id"],
            category=self.categories[order["category_id"]],
            priority=order["priority"].value,
            channel=order["channel"].value,
            masked=mask_phone(order["digits"]) if order["digits"] else "",
            **about,
        )
        yield first.taken_by, first.taken_at, registered
        finished = next((step for step in reversed(tale.steps) if step.action == "finish"), None)
        last = tale.steps[-1]
        if finished is not None:
            due = order["finish_due_at"]
            done = RepairFinished(
                worker=NAMES[finished.taken_by], result=finished.note, in_time=finished.taken_at <= due, **about
            )
            yield finished.taken_by, finished.taken_at, done
        elif last.action in ENDS:
            about |= {"worker": "", "reason": last.reason, "note": last.note}
            ended = RepairStepTaken(action=last.action, state=last.to_state.value, **about)
            yield last.taken_by, last.taken_at, ended

    def _log(self, told: Sequence[Told]) -> None:
        """By whom each was entered, when it was."""
        by: dict[str, list[Told]] = defaultdict(list)
        for each in told:
            by[each[0]].append(each)
        write_log(session())
        for username, entries in by.items():
            with acting(username, self.ground) if username else nullcontext():
                for _who, at, event in sorted(entries, key=lambda each: each[1]):
                    with telling(at):
                        record(event)
            write_log(session())


def _month(at: datetime) -> date:
    return business_day_of(at).replace(day=1)
