"""How a reported job went: dispatched, mended and asked about, some late, some otherwise than thought."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from flask_babel import gettext as _

from crm.dates import beginning_of, business_day_of
from crm.demo.place import Ground
from crm.demo.repairs import words
from crm.demo.repairs.crew import AWAY, DISPATCHER, NAMES, desk_of, worker_for
from crm.demo.repairs.reports import Report, again
from crm.demo.repairs.stock import PRICES, labour, row_of, some
from crm.demo.repairs.tales import NotYet, Tale
from crm.repairs.categories.models import Place
from crm.repairs.costs.lines import Line, total_of
from crm.repairs.orders.figures import REPEAT_DAYS, WARRANTY_YEARS
from crm.repairs.orders.models import AgreedBy, Channel, OrderState, Payer, PriorityReason
from crm.repairs.orders.rules import payer_of, priority_of
from crm.web.templating import money
from crm.worktime.hours import Schedule

HOURLY = (30, 50, 50, 80, 120)  # labour of a job, yuan
CHANNELS = (Channel.phone, Channel.counter, Channel.message)
COLUMNS = "unit_id public_area_id equipment_id customer_id call_id wanted_from wanted_until plan_id planned_for".split()
MENDED = (OrderState.confirmed, OrderState.visited, OrderState.filed)
SLOTS = (9, 10, 14, 15, 16)  # hours at which one makes appointments


class Past:
    """Tells reports in the order of their moments; what came of one may be a further report."""

    def __init__(self, ground: Ground, dice: Random, schedule: Schedule, until: datetime) -> None:
        self.ground, self.dice, self.schedule, self.until = ground, dice, schedule, until
        self.codes = {estate_id: code for code, estate_id in ground.estates.items()}
        self.last: dict[tuple[int, int], Tale] = {}  # by unit and category
        self.mended: dict[tuple[int, int], Tale] = {}
        self.today = business_day_of(until)

    def tell(self, report: Report) -> tuple[Tale | None, list[Report]]:
        """The tale, None where the same is being mended already; and what is reported because of it."""
        key = (report.where.get("unit_id") or 0, report.category.id)
        before = self.last.get(key)
        if before and report.duplicate_of is None and not self._is_over(before, report.at):
            return None, []
        if report.duplicate_of is not None:
            return self._duplicate(report, report.duplicate_of), []
        mended = self.mended.get(key)
        tale = self._opened(report, mended if mended and self._is_fresh(mended, report.at) else None)
        with suppress(NotYet):
            self._go(tale, report)
        if not key[0]:
            return tale, []
        self.last[key] = tale
        if tale.state in MENDED:
            self.mended[key] = tale
        return tale, self._further(tale, report)

    def forget(self, before: datetime) -> None:
        """What can no longer be repeated."""
        self.last = {key: tale for key, tale in self.last.items() if tale.at >= before}
        self.mended = {key: tale for key, tale in self.mended.items() if tale.at >= before}

    def _is_over(self, tale: Tale, at: datetime) -> bool:
        return tale.state in (OrderState.filed, OrderState.cancelled) and tale.at < at

    def _is_fresh(self, tale: Tale, at: datetime) -> bool:
        since = beginning_of(business_day_of(at) - timedelta(days=REPEAT_DAYS.default))
        finished: datetime | None = tale.order["finished_at"]
        return tale.state in MENDED and finished is not None and finished >= since

    # Registering

    def _opened(self, report: Report, repeated: Tale | None) -> Tale:
        category, day = report.category, business_day_of(report.at)
        priority, why = priority_of(category.priority, emergency=report.urgent, repeated=repeated is not None)
        years = WARRANTY_YEARS[category.warranty].default if category.warranty else 0
        paying = payer_of(
            category.place, category.warranty, report.handover_on, years, day, repeated=repeated is not None
        )
        planned = report.plan_id is not None
        by = "" if planned else self._taker(report)
        order = {
            **dict.fromkeys(COLUMNS),
            "spot": "",
            "digits": "",
            "caller": "",
            "key": None,
            "bill_id": None,
            **report.where,
            "channel": self._channel(report),
            "category_id": category.id,
            "problem": report.problem,
            "emergency": report.urgent,
            "priority": priority,
            "priority_reason": PriorityReason(why),
            "payer": paying.payer,
            "payer_reason": paying.reason,
            "incident_id": report.incident_id,
            "plan_id": report.plan_id,
            "planned_for": report.planned_for,
            "registered_at": report.at,
        }
        tale = Tale(order=order, users=self.ground.users, until=self.until, repeat_of=repeated)
        tale.register(by, report.at)
        return tale

    def _taker(self, report: Report) -> str:
        if report.place is Place.home:
            return desk_of(self.codes[report.where["estate_id"]])
        return DISPATCHER

    def _channel(self, report: Report) -> Channel:
        if report.plan_id is not None:
            return Channel.plan
        if report.place is Place.public:
            return Channel.patrol
        return self.dice.choices(CHANNELS, (80, 12, 8))[0] if report.place is Place.home else Channel.phone

    # What becomes of it

    def _go(self, tale: Tale, report: Report) -> None:
        desk = desk_of(self.codes[report.where["estate_id"]])
        if report.place is Place.home and self.dice.random() < 0.03:
            tale.take("cancel", desk, self._later(tale, 10, 120), reason=self.dice.choice(words.CANCELS))
            return
        if report.plan_id is None:
            self._decide_payer(tale)
        self._round(tale, report)
        while report.where.get("customer_id") and tale.state is OrderState.confirmed:
            if self._ask(tale, desk):
                self._round(tale, report)

    def _duplicate(self, report: Report, other: Tale) -> Tale:
        tale, desk = self._opened(report, other.repeat_of), desk_of(self.codes[report.where["estate_id"]])
        with suppress(NotYet):
            tale.take("duplicate", desk, report.at + timedelta(minutes=self.dice.randint(1, 4)))
            tale.duplicate_of = other
        return tale

    def _further(self, tale: Tale, report: Report) -> list[Report]:
        """Somebody of the household calls as well; or it comes back some days after."""
        finished, chance = tale.moment("finish"), self.dice.random()
        if finished is None:
            return []
        if chance < 0.02 and (finished - tale.steps[0].taken_at) > timedelta(minutes=100):
            at = tale.steps[0].taken_at + timedelta(minutes=self.dice.randint(20, 70))
            return [replace(report, at=at, duplicate_of=tale)]
        if chance > 0.95 and tale.state is OrderState.filed and tale.repeat_of is None:
            at = beginning_of(business_day_of(tale.at)) + timedelta(
                days=self.dice.randint(2, 16), hours=self.dice.randint(8, 19), minutes=self.dice.randrange(60)
            )
            return [again(report, at, words.AGAIN + report.problem)]
        return []

    def _round(self, tale: Tale, report: Report) -> None:
        """From its dispatch to its confirmation."""
        self._dispatch(tale, report)
        self._reach(tale, report)
        if self._agree(tale, report):
            self._mend(tale, report)

    def _dispatch(self, tale: Tale, report: Report) -> None:
        worker = tale.worker or self._worker(report)
        if tale.order["reworks"] == 0 and self.dice.random() < 0.14:
            tale.take("grab", worker, self._later(tale, 2, 20), to=worker)
            return
        if tale.order["reworks"] == 0 and self.dice.random() < 0.08:
            tale.take("triage", DISPATCHER, self._later(tale, 1, 6))
        tale.take("assign", DISPATCHER, self._later(tale, 1, 14), to=worker)
        late = self.dice.random() < 0.07
        tale.take("accept", worker, self._later(tale, *((35, 120) if late else (1, 14))))

    def _worker(self, report: Report) -> str:
        """Whoever is away today got nothing in the last days."""
        found = report.worker or worker_for(report.category.trade, self.dice)
        if found == AWAY and self.until - report.at < timedelta(days=4):
            return "zhangjg"
        return found

    def _reach(self, tale: Tale, report: Report) -> None:
        worker = tale.worker
        if report.plan_id is not None:
            tale.take("arrive", worker, self._slot(report.where["wanted_from"] - timedelta(hours=1)))
            return
        if report.place is Place.home and not report.urgent and self.dice.random() < 0.2:
            note = self.dice.choice(words.APPOINTED)
            at = self._later(tale, 2, 20)
            agreed = self._slot(at)
            tale.take("appoint", worker, at, until=agreed, note=note)
            tale.take("arrive", worker, agreed + timedelta(minutes=self.dice.randint(-5, 15)))
            return
        late = self.dice.random() < 0.07
        span = (8, 28) if report.urgent else (600, 2000) if late else (10, 110)
        tale.take("arrive", worker, self._later(tale, *span))

    def _slot(self, at: datetime) -> datetime:
        """On the next working day."""
        day = business_day_of(at) + timedelta(days=1)
        while self.schedule.calendar and not self.schedule.calendar.works(day):
            day += timedelta(days=1)
        return beginning_of(day) + timedelta(hours=self.dice.choice(SLOTS))

    def _mend(self, tale: Tale, report: Report) -> None:
        worker = tale.worker
        if self.dice.random() < 0.3:
            tale.take("start", worker, self._later(tale, 1, 5))
        if report.plan_id is None and self.dice.random() < 0.08:
            self._wait(tale)
        note = self.dice.choice(report.fault.results)
        at = tale.take("finish", worker, self._later(tale, 12, 100), note=note)
        self._use(tale, report, at)
        if report.place is Place.home and self.dice.random() < 0.4:
            tale.take("confirm", worker, at)
        else:
            late = self.dice.random() < 0.05
            tale.take("confirm", DISPATCHER, self._office(tale, *((900, 1300) if late else (10, 240))))
        if not tale.order["customer_id"]:
            tale.take("file", DISPATCHER, tale.at)

    def _wait(self, tale: Tale) -> None:
        reason = self.dice.choices(list(words.WAITS), (6, 3, 1))[0]
        at = self._later(tale, 3, 25)
        expected = self._slot(at)
        note = self.dice.choice(words.WAITS[reason])
        tale.take("wait", tale.worker, at, reason=reason, note=note, until=expected)
        late = self.dice.random() < 0.25
        back = expected + timedelta(minutes=self.dice.randint(0, 60))
        tale.take("resume", tale.worker, self.schedule.add(back, timedelta(hours=9)) if late else back)

    def _ask(self, tale: Tale, desk: str) -> bool:
        """The return visit; whether it is to be done again."""
        late = self.dice.random() < 0.1
        at = self._office(tale, *((1500, 2300) if late else (120, 1000)))
        if self.dice.random() < 0.12:
            tale.take("unreached", desk, at, note="无人接听")
            self._visited(tale, None, None, "无人接听", desk)
            at = self._office(tale, 60, 400)
        unhappy = tale.order["reworks"] == 0 and self.dice.random() < 0.04
        score = self.dice.choices((1, 2), (1, 2))[0] if unhappy else self.dice.choices((3, 4, 5), (10, 28, 62))[0]
        heard = words.UNSATISFIED if unhappy else words.MIDDLING if score == 3 else words.SATISFIED
        said = self.dice.choice(heard)
        tale.take("unsatisfied" if unhappy else "satisfied", desk, at, note=said)
        self._visited(tale, not unhappy, score, said, desk)
        if not unhappy:
            tale.take("file", desk, self._office(tale, 1, 40))
        return unhappy

    def _visited(self, tale: Tale, satisfied: bool | None, score: int | None, said: str, desk: str) -> None:
        made = {"made_by_id": self.ground.users[desk], "made_by": NAMES[desk], "made_at": tale.at}
        tale.visits.append({"satisfied": satisfied, "score": score, "words": said} | made)

    # Money

    def _decide_payer(self, tale: Tale) -> None:
        """Small things are done for nothing."""
        if tale.order["payer"] is Payer.customer and not tale.order["emergency"] and self.dice.random() < 0.35:
            tale.take("classify", DISPATCHER, self._later(tale, 1, 8), reason=words.FREE)
            tale.order |= {"payer": Payer.company, "payer_reason": words.FREE}

    def _agree(self, tale: Tale, report: Report) -> bool:
        """Quoted and answered where the customer pays; whether the work goes on."""
        if tale.order["payer"] is not Payer.customer or tale.order["emergency"] or tale.order["consented_at"]:
            return True
        lines = self._lines(report, with_labour=True)
        total = total_of(lines)
        at = tale.take(
            "quote",
            tale.worker,
            self._later(tale, 5, 25),
            note=_("Quote %(edition)s: %(sum)s yuan", edition=1, sum=money(total)),
        )
        tale.quote = {
            "edition": 1,
            "lines": [each.frozen for each in lines],
            "total": total,
            "note": "",
            "made_by": NAMES[tale.worker],
            "made_at": at,
        }
        agreed, called = self.dice.random() > 0.04, self.dice.random() < 0.25
        at = self._later(tale, *((15, 120) if called else (2, 10)))
        by = desk_of(self.codes[report.where["estate_id"]]) if called else tale.worker
        at = tale.take("consent" if agreed else "decline", by, at)
        tale.answer = {
            "agreed": agreed,
            "how": AgreedBy.phone if called else AgreedBy.in_person,
            "person": report.where["caller"],
            "words": "" if agreed else words.DECLINED,
            "recorded_by": NAMES[by],
            "recorded_at": at,
        }
        if not agreed:
            tale.take("cancel", by, self._later(tale, 1, 10), reason=words.DECLINED)
        return agreed

    def _use(self, tale: Tale, report: Report, at: datetime) -> None:
        """What was agreed on; for our own account materials alone, and not on every job."""
        if tale.lines or report.plan_id is not None:
            return
        pays = tale.order["payer"] is Payer.customer
        if tale.quote:
            lines = [Line.thawed(kept) for kept in tale.quote["lines"]]
        else:
            lines = (
                self._lines(report, with_labour=True) if pays else self._lines(report)[: int(self.dice.random() * 2)]
            )
        given = {"entered_by": NAMES[tale.worker], "entered_at": at, "takes_back_id": None, "key": None}
        tale.lines = [row_of(each) | given for each in lines]

    def _lines(self, report: Report, *, with_labour: bool = False) -> list[Line]:
        chosen = self.dice.sample(report.fault.materials, min(len(report.fault.materials), self.dice.randint(1, 2)))
        lines = [some(name, self.dice) for name in chosen if name in PRICES]
        if with_labour:
            lines.append(labour(Decimal(self.dice.choice(HOURLY))))
        return lines

    # Moments

    def _later(self, tale: Tale, least: int, most: int) -> datetime:
        """So many minutes later: of an emergency round the clock, else in office hours."""
        minutes = timedelta(minutes=self.dice.randint(least, most))
        return tale.at + minutes if tale.order["emergency"] else self.schedule.add(tale.at, minutes)

    def _office(self, tale: Tale, least: int, most: int) -> datetime:
        return self.schedule.add(tale.at, timedelta(minutes=self.dice.randint(least, most)))
