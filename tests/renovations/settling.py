"""Renovations that were checked, with a deposit, and their settlements: through the product's own verbs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from crm.billing.deposits.models import Deposit
from crm.billing.ledger.models import Method
from crm.db import open_session
from crm.files.models import Upload
from crm.properties.models import Estate
from crm.renovations.acceptance import service as acceptance
from crm.renovations.acceptance.items.models import RenovationCheckItem
from crm.renovations.acceptance.models import (
    RenovationAsBuilt,
    RenovationCheck,
    RenovationCheckLine,
    RenovationCheckPhoto,
    RenovationCompletion,
    Stage,
    Verdict,
)
from crm.renovations.acceptance.queries import to_look_at
from crm.renovations.acceptance.service.checking import STAGES
from crm.renovations.cases.models import Renovation, RenovationDoing, RenovationState
from crm.renovations.cases.queries import get_renovation
from crm.renovations.cases.service.steps import Said
from crm.renovations.settlement import queries, service
from crm.renovations.settlement.models import (
    RenovationSettlement,
    SettlementLine,
    SettlementPhoto,
    SettlementState,
    SettlementStep,
)
from crm.renovations.works.models import RenovationWork
from tests import factories as make
from tests.billing.deposits.making import make_deposit
from tests.renovations.making import NOW, make_renovation
from tests.repairs.making import kept, user_called

S = RenovationState
keys = count(1)
LOOKED_AT = {S.waiting: (True, False), S.mending: (True, False), S.checked: (True, True), S.settled: (True, True)}
LOOKED_AT[S.closed] = (True, True)


def today() -> date:
    """The business day, outside the application."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def key() -> Said:
    return Said(key=f"r3-{next(keys)}")


def make_work(name: str = "", **given: Any) -> RenovationWork:
    """A kind of work in a group of its own."""
    group = kept(RenovationWork(name=f"组{next(keys)}"))
    return kept(RenovationWork(name=name or f"工程{next(keys)}", parent_id=group.id, **given))


def make_case(estate: Estate, state: RenovationState = S.checked, deposit: str = "3000.00", **given: Any) -> Renovation:
    """In a unit and of a customer of its own, taken in by 李敏, with the deposit held; "" for none."""
    unit = make.make_unit(estate)
    customer = given.pop("customer", None) or make.make_customer(estate, unit=unit)
    held: Deposit | None = make_deposit(customer, deposit, unit) if deposit else None
    day = today()
    first, second = LOOKED_AT.get(state, (False, False))
    facts: dict[str, Any] = {
        "applied_by_id": user_called("limin").id,
        "deposit_id": held.id if held else None,
        "deposit_asked": Decimal(deposit or 0),
        "begun_on": day - timedelta(days=60),
        "first_passed_on": day - timedelta(days=100) if first else None,
        "second_due_on": day - timedelta(days=10) if first else None,
        "second_passed_on": day if second else None,
    }
    works = given.pop("works", ())
    made = make_renovation(unit, customer, state, **facts | given)
    for work in works:
        kept(RenovationDoing(renovation_id=made.id, work_id=work.id))
    return made


def upload_of(estate_id: int) -> Upload:
    with open_session() as db:
        estate = db.get_one(Estate, estate_id)
    return make.make_upload(estate, "renovation")


def deposit_of(renovation: Renovation) -> Deposit:
    with open_session() as db:
        return db.get_one(Deposit, renovation.deposit_id)


def finished(**given: Any) -> acceptance.Finished:
    facts: dict[str, Any] = {
        "done_on": today(),
        "built": "厨卫改造完成",
        "as_approved": True,
        "no_drawings": "只做了表面装修",
    }
    return acceptance.Finished(**facts | given)


def looked(renovation: Renovation, *wrong: str, upload_id: int = 0, **given: Any) -> acceptance.Checked:
    """All in order but what has one of these words."""
    upload_id = upload_id or upload_of(renovation.estate_id).id
    stage = STAGES.get(renovation.state, Stage.first)
    lines = [
        acceptance.Line(
            look=look,
            verdict=Verdict.fix if (bad := any(word in look.what for word in wrong)) else Verdict.ok,
            words="渗漏，重做" if bad else "",
            hours=0 if bad else look.hours,
        )
        for look in to_look_at(renovation, stage)
    ]
    facts: dict[str, Any] = {
        "lines": lines,
        "signature_id": upload_id,
        "customer": acceptance.Signed(name="欧阳娜娜", upload_id=upload_id),
        "due_on": today() + timedelta(days=7) if wrong else None,
    }
    return acceptance.Checked(**facts | given)


def line(amount: str, reason: str = "墙面损坏", **given: Any) -> service.Line:
    return service.Line(amount=Decimal(amount), reason=reason, clause="装修协议第七条", **given)


def propose(work: Any, actor: Any, renovation: Renovation, *lines: service.Line) -> RenovationSettlement:
    with work(actor):
        return service.propose(get_renovation(renovation.id), lines, said=key())


def sign(work: Any, actor: Any, settlement: RenovationSettlement) -> None:
    upload = upload_of(settlement.estate_id)
    with work(actor):
        whole = queries.get_settlement(settlement.id)
        service.sign(whole, service.Signed(name="欧阳娜娜", upload_id=upload.id), key())


def carry_out(work: Any, actor: Any, settlement: RenovationSettlement) -> None:
    with work(actor):
        service.carry_out(queries.get_settlement(settlement.id), key())


