"""The demo company's telephone: what people called about, and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from crm.audit.log import record
from crm.calls.events import CallLogged
from crm.calls.models import Call, CallState, Direction
from crm.dates import Period
from crm.demo import facts as told
from crm.demo.cast import CAST
from crm.demo.customers import confirmer
from crm.demo.people import Register
from crm.demo.place import Place, Row
from crm.phones import mask_phone, normalise_phone

A_YEAR = 0.9  # calls of a household
_REASONS = {
    "repair": ("厨房水管漏水", "楼道灯不亮", "门禁刷卡没反应", "卫生间下水慢", "电梯有异响", "暖气不热"),
    "fees": ("问物业费交到哪个月", "要开发票", "问能不能分期交", "电费与表上对不上"),
    "outage": ("家里没水", "一个单元都停电了", "暖气什么时候来"),
    "parking": ("车位被别人占了", "问车位怎么租", "道闸抬不起来"),
    "complaint": ("楼上装修太吵", "垃圾没有及时清", "有人遛狗不牵绳"),
    "renovation": ("问装修要办什么手续", "装修押金怎么退"),
    "moving": ("要搬进来，问什么时候可以用电梯", "租客要退房"),
    "inquiry": ("问前台几点下班", "问快递放在哪里", "问业主群怎么进"),
    "praise": ("夸保安帮忙搬东西", "建议多装几个充电桩"),
    "other": ("打错了又问了一句别的",),
}
_WEIGHTS = (30, 18, 8, 10, 9, 5, 5, 11, 2, 2)
_OUTCOMES, _OUTCOME_WEIGHTS = ("answered", "passed_on", "call_back", "not_reached"), (62, 25, 9, 4)
_PROMISES = ("查清后回电", "师傅上门后回访", "问财务后答复", "发短信告知结果")
_RESULTS = ("已处理，住户满意", "已答复", "师傅已修好", "未接通，改日再打")
_STILL_OPEN = timedelta(days=6)  # so old at most is what nobody has done yet
_RECENT_WEIGHTS = (30, 20, 45, 5)  # of these days, so that the desk has something to do
_OFFICE = range(12 * 60)  # minutes from 8 in the morning in China, which is 0 UTC
FULL_NAMES = {member.username: member.full_name for member in CAST}


def store(place: Place, dice: Random, period: Period) -> None:
    customers = {customer.key: customer for customer in place.part.customers}
    rows = [
        row
        for occupancy in place.part.occupancies
        if occupancy.place_kind == "unit" and occupancy.customer in customers
        for row in _calls(place, occupancy, customers[occupancy.customer], dice, period)
    ]
    for row, call_id in zip(rows, place.add(Call, rows), strict=True):
        record(_logged(call_id, row))


def _calls(
    place: Place, occupancy: told.Occupancy, customer: told.Customer, dice: Random, period: Period
) -> Iterator[Row]:
    """Of a household while it lived there, up to yesterday."""
    first, end = max(occupancy.starts, period.starts), period.ends or date.max
    days = (min(occupancy.ends or end, end) - first).days - 1
    while (days := days - 1 - int(dice.expovariate(A_YEAR / 365))) >= 0:
        yield _call(place, occupancy, customer, first + timedelta(days=days), dice, end)


def _call(
    place: Place, occupancy: told.Occupancy, customer: told.Customer, day: date, dice: Random, end: date
) -> dict[str, Any]:
    reason = dice.choices(list(_REASONS), _WEIGHTS)[0]
    started_at = datetime.combine(day, time(0), UTC) + timedelta(minutes=dice.choice(_OFFICE))
    recent = datetime.combine(end, time(0), UTC) - started_at < _STILL_OPEN
    outcome = dice.choices(_OUTCOMES, _RECENT_WEIGHTS if recent else _OUTCOME_WEIGHTS)[0]
    username = confirmer(Register(dice, end, iter(())), customer.estate)
    digits = normalise_phone(customer.phones[0].number) if customer.phones and dice.random() < 0.95 else ""
    call = {
        "estate_id": place.estate.estate_id,
        "customer_id": place.estate.customers[customer.key],
        "unit_id": place.estate.units[occupancy.place],
        "digits": digits,
        "tail": digits[-4:],
        "caller": customer.name,
        "direction": Direction.outgoing if outcome == "not_reached" or dice.random() < 0.06 else Direction.incoming,
        "reason": reason,
        "outcome": outcome,
        "note": dice.choice(_REASONS[reason]),
        "taken_by_id": place.ground.users[username],
        "taken_by": FULL_NAMES[username],
        "started_at": started_at,
        "state": CallState.settled,
        "follow_up": "",
        "result": "",
        "done_by": "",
    }
    return call | _follow_up(place, username, started_at, dice, recent=recent) if outcome == "call_back" else call


def _follow_up(place: Place, username: str, started_at: datetime, dice: Random, *, recent: bool) -> dict[str, Any]:
    """Done within three days, unless it is recent."""
    promised: dict[str, Any] = {
        "state": CallState.open,
        "follow_up": dice.choice(_PROMISES),
        "owner_id": place.ground.users[username],
        "due_at": started_at + timedelta(hours=dice.choice((4, 24, 48))),
    }
    if recent:
        return promised
    done_at = started_at + timedelta(hours=dice.randint(1, 70))
    done = {
        "state": CallState.done,
        "result": dice.choice(_RESULTS),
        "done_at": done_at,
        "done_by": FULL_NAMES[username],
    }
    return promised | done


def _logged(call_id: int, row: Row) -> CallLogged:
    return CallLogged(
        call_id=call_id,
        estate_id=row["estate_id"],
        customer_id=row["customer_id"],
        unit_id=row["unit_id"],
        direction=row["direction"].value,
        reason=row["reason"],
        outcome=row["outcome"],
        masked=mask_phone(row["digits"]) if row["digits"] else "",
    )
