"""交接单: what the hand-over sheet says, as plain data to be frozen when it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.audit.log import plain
from crm.moves.keys.queries import in_words, keys_of
from crm.moves.leaving.dividing import Divided
from crm.moves.leaving.models import Leaving, Side
from crm.moves.leaving.queries import meters_of
from crm.moves.leaving.standing import division, left_by
from crm.properties.queries import company_of


def content_of(leaving: Leaving) -> dict[str, Any]:
    """`marks`: what the ledger will be asked to divide; what is owed stands under `accounts` alone."""
    lines = division(leaving)
    payers = {party.customer_id: party.customer.name for party in leaving.parties}
    told: dict[str, Any] = {
        "number": leaving.number,
        "kind": leaving.kind,
        "unit": leaving.unit.label,
        "built_area": leaving.unit.built_area,
        "estate": leaving.estate.name,
        "company": company_of([leaving.estate_id]),
        "day": leaving.day,
        "contract": leaving.contract,
        "reason": leaving.reason,
        **{side.value: _people(leaving, side) for side in Side},
        "readings": _readings(leaving),
        "readings_note": leaving.readings_note,
        "keys": _keys(leaving),
        "keys_note": leaving.keys_note,
        "division": [_line(line, payers) for line in lines],
        "accounts": _accounts(leaving),
        "open_note": leaving.open_note,
        "marks": [line.mark for line in lines],
    }
    made: dict[str, Any] = plain(told)
    return made


def _people(leaving: Leaving, side: Side) -> list[dict[str, Any]]:
    return [{"name": each.customer.name, "role": each.role, "share": each.share} for each in leaving.of(side)]


def _readings(leaving: Leaving) -> list[dict[str, Any]]:
    return [
        {
            "number": meter.number,
            "kind": meter.kind,
            "value": last.value if last else None,
            "read_on": last.read_on if last else None,
        }
        for meter, last in meters_of(leaving)
    ]


def _keys(leaving: Leaving) -> list[dict[str, Any]]:
    return [
        {"words": in_words(each.key.kind, each.key.label, each.key.count), "out": each.out, "lost": each.lost}
        for each in keys_of(leaving.unit_id)
    ]


def _line(line: Divided, payers: dict[int, str]) -> dict[str, Any]:
    return {
        "item": line.bill.item.name,
        "days": line.days,
        "amount": line.bill.amount,
        "fate": line.fate,
        "before": line.before,
        "after": line.after,
        "days_before": line.days_before,
        "days_after": line.days_after,
        "days_of": line.days_of,
        "payer": payers.get(line.payer_id or 0, ""),
    }


def _accounts(leaving: Leaving) -> Sequence[dict[str, Any]]:
    return [
        {
            "name": left.customer.name,
            "open": [
                {
                    "check": each.check.name,
                    "matters": [{"about": matter.about, "amount": matter.amount} for matter in each.matters],
                }
                for each in left.still_open
            ],
        }
        for left in left_by(leaving)
    ]
