"""The demo company's arrears desk: last month's review with what came of it, and this month's, half decided.

Everything through the desk's own verbs, each when the books stood as they stood on its day: last month's review is of
its second day, when that month was billed and nobody had paid for it yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import select

from crm.billing.arithmetic import first_of
from crm.billing.arrears.cases import queries as cases
from crm.billing.arrears.cases import service as lawyers
from crm.billing.arrears.contacts.models import ContactChannel, ContactOutcome
from crm.billing.arrears.contacts.register import spoken_steps
from crm.billing.arrears.contacts.service import Talk
from crm.billing.arrears.dunning import service as dunning
from crm.billing.arrears.dunning.models import DemandRun
from crm.billing.arrears.follow_up.service import note_contact
from crm.billing.arrears.letters import queries as letters
from crm.billing.arrears.letters import service as demands
from crm.billing.arrears.promises import queries as plans
from crm.billing.arrears.promises import service as promises
from crm.billing.arrears.promises.parts import Part
from crm.billing.arrears.reviews import decisions, signing
from crm.billing.arrears.reviews.decisions import Choice
from crm.billing.arrears.reviews.figures import OPENED_ON
from crm.billing.arrears.reviews.models import Advice, ArrearsLine, Decision, Review
from crm.billing.arrears.reviews.queries import get_line, get_review
from crm.billing.arrears.reviews.service import find_review, open_review
from crm.billing.ledger.grounds import grounds_of
from crm.calls import service as calls
from crm.calls.models import Direction
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.dates import business_day, utc_now
from crm.db import session
from crm.demo.credit import at_work
from crm.demo.deposits import Act, on
from crm.demo.place import Ground
from crm.errors import DomainError
from crm.files import store as files
from crm.properties.models import Estate
from crm.tenants.models import Customer

REVIEWER, SUPERVISOR, DESK = "hefang", "zhengkai", "limin"
NOUGHT = Decimal(0)
REVIEWED = 2  # estates; of the others the clock opens the first review
MINUTES = "逾期户逐户过目。漏水与电梯停运两户先由客服、工程跟进，问题未了前不发函；交由律师的一户电话催缴后仍拒缴。"
BRIEFLY = "逾期户逐户过目；另行决定的几户，理由见各户。"
Out, Via = ContactOutcome, ContactChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Whoever had something overdue when last month was billed; `paying`: what comes of it in that month."""

    customer_id: int
    owed: Decimal
    paying: Decimal
    oldest_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said to a debtor. `again`: days until the next attempt; `is_step`: it was the call of the steps."""

    channel: ContactChannel
    outcome: ContactOutcome
    words: str = ""
    to: str = "本人"
    again: int | None = None
    is_step: bool = False


TALKS = (
    Said(channel=Via.phone, outcome=Out.will_pay, words="已知欠费，说手头紧，发工资后交", again=10, is_step=True),
    Said(channel=Via.phone, outcome=Out.not_reached, to="", again=2),
    Said(channel=Via.wechat, outcome=Out.informed, words="已发账单明细，回复“收到”"),
    Said(channel=Via.visit, outcome=Out.will_pay, words="家中老人接待，转告子女来交", to="家人", again=7),
    Said(channel=Via.phone, outcome=Out.disputes, words="认为地下车库卫生差，要求打折", is_step=True),
    Said(channel=Via.sms, outcome=Out.informed, words="已发催缴短信，注明缴费方式"),
    Said(channel=Via.phone, outcome=Out.refuses, words="称与开发商的问题没解决，不交"),
    Said(channel=Via.phone, outcome=Out.wrong_number, to=""),
    Said(channel=Via.at_the_desk, outcome=Out.will_pay, words="来前台办门禁卡，当面告知，答应月底来交"),
    Said(channel=Via.phone, outcome=Out.informed, words="人在外地，已说明可微信缴费", is_step=True),
)
PROMISED = Said(channel=Via.phone, outcome=Out.promised, words="答应按期缴纳")
SERVED = (  # so many days after the letters were made: how, what came of it, what proves it
    (2, Channel.by_hand, Arrival.delivered, {"person": "本人"}),
    (1, Channel.ems, Arrival.on_its_way, {"tracking": "1027413889016"}),
    (4, Channel.ems, Arrival.delivered, {"tracking": "1027413889033"}),
    (8, Channel.ems, Arrival.returned, {"tracking": "1027413889047", "note": "原址查无此人"}),
    (3, Channel.by_hand, Arrival.refused, {"witness": "张建国", "note": "开门后拒签，已当面宣读"}),
    (5, Channel.posted_at_door, Arrival.delivered, {"witness": "李敏"}),
    (6, Channel.by_hand, Arrival.delivered, {"person": "配偶代收"}),
)


def lay_steps(ground: Ground, estate_id: int, day: date) -> None:
    """The usual ones."""
    with at_work(ground, SUPERVISOR, day, 30):
        dunning.take_usual(session().get_one(Estate, estate_id))


def last_month(ground: Ground, estate_id: int, month: date, debtors: Sequence[Debtor]) -> Desk:
    """From the weeks before its review to its end; the first estate has the whole story."""
    desk = Desk(ground, estate_id, month, debtors)
    if desk.has_story:
        desk.before_the_review()
        desk.after_the_review(desk.review())
    else:
        desk.review()
    return desk


class Desk:
    """An estate's debtors: those who will pay something in `month`, and those who will not, the oldest debt first."""

    def __init__(self, ground: Ground, estate_id: int, month: date, debtors: Sequence[Debtor]) -> None:
        self.ground, self.estate_id, self.month = ground, estate_id, month
        self.has_story = estate_id == next(iter(ground.estates.values()))
        ordered = sorted(debtors, key=lambda each: (each.oldest_due, each.customer_id))
        self.paying = [each for each in ordered if each.paying]
        self.idle = [each for each in ordered if not each.paying]
        self.told = self.idle[8:] + self.paying or self.idle  # whom one talks to besides
        self.hours, self.today = 0, business_day()

    def at(self, who: str, day: date) -> ExitStack:
        """A little later than what was told before it."""
        self.hours += 1
        return at_work(self.ground, who, day, 20 + self.hours % 90 * 5)

    def day(self, number: int) -> date:
        """Of the month: 1 is the first."""
        return self.month + timedelta(days=number - 1)

    def some(self, first: int, count: int = 1) -> Sequence[Debtor]:
        """Of those who will not pay."""
        return list(dict.fromkeys(_around(self.idle, first, count)))

    # Before

    def before_the_review(self) -> None:
        for debtor in self.some(0):
            self._talk(debtor, TALKS[0], self.month - timedelta(days=18))
            self._talk(debtor, TALKS[6], self.month - timedelta(days=5))
        for number, debtor in enumerate(_around(self.told, 0, 14)):
            self._talk(debtor, TALKS[number % len(TALKS)], self.month - timedelta(days=20 - number))
        for debtor in self.some(2):
            with self.at(REVIEWER, self.day(1)):
                until = business_day() + timedelta(days=180)
                dunning.exclude(_customer(debtor), "低保户，社区正在协助申请补助", until)
        for debtor, reason in zip(self.some(3, 2), ("业主称卧室漏水未修好", "电梯停运期间的费用有异议"), strict=False):
            with self.at(REVIEWER, self.day(1)):
                self._park(debtor, reason, 90)

    def _park(self, debtor: Debtor, reason: str, days: int) -> None:
        """The newest two of what is overdue."""
        bills = cases.overdue_bills(_customer(debtor), business_day())[-2:]
        if bills:
            dunning.park(bills, reason, business_day() + timedelta(days=days))

    def _talk(self, debtor: Debtor, said: Said, day: date) -> None:
        with self.at(REVIEWER, day):
            self.talk(debtor, said)

    def talk(self, debtor: Debtor, said: Said, vow: promises.Vow | None = None) -> None:
        day = business_day()
        note_contact(
            _customer(debtor),
            Talk(
                channel=said.channel,
                outcome=said.outcome,
                contacted_on=day,
                talked_to=said.to,
                words=said.words,
                again_on=day + timedelta(days=said.again) if said.again else None,
                step_id=max(spoken_steps(self.estate_id), default=None) if said.is_step else None,
            ),
            vow,
        )

    # The review

    def review(self) -> Review:
        """On the second day of the month; signed on the same."""
        day = self.day(2)
        with self.at(REVIEWER, day):
            opened = open_review(session().get_one(Estate, self.estate_id), self.month)
        with self.at(REVIEWER, day):
            self._decide(opened)
        with self.at(SUPERVISOR, day):
            signing.sign(get_review(opened.id), rest_as_advised=False)
        return opened

    def _decide(self, review: Review) -> None:
        """Some otherwise than advised, in words; the rest as advised."""
        soon = business_day() + timedelta(days=20)
        choices = (
            Choice(kind=Decision.lawyer, remark="长期拖欠，金额较大"),
            Choice(kind=Decision.contact),
            Choice(kind=Decision.hold, until=soon, remark="家人住院，月底再谈"),
            Choice(kind=Decision.write_off, remark="原租户已迁出，无法联系"),
        )
        for line, choice in zip(self._lines(review, (*self.some(0), *self.idle[4:])), choices, strict=False):
            decisions.decide(line, choice)
        decisions.accept_all(review, select(ArrearsLine.id).where(ArrearsLine.review_id == review.id))
        signing.write_minutes(review, MINUTES if self.has_story else BRIEFLY)

    def _lines(self, review: Review, debtors: Sequence[Debtor]) -> Iterator[ArrearsLine]:
        found = select(ArrearsLine.customer_id, ArrearsLine.id).where(ArrearsLine.review_id == review.id)
        of = {row.customer_id: row.id for row in session().execute(found.order_by(ArrearsLine.id))}
        first = [of.pop(each.customer_id) for each in debtors if each.customer_id in of]
        return map(get_line, (*first, *of.values()))

    # After it

    def after_the_review(self, review: Review) -> None:
        self._write(review)
        self._promised()
        self._hand_over()
        for debtor in self.some(1):
            self._agree(debtor, [Part(self.day(20), _third(debtor.owed))], "生意周转困难，申请分期")
        for debtor in self._halves()[:1]:
            first = min(debtor.paying, _third(debtor.owed))
            self._agree(debtor, [Part(self.day(28), first)], "失业待岗，申请分期")
        for number, debtor in enumerate(_around(self.told, 10, 14)):
            self._talk(debtor, TALKS[(number + 3) % len(TALKS)], self.day(6 + number % 20))

    def _write(self, review: Review) -> None:
        """Letters, the first of them brought in every way there is; the others are still to go."""
        with self.at(REVIEWER, review.day):
            run = _letters(review)
        if run is None:
            return
        photo = files.keep(_photo(), "门上张贴.jpg", purpose="demands", estate_id=self.estate_id)
        brought = letters.letters_of_run(run.id)[:-1]
        for row, (days, channel, arrival, proof) in zip(brought, SERVED, strict=False):
            day = min(run.day + timedelta(days=days), self.today)
            upload_id = photo.id if channel is Channel.posted_at_door else None
            served = Served(channel=channel, arrival=arrival, delivered_on=day, upload_id=upload_id, **proof)
            with self.at(REVIEWER, day):
                demands.note_delivery(letters.get_demand(row.id), served)

    def _halves(self) -> Sequence[Debtor]:
        """Those who pay a part, first who has most left to be paid later."""
        found = [each for each in self.paying if each.paying < each.owed]
        return sorted(found, key=lambda each: each.paying - each.owed)

    def _promised(self) -> None:
        """Those who will pay keep it, those who will not break it."""
        kept = [(debtor, debtor.paying, self.day(28)) for debtor in self._halves()[-4:]]
        broken = [(debtor, _third(debtor.owed), self.day(18)) for debtor in self.some(8, 3)]
        for debtor, amount, due_on in (*kept, *broken):
            with self.at(REVIEWER, self.day(3)):
                self.promise(debtor, amount, due_on)

    def promise(self, debtor: Debtor, amount: Decimal, due_on: date) -> None:
        vow = promises.Vow(
            amount=amount, due_on=due_on, channel=Via.phone, given_by=PROMISED.to, made_on=business_day()
        )
        self.talk(debtor, PROMISED, vow)

    def _hand_over(self) -> None:
        for debtor in self.some(0):
            with self.at(REVIEWER, self.day(9)):
                wish = lawyers.Wish(
                    key=f"demo-case-{debtor.customer_id}", reason="长期拖欠，电话催缴后仍拒缴", firm="公司常年法律顾问"
                )
                asked = lawyers.ask(_customer(debtor), wish)
            with self.at(SUPERVISOR, self.day(10)):
                lawyers.approve(cases.get_case(asked.id), "同意移交")

    def _agree(self, debtor: Debtor, first: list[Part], reason: str) -> None:
        """All that is owed: the first instalment in this month, the others after today."""
        with self.at(REVIEWER, self.day(5)):
            bills = session().scalars(plans.coverable_bills(debtor.customer_id)).all()
            rest = sum((bill.open for bill in bills), NOUGHT) - first[0].amount
            half = _third(rest * 3 / 2)
            later = [Part(self.today + timedelta(days=12), half), Part(self.today + timedelta(days=42), rest - half)]
            wish = promises.PlanWish(
                bill_ids=[bill.id for bill in bills],
                parts=first + later,
                agreed_on=business_day(),
                reason=reason,
                key=f"demo-plan-{debtor.customer_id}",
            )
            asked = promises.request(_customer(debtor), wish)
        with self.at(SUPERVISOR, self.day(6)):
            promises.approve(plans.get_plan(asked.id), "同意")

    # This month

    def this_month(self, acts: dict[date, list[Act]]) -> None:
        """Adds to `acts` what is done in it: the review on its day, half of it decided; whom one talked to since."""
        today = self.today
        opens = min(OPENED_ON.on(today), today.day)
        on(acts, today.day - opens, REVIEWER, self._open)
        on(acts, max(0, today.day - opens - 1), REVIEWER, self._begin_deciding)
        for number, debtor in enumerate(_around(self.told, 20, 18)):
            said = TALKS[(number + 6) % len(TALKS)]
            on(acts, number + 1, REVIEWER, partial(self.talk, debtor, said))
        for number, debtor in enumerate(self.some(25, 4)):
            due_on = today + timedelta(days=2 + 3 * number)
            on(acts, number, REVIEWER, partial(self.promise, debtor, _third(debtor.owed), due_on))

    def _open(self) -> None:
        open_review(session().get_one(Estate, self.estate_id), first_of(business_day()))

    def _begin_deciding(self) -> None:
        review = find_review(self.estate_id, first_of(business_day()))
        if review is None:
            return
        found = select(ArrearsLine.id).where(ArrearsLine.review_id == review.id, ArrearsLine.advice == Advice.step)
        ids = session().scalars(found.order_by(ArrearsLine.overdue.desc(), ArrearsLine.id)).all()
        decisions.accept_all(review, select(ArrearsLine.id).where(ArrearsLine.id.in_(ids[: len(ids) // 2])))
        for line_id in ids[len(ids) // 2 :][:1]:
            decisions.decide(get_line(line_id), Choice(kind=Decision.contact, remark="先电话核对面积再发函"))

    def dispute_a_call(self) -> None:
        """Somebody called today: nothing is paid for that before it is repaired."""
        for debtor in self.some(29):
            customer = _customer(debtor)
            bills = cases.overdue_bills(customer, business_day())[-1:]
            if not bills:
                continue
            with self.at(DESK, self.today):
                _call(customer, bills[0].unit_id, self.ground.users[DESK])
            with self.at(REVIEWER, self.today):
                ground = next(iter(grounds_of(customer.id).values()))
                dunning.park(bills, "楼道灯坏了一个月，修好再交", business_day() + timedelta(days=30), ground)


def _around(debtors: Sequence[Debtor], first: int, count: int) -> Sequence[Debtor]:
    """So many from there on; in a small company the same ones again."""
    return [debtors[place % len(debtors)] for place in range(first, first + count)] if debtors else []


def _customer(debtor: Debtor) -> Customer:
    return session().get_one(Customer, debtor.customer_id)


def _third(amount: Decimal) -> Decimal:
    return (amount / 3).quantize(Decimal("0.01"))


def _letters(review: Review) -> DemandRun | None:
    """None where nobody is to get one."""
    with suppress(DomainError):
        return demands.make(review, f"demo-letters-{review.id}")
    return None


def _call(customer: Customer, unit_id: int | None, owner_id: int) -> None:
    """What the desk promised in it is still to be done."""
    said = calls.Said(
        direction=Direction.incoming,
        digits="",
        caller=customer.name,
        reason="repair",
        outcome="call_back",
        note="楼道灯坏了一个月没人修，修好再交物业费",
    )
    wanted = calls.FollowUp(follow_up="楼道灯修复后回电", owner_id=owner_id, due_at=utc_now() + timedelta(days=2))
    calls.log_call(customer.estate_id, said, wanted, customer_id=customer.id, unit_id=unit_id)


def _photo() -> bytes:
    """A letter on a door, drawn."""
    image = Image.new("RGB", (360, 480), "#7a4b2a")
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, 340, 480), outline="#4d2e18", width=6)
    pen.ellipse((300, 260, 324, 284), fill="#c9b37a")
    pen.rectangle((110, 90, 250, 290), fill="#fbfbf7", outline="#d9d9d0")
    for place in range(8):
        pen.line((126, 124 + 18 * place, 234, 124 + 18 * place), fill="#8d8d8d", width=2)
    kept = BytesIO()
    image.save(kept, "JPEG", quality=70)
    return kept.getvalue()