def payout(**given: Any) -> service.Payout:
    facts: dict[str, Any] = {"method": Method.cash, "payee": "欧阳娜娜"}
    return service.Payout(**facts | given)


def ask_refund(work: Any, actor: Any, settlement: RenovationSettlement) -> None:
    with work(actor):
        service.ask_refund(queries.get_settlement(settlement.id), payout(), key())


def make_check(renovation: Renovation, stage: Stage = Stage.first, **given: Any) -> RenovationCheck:
    """Failed on one line, with a picture of it."""
    upload = upload_of(renovation.estate_id)
    facts: dict[str, Any] = {
        "passed": False,
        "due_on": today() + timedelta(days=7),
        "checked_on": today(),
        "signature_id": upload.id,
        "customer_name": "欧阳娜娜",
        "customer_signature_id": upload.id,
        "checked_by": "孙浩",
        "checked_at": NOW,
    }
    made = kept(RenovationCheck(renovation_id=renovation.id, stage=stage, **facts | given))
    verdict = Verdict.ok if made.passed else Verdict.fix
    told = {"what": "卫生间闭水试验无渗漏", "verdict": verdict, "words": "" if made.passed else "渗漏"}
    line = kept(RenovationCheckLine(check_id=made.id, **told))
    kept(RenovationCheckPhoto(line_id=line.id, upload_id=upload.id))
    return made


def make_completion(renovation: Renovation) -> RenovationCompletion:
    facts = {"done_on": today(), "built": "厨卫改造完成", "as_approved": True, "taken_by": "李敏", "taken_at": NOW}
    return kept(RenovationCompletion(renovation_id=renovation.id, **facts))


def make_drawing(renovation: Renovation) -> RenovationAsBuilt:
    upload = upload_of(renovation.estate_id)
    facts = {"title": "水电竣工图", "upload_id": upload.id, "added_by": "李敏", "added_at": NOW}
    return kept(RenovationAsBuilt(renovation_id=renovation.id, **facts))


def make_settlement(
    renovation: Renovation, state: SettlementState = SettlementState.proposed, **given: Any
) -> RenovationSettlement:
    """Of the whole deposit but 300 yuan for a wall, with a picture; made by 李敏."""
    held = deposit_of(renovation).balance if renovation.deposit_id else Decimal(0)
    signs = state not in (SettlementState.proposed, SettlementState.objected)
    decided = state not in (SettlementState.proposed, SettlementState.objected, SettlementState.agreed)
    facts: dict[str, Any] = {
        "estate_id": renovation.estate_id,
        "round": (place := next(keys)),
        "number": f"{renovation.number}-J{place}",
        "state": state,
        "deposit_id": renovation.deposit_id,
        "held": held,
        "deducted": min(held, Decimal(300)),
        "back": max(held - 300, Decimal(0)),
        "billed": Decimal(0),
        "proposed_by_id": user_called("limin").id,
        "proposed_by": "李敏",
        "proposed_at": NOW,
        "signer": "欧阳娜娜" if signs else "",
        "signature_id": upload_of(renovation.estate_id).id if signs else None,
        "signed_at": NOW if signs else None,
        "decided_by_id": user_called("zhouhui").id if decided else None,
        "decided_by": "周慧" if decided else "",
        "decided_at": NOW if decided else None,
    }
    made = kept(RenovationSettlement(renovation_id=renovation.id, **facts | given))
    told: dict[str, Any] = {"amount": Decimal(300), "from_deposit": min(held, Decimal(300)), "reason": "墙面损坏"}
    row = kept(SettlementLine(settlement_id=made.id, clause="装修协议第七条", **told))
    kept(SettlementPhoto(line_id=row.id, upload_id=upload_of(renovation.estate_id).id))
    step = {"action": "propose", "to_state": made.state, "taken_by": "李敏", "taken_at": NOW}
    kept(SettlementStep(settlement_id=made.id, **step))
    return made


def ids_of_settlements(estate: Estate) -> dict[str, object]:
    """One that failed its first check, and one that is settled; with a row in each table."""
    fixing, settled = make_case(estate, S.fixing), make_case(estate, S.checked)
    make_completion(fixing)
    check, settlement = make_check(fixing), make_settlement(settled)
    drawing = make_drawing(fixing)
    with open_session() as db:
        check_photo = db.query(RenovationCheckPhoto).join(RenovationCheckLine).filter_by(check_id=check.id).one().id
        photo = db.query(SettlementPhoto).join(SettlementLine).filter_by(settlement_id=settlement.id).one().id
        item = db.query(RenovationCheckItem).filter(RenovationCheckItem.parent_id.is_not(None)).first()
    return {
        "renovation_check_id": check.id,
        "renovation_check_photo_id": check_photo,
        "renovation_as_built_id": drawing.id,
        "renovation_check_item_id": item.id if item else 0,
        "renovation_settlement_id": settlement.id,
        "renovation_settlement_photo_id": photo,
    }


def make_to_check(estate: Estate) -> Renovation:
    return make_case(estate, S.completion, done_on=today())


def make_to_mend(estate: Estate) -> Renovation:
    made = make_case(estate, S.fixing)
    make_check(made)
    return made


def make_settled_case(estate: Estate) -> RenovationSettlement:
    return make_settlement(make_case(estate))
