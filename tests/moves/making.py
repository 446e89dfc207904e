"""Keys and move-ins with what hangs on them, as they stand in the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.archive.dossiers.content import content_hash
from crm.db import open_session
from crm.moves.keys.models import Holder, KeyReturn, KeySlip, KeySlipLine, Outcome, Signing, UnitKey
from crm.moves.moving_in.documents import DOCUMENTS
from crm.moves.moving_in.models import (
    MoveIn,
    MoveInDefect,
    MoveInDeposit,
    MoveInDocument,
    MoveInMark,
    MoveInState,
    MoveInStep,
    Part,
    Standing,
)
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from tests import factories as make
from tests.repairs.making import kept, make_order

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
DAY = date(2026, 11, 24)
S = MoveInState
serials = count(1)
CONTENT: dict[str, Any] = {
    "number": "RZ2611-0001",
    "estate": "阳光花园",
    "company": "和安物业服务有限公司",
    "unit": "3-1-502",
    "area": "89.50",
    "customer": "欧阳娜娜",
    "code": "KH000001",
    "role": "业主",
    "starts_on": "2026-11-24",
    "handover_on": "2026-11-24",
    "lease_from": None,
    "lease_until": None,
    "licence_until": None,
    "parts": [{"title": "钥匙", "waived": ""}],
    "documents": [],
    "keys": [],
    "readings": [],
    "defects": [],
    "deposits": [],
    "bills": [],
    "contacts": [],
    "signer": "欧阳娜娜",
    "signing": "屏幕签名",
    "clerk": "李敏",
    "signed_at": "2026-11-24 09:00",
}


def make_key(unit: Unit, kind: str = "door", number: int = 3, **given: Any) -> UnitKey:
    return kept(UnitKey(estate_id=unit.estate_id, unit_id=unit.id, kind=kind, count=number, **given))


def make_slip(customer: Customer, unit: Unit, key: UnitKey | None = None, **given: Any) -> KeySlip:
    """Two door keys, not signed for yet."""
    key = key or make_key(unit)
    number = make.make_number("钥匙", f"YS26{next(serials):05d}-")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "holder_kind": Holder.customer,
        "holder": "欧阳娜娜",
        "given_on": DAY,
        "given_by": "李敏",
        "given_at": NOW,
    }
    slip: KeySlip = kept(KeySlip(estate_id=unit.estate_id, unit_id=unit.id, customer_id=customer.id, **(facts | given)))
    kept(KeySlipLine(key_slip_id=slip.id, unit_key_id=key.id, count=2))
    return slip


def line_of(slip: KeySlip) -> int:
    with open_session() as db:
        return db.scalars(select(KeySlipLine.id).where(KeySlipLine.key_slip_id == slip.id)).one()


def make_return(slip: KeySlip, outcome: Outcome = Outcome.returned, **given: Any) -> KeyReturn:
    facts = {"count": 1, "day": DAY, "reason": "丢失" if outcome is Outcome.lost else ""}
    facts |= {"recorded_by": "李敏", "recorded_at": NOW}
    return kept(KeyReturn(key_slip_line_id=line_of(slip), outcome=outcome, **(facts | given)))


def make_listed_slip(estate: Estate) -> KeySlip:
    unit = make.make_unit(estate)
    return make_slip(make.make_customer(estate, unit=unit), unit)


def make_move_in(
    estate: Estate,
    state: MoveInState = S.started,
    unit: Unit | None = None,
    customer: Customer | None = None,
    **given: Any,
) -> MoveIn:
    """Of an owner who has the unit; nothing else of it is done."""
    unit = unit or make.make_unit(estate)
    customer = customer or make.make_customer(estate, unit=unit)
    number = make.make_number("入住", f"RZ26{next(serials):05d}-")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "role": OccupancyRole.owner,
        "starts_on": DAY,
        "started_by": "李敏",
        "started_at": NOW,
        "occupancy_id": _tie(unit, customer),
    }
    if state in (S.signed, S.filed):
        facts |= signed(estate)
    passing = S.signed if state is S.filed else S.started if state is S.cancelled else state
    made: MoveIn = kept(
        MoveIn(estate_id=estate.id, unit_id=unit.id, customer_id=customer.id, state=passing, **(facts | given))
    )
    kept(MoveInStep(move_in_id=made.id, action="start", note="owner", to_state=passing, taken_by="李敏", taken_at=NOW))
    return _ended(made, state) if passing is not state else made


def signed(estate: Estate) -> dict[str, Any]:
    """The columns of a signed one."""
    return {
        "content": CONTENT,
        "content_hash": content_hash(CONTENT),
        "signer": "欧阳娜娜",
        "signing": Signing.drawn,
        "signature_id": make.make_upload(estate, "move_in").id,
        "signed_by": "李敏",
        "signed_at": NOW,
    }


def _tie(unit: Unit, customer: Customer) -> int | None:
    with open_session() as db:
        mine = select(Occupancy.id).where(Occupancy.unit_id == unit.id, Occupancy.customer_id == customer.id)
        return db.scalars(mine.limit(1)).one_or_none()


def _ended(move_in: MoveIn, state: MoveInState) -> MoveIn:
    """From then on the database lets nobody touch it."""
    with open_session() as db:
        again = db.get_one(MoveIn, move_in.id)
        again.state = state
        db.commit()
        db.refresh(again)
        db.expunge(again)
    return again


def make_document(move_in: MoveIn, estate: Estate, code: str = "registration", **given: Any) -> MoveInDocument:
    facts: dict[str, Any] = {"kept_by": "李敏", "kept_at": NOW}
    if "reason" not in given:
        facts |= {"signing": Signing.scanned, "upload_id": make.make_upload(estate, "move_in").id}
    return kept(MoveInDocument(move_in_id=move_in.id, code=code, **(facts | given)))


def make_mark(move_in: MoveIn, part: Part, standing: Standing = Standing.done, words: str = "") -> MoveInMark:
    facts = {"marked_by": "李敏", "marked_at": NOW}
    return kept(MoveInMark(move_in_id=move_in.id, part=part, standing=standing, words=words, **facts))


def make_asked(move_in: MoveIn, kind: str = "key", amount: str = "200.00") -> MoveInDeposit:
    asked = {"asked_by": "李敏", "asked_at": NOW}
    return kept(MoveInDeposit(move_in_id=move_in.id, kind=kind, amount=Decimal(amount), **asked))


def make_defect(move_in: MoveIn, estate: Estate, unit: Unit | None = None) -> MoveInDefect:
    order = make_order(estate, unit=unit)
    found = {"spot": "厨房", "words": "水龙头漏水", "found_by": "李敏", "found_at": NOW}
    return kept(MoveInDefect(move_in_id=move_in.id, repair_order_id=order.id, **found))


def make_complete(estate: Estate) -> MoveIn:
    """Everything is there: it can be signed."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit, id_number=b"sealed", id_masked="430***")
    make.make_phone(customer, verified_on=DAY)
    make.make_emergency_contact(customer)
    move_in = make_move_in(estate, unit=unit, customer=customer)
    for each in DOCUMENTS[:3]:
        make_document(move_in, estate, each.code)
    upload = make.make_upload(estate, "keys")
    about = {"about_kind": "move_in", "about_id": move_in.id}
    make_slip(customer, unit, signing=Signing.drawn, upload_id=upload.id, signed_at=NOW, **about)
    make_mark(move_in, Part.inspection)
    make_mark(move_in, Part.money)
    return move_in


def ids_of_moves(estate: Estate) -> dict[str, object]:
    """A move-in under way with a row in each table beside it, and keys that came back in part."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    move_in = make_move_in(estate, unit=unit, customer=customer)
    key = make_key(unit)
    slip = make_slip(customer, unit, key, about_kind="move_in", about_id=move_in.id)
    make_return(slip)
    make_mark(move_in, Part.money)
    make_asked(move_in)
    make_defect(move_in, estate, unit)
    return {
        "move_in_id": move_in.id,
        "move_in_document_id": make_document(move_in, estate).id,
        "document_code": "registration",
        "move_in_part": "keys",
        "key_slip_id": slip.id,
        "key_slip_line_id": line_of(slip),
        "unit_key_id": key.id,
    }
