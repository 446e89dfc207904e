"""Opening a month's review over a large estate with months of open bills, beside the plainest SQL of the same lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import func, select, text

from crm.billing.arithmetic import first_of
from crm.billing.arrears.contacts.models import Contact, ContactChannel, ContactOutcome
from crm.billing.arrears.dunning.models import DunningStep, StepKind
from crm.billing.arrears.promises.models import Promise
from crm.billing.arrears.reviews.models import ArrearsLine, Review, ReviewState
from crm.billing.arrears.reviews.service import open_review
from crm.billing.latefees.reckoning import Terms, overdue
from crm.billing.latefees.suspensions import suspensions
from crm.billing.ledger.models import Bill
from crm.bulk import Ids, look_anew, pour
from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.properties.models import Estate
from tests.bench import billing
from tests.bench.figure import Figure, Reading, seconds, timings, undisturbed
from tests.bench.installation import USERS, Installation

ROUNDS = 3
TALKED, PROMISED = 5, 20  # one account in so many was talked to, has promised
STEPS = ((StepKind.reminder, 5), (StepKind.call, 31), (StepKind.letter, 61), (StepKind.letter, 121))
AGES = (  # least and most days, as in crm.billing.ages
    ("to_30", 1, 30),
    ("to_90", 31, 90),
    ("to_180", 91, 180),
    ("to_365", 181, 365),
    ("over_a_year", 366, 730),
    ("over_two_years", 731, 100_000),
)
_told: set[tuple[int, Decimal]] = set()  # accounts and what is overdue: the same whoever counted


def _opened(bench: Installation) -> Iterator[Reading]:
    """Each in a transaction of its own that is thrown away, the least of some rounds."""
    fill(bench)
    plain, ours = _least(bench, _plainly), _least(bench, _open)
    [(accounts, overdue)] = _told
    yield Reading("plain INSERT … SELECT", plain, note=f"{accounts:,} accounts, {overdue:,.2f} yuan either way")
    yield Reading("opened", ours, ours / plain)


def _least(bench: Installation, act: Callable[[Estate], None]) -> float:
    with undisturbed():
        return min(_thrown_away(bench, act) for _ in range(ROUNDS))


def _thrown_away(bench: Installation, act: Callable[[Estate], None]) -> float:
    with billing.acting(bench), session() as db:
        db.connection(execution_options={"writes": True})
        charged = estate()
        took = seconds(partial(act, charged))
        sums: Any = select(func.count(), func.sum(ArrearsLine.overdue)).where(ArrearsLine.estate_id == charged.id)
        _told.add(db.execute(sums).one()._tuple())
        db.rollback()
        db.info.clear()
    return took


def _open(estate: Estate) -> None:
    open_review(estate, business_day())


def _plainly(estate: Estate) -> None:
    """The accounts and their ages and nothing else: no contacts, no promises, no unit, no advice."""
    today = business_day()
    review = Review(
        estate_id=estate.id,
        month=first_of(today),
        day=today,
        state=ReviewState.open,
        accounts=0,
        overdue=Decimal(0),
        figures={},
        opened_by="bench",
        opened_at=utc_now(),
    )
    session().add(review)
    session().flush()
    days = {f"d{least}": today - timedelta(days=min(least, 3000)) for _name, least, _most in AGES}
    ages = ", ".join(_age(least, most) for _name, least, most in AGES)
    session().execute(
        text(
            "INSERT INTO arrears_line (review_id, estate_id, customer_id, owed, overdue, bills, oldest_due, "
            + ", ".join(name for name, _least, _most in AGES)
            + ", disputed, credit, deposits, matters, level, advice, why, remark, decided_by) "
            "SELECT :review, :estate, customer_id, sum(open), sum(CASE WHEN due_on < :today THEN open ELSE 0 END), "
            f"count(*), min(due_on), {ages}, 0, 0, 0, 0, 0, 'nothing', 'recent', '', '' "
            "FROM bill WHERE estate_id = :estate AND open > 0 GROUP BY customer_id HAVING min(due_on) < :today"
        ),
        {"review": review.id, "estate": estate.id, "today": today, **days},
    )


def _age(least: int, most: int) -> str:
    newer = f"due_on <= :d{least}"
    older = f" AND due_on > :d{most + 1}" if most < 100_000 else ""
    return f"sum(CASE WHEN {newer}{older} THEN open ELSE 0 END)"


def estate() -> Estate:
    return session().scalars(select(Estate).where(Estate.name == billing.NAME)).one()


def fill(bench: Installation) -> None:
    """The months of bills, an estate's steps, and what was talked and promised; once for each installation."""
    with bench.reading() as db:
        if db.scalar(select(DunningStep.id).join(Estate).where(Estate.name == billing.NAME).limit(1)) is not None:
            return
    billing.history(bench, bench.months)
    with billing.acting(bench), unit_of_work():
        _store(estate().id, business_day())
        look_anew()


