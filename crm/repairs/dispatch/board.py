"""派工台: what is to be dispatched, and what each worker has, the most urgent first; a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.dates import business_day
from crm.db import session
from crm.properties.queries import in_chosen_estate
from crm.repairs.categories.models import PRIORITY_TITLES, Priority, RepairCategory
from crm.repairs.orders import queries
from crm.repairs.orders.models import PAYER_TITLES, STATE_TITLES, TO_DISPATCH, OrderState, RepairOrder
from crm.repairs.orders.wording import left_in_words, next_due, tone_of
from crm.repairs.workers.queries import rota, workers_here
from crm.repairs.workers.rota import Rota, on_shift
from crm.worktime.queries import office_schedule

MOST = 600  # jobs of one board: whoever has more narrows it by estate or trade
S = OrderState
LANES = {
    "dispatched": (S.dispatched, S.accepted),
    "underway": (S.on_site, S.consented, S.working),
    "waiting": (S.waiting, S.quoted),
    "checking": (S.done, S.confirmed),
}
LANE_TITLES = {
    "dispatched": _l("Dispatched"),
    "underway": _l("On the job"),
    "waiting": _l("Held up"),
    "checking": _l("To confirm, to visit"),
}
SHOWN = (*TO_DISPATCH, *(state for states in LANES.values() for state in states))
IS_SHOWN = queries.OPEN & RepairOrder.state.in_(SHOWN)
URGENT = {Priority.emergency: 0, Priority.urgent: 1, Priority.normal: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A job on the board; `used`: how much of its time is gone, in twentieths."""

    row: Any
    place: str
    state: Any
    priority: Any
    payer: Any
    left: str
    tone: str
    used: int
    photos: int

    @property
    def movable(self) -> bool:
        """Whether it can still be given to somebody."""
        return self.row.state not in LANES["checking"]


@dataclass(slots=True, kw_only=True)
class Lane:
    """What one worker has, by column. `load`: jobs to be done yet; `buildings`: where he is anyway."""

    user_id: int
    name: str
    rota: Rota
    here: bool
    columns: dict[str, list[Card]] = field(default_factory=lambda: {name: [] for name in LANES})

    @property
    def load(self) -> int:
        return sum(len(self.columns[name]) for name in ("dispatched", "underway", "waiting"))

    @property
    def buildings(self) -> str:
        cards = [card for name in ("dispatched", "underway") for card in self.columns[name]]
        return " ".join(sorted({str(card.row.building_id) for card in cards if card.row.building_id}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """`stamp` changes with anything shown; `more`: than there are places for."""

    to_dispatch: Sequence[Card]
    lanes: Sequence[Lane]
    late: int
    more: bool
    stamp: str


def stamp_of(trade: str, now: datetime) -> str:
    """Cheap to ask every few seconds: it changes with every step of a job shown, and each minute."""
    shown = IS_SHOWN, in_chosen_estate(RepairOrder.estate_id)
    asked = select(func.count(RepairOrder.id), func.sum(RepairOrder.version), func.max(RepairOrder.id)).where(*shown)
    return "-".join(map(str, (trade, *session().execute(asked).one(), int(now.timestamp()) // 60)))


def board(trade: str, now: datetime) -> Board:
    """Of the chosen estates, and of one trade where one is named."""
    stamp = stamp_of(trade, now)
    wanted = queries.orders().where(IS_SHOWN)
    if trade:
        wanted = wanted.where(RepairCategory.trade == trade)
    rows = session().execute(wanted.order_by(RepairOrder.finish_due_at, RepairOrder.id).limit(MOST + 1)).all()
    photos = queries.photo_counts([row.id for row in rows])
    cards = sorted((_card(row, photos, now) for row in rows[:MOST]), key=_urgency)
    lanes = _lanes(cards, now)
    return Board(
        to_dispatch=[card for card in cards if card.row.state in TO_DISPATCH],
        lanes=lanes,
        late=sum(card.tone == "red" for card in cards),
        more=len(rows) > MOST,
        stamp=stamp,
    )


def _card(row: Any, photos: dict[int, int], now: datetime) -> Card:
    due = next_due(row)
    gone = (now - row.registered_at) / (due - row.registered_at) if due and due > row.registered_at else 0
    return Card(
        row=row,
        place=queries.place_of(row),
        state=STATE_TITLES[row.state],
        priority=PRIORITY_TITLES[row.priority],
        payer=PAYER_TITLES[row.payer],
        left=left_in_words(row, now),
        tone=tone_of(row, now),
        used=round(min(max(gone, 0), 1) * 20),
        photos=photos.get(row.id, 0),
    )


def _urgency(card: Card) -> tuple[Any, ...]:
    """Emergencies first, then by what runs out next."""
    due = next_due(card.row)
    return URGENT[card.row.priority], due is None, due.timestamp() if due else 0, card.row.id


def _lanes(cards: Sequence[Card], now: datetime) -> list[Lane]:
    """Whoever is there first, of those whoever has least to do; also who holds a job and may not be here any more."""
    people = workers_here()
    people |= {card.row.holder_id: card.row.holder for card in cards if card.row.holder_id}
    known, office = rota(people, business_day()), office_schedule()
    lanes = {
        user_id: Lane(
            user_id=user_id,
            name=name,
            rota=known[user_id],
            here=on_shift(known[user_id].shifts, known[user_id].absences, now, office),
        )
        for user_id, name in people.items()
    }
    for card in cards:
        place = next((name for name, states in LANES.items() if card.row.state in states), None)
        if place and card.row.holder_id:
            lanes[card.row.holder_id].columns[place].append(card)
    return sorted(lanes.values(), key=lambda lane: (not lane.here, lane.load, lane.name))
