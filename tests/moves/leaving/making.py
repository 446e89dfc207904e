"""Move-outs and sales as they stand in the database, with the fewest arguments."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from crm.db import open_session
from crm.moves.leaving.models import (
    Leaving,
    LeavingKind,
    LeavingParty,
    LeavingSheet,
    LeavingState,
    LeavingStep,
    Side,
)
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from tests import factories as make
from tests.renovations.making import make_upload
from tests.repairs.making import kept

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
DAY = date(2026, 11, 15)
S = LeavingState
serials = count(1)


def picture() -> bytes:
    """A drawn name."""
    out = BytesIO()
    Image.new("RGB", (30, 10), "white").save(out, "PNG")
    return out.getvalue()


def drawn() -> str:
    """As a form sends it."""
    return "data:image/png;base64," + b64encode(picture()).decode()


def make_leaving(
    occupancy: Occupancy,
    state: LeavingState = S.started,
    buyer: Customer | None = None,
    **given: Any,
) -> Leaving:
    """Of one occupancy; a sale where somebody buys, all done but signing."""
    number = make.make_number("迁出", f"QC26{next(serials):05d}-")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "kind": LeavingKind.sale if buyer else LeavingKind.move_out,
        "estate_id": occupancy.estate_id,
        "unit_id": occupancy.unit_id,
        "day": DAY,
        "contract": "甘（2026）兰州市不动产权第0012345号" if buyer else "",
        "keys_note": "交回两把",
        "money_seen_at": NOW,
        "started_by": "李敏",
        "started_at": NOW,
        "signed_at": NOW if state in (S.signed, S.closed) else None,
        "closed_at": NOW if state is S.closed else None,
    }
    made: Leaving = kept(Leaving(state=state, **(facts | given)))
    party = {"leaving_id": made.id, "customer_id": occupancy.customer_id, "role": occupancy.role}
    kept(LeavingParty(side=Side.leaves, occupancy_id=occupancy.id, share=occupancy.share, **party))
    if buyer:
        bought = {"customer_id": buyer.id, "role": OccupancyRole.owner, "share": Decimal(100)}
        kept(LeavingParty(leaving_id=made.id, side=Side.buys, **bought))
    kept(LeavingStep(leaving_id=made.id, action="start", to_state=S.started, taken_by="李敏", taken_at=NOW))
    if state in (S.signed, S.closed):
        make_sheet(made)
    return made


def make_sheet(leaving: Leaving, marks: Any = ()) -> LeavingSheet:
    """As a row: its paper is not in the store."""
    upload = make_upload(leaving.estate_id)
    facts: dict[str, Any] = {
        "content": {"marks": list(marks), "number": leaving.number},
        "paper_id": upload.id,
        "buyers_paper_id": upload.id if leaving.is_sale else None,
        "leaver_drawing_id": upload.id,
        "signed_by": "李敏",
        "signed_at": NOW,
    }
    return kept(LeavingSheet(leaving_id=leaving.id, **facts))


def make_owner(estate: Estate, name: str = "欧阳娜娜", unit: Unit | None = None, **given: Any) -> Occupancy:
    """Of a unit of her own since long."""
    home = unit or make.make_unit(estate, built_area=Decimal("100.00"))
    return make.make_occupancy(make.make_customer(estate, name), home, **({"starts": date(2020, 1, 1)} | given))


def ids_of_leavings(estate: Estate) -> dict[str, object]:
    """A sale that is signed, with a row in each table beside it."""
    occupancy = make_owner(estate)
    made = make_leaving(occupancy, S.signed, make.make_customer(estate, "钱多多"))
    proof = make.make_upload(estate, "leaving")
    with open_session() as db:
        db.get_one(Leaving, made.id).proof_id = proof.id
        party = db.query(LeavingParty).filter_by(leaving_id=made.id, side=Side.buys).one()
        db.commit()
        return {"leaving_id": made.id, "party_id": party.id}