def _store(estate_id: int, today: date) -> None:
    ids, told = Ids(), utc_now()
    for position, (kind, days) in enumerate(STEPS, 1):
        session().add(
            DunningStep(
                estate_id=estate_id, position=position, kind=kind, name=kind.value, days=days, least=Decimal(50), gap=10
            )
        )
    owing = session().scalars(
        select(Bill.customer_id).where(Bill.estate_id == estate_id).distinct().order_by(Bill.customer_id)
    )
    customers = owing.all()
    about = {"estate_id": estate_id, "channel": ContactChannel.phone, "recorded_by": "bench", "recorded_at": told}
    talked = customers[::TALKED]
    spoken = {"outcome": ContactOutcome.informed, "words": "已告知", "made_by": "bench", "made_at": told}
    talk = {"estate_id": estate_id, "channel": ContactChannel.phone, "contacted_on": today - timedelta(days=9)} | spoken
    keys = ids.take(Contact, len(talked))
    pour(Contact, [{"id": key, "customer_id": each} | talk for key, each in zip(keys, talked, strict=True)])
    promised = customers[::PROMISED]
    promise = {
        "amount": Decimal(100),
        "made_on": today - timedelta(days=9),
        "due_on": today,
        "given_by": "本人",
    } | about
    keys = ids.take(Promise, len(promised))
    pour(Promise, [{"id": key, "customer_id": each} | promise for key, each in zip(keys, promised, strict=True)])
    ids.settle()


def _lists(bench: Installation) -> Iterator[Reading]:
    """The list of who is to be contacted today, as whoever reviews arrears opens it; the least of some rounds."""
    fill(bench)
    pages = {"page": "", "page 40, by name": "?page=40&sort=customer", "late only": "?late=yes"}
    return _asked(bench, {name: f"/arrears/contacts/due{query}" for name, query in pages.items()})


def _work_list(bench: Installation) -> Iterator[Reading]:
    """Of the review just opened: its pages as whoever decides asks for them; the least of some rounds."""
    fill(bench)
    with billing.acting(bench), unit_of_work():
        address = f"/arrears/reviews/{open_review(estate(), business_day()).id}"
    pages = {"page": "", "by age": "?age=to_90", "a name": "?q=张", "figures": "/figures", "comparison": "/compared"}
    return _asked(bench, {name: f"{address}{query}" for name, query in pages.items()})


def _asked(bench: Installation, pages: dict[str, str]) -> Iterator[Reading]:
    client = bench.client(USERS["arrears_reviewer"])
    for name, page in pages.items():
        assert client.get(page).status_code == 200, page
        yield Reading(name, min(timings([partial(client.get, page)])) / 1000)


def _fees(bench: Installation) -> Iterator[Reading]:
    """Late fees reckoned with the days on which they rest, beside the same without asking for such days."""
    fill(bench)
    asked, kept = _fees_reckoned(bench), list(suspensions)
    suspensions.clear()
    plain = _fees_reckoned(bench)
    suspensions[:] = kept
    yield Reading("without suspensions", plain)
    yield Reading("no plan there", asked, asked / plain)


def _fees_reckoned(bench: Installation) -> float:
    terms = Terms(rate=Decimal("0.0005"), grace=30, cap=Decimal(30), longest=730)
    with undisturbed(), billing.acting(bench), unit_of_work(writes=False):
        statement = select(func.count()).select_from(overdue(estate().id, business_day(), terms).subquery())
        return min(seconds(partial(session().scalar, statement)) for _ in range(ROUNDS))


FIGURES = (
    Figure(name="arrears review at size", unit="s", target=None, measure=_opened, most_ratio=2, slow=True),
    Figure(name="arrears: to contact today", unit="s", target=2, measure=_lists, slow=True),
    Figure(name="arrears: work list", unit="s", target=None, measure=_work_list, slow=True),
    Figure(name="arrears: late fees at size", unit="s", target=None, measure=_fees, most_ratio=1.2, slow=True),
)
