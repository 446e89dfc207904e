"""Letters with what hangs on them, as they stand in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from crm.auth.actor import Actor
from crm.correspondence.letters.models import (
    Direction,
    FileRole,
    Letter,
    LetterBatch,
    LetterDelivery,
    LetterFile,
    LetterState,
    LetterStep,
    Way,
)
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.wordings.models import Wording, WordingKind
from crm.dates import today
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import acting
from tests import factories as make
from tests.repairs.making import kept

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = today(SHANGHAI)
DAY = TODAY - timedelta(days=2)  # on the letters, and when they were registered, at 9 in the morning
NOW = datetime.combine(DAY, time(9), tzinfo=SHANGHAI)
S = LetterState
serials = count(5001)


def clerk() -> Actor:
    """李敏, reading English: so that a refusal's words do not hang on the catalogue."""
    return replace(acting.as_("limin"), locale="en")


def _numbered(direction: Direction) -> dict[str, Any]:
    series, sign = ("收文", "收") if direction is Direction.incoming else ("发文", "发")
    serial = next(serials)
    number = make.make_number(series, f"{sign}〔2025〕{serial}号·")
    return {"number_id": number.id, "number": f"{sign}〔2025〕{serial}号"}


def make_letter_in(estate: Estate, state: LetterState = S.registered, **given: Any) -> Letter:
    """About a lift's noise, an answer due in a week; passed on to nobody by name."""
    facts: dict[str, Any] = {
        "direction": Direction.incoming,
        "kind": "enquiry",
        "party": "" if given.get("customer_id") else "岳麓区住房和城乡建设局",
        "doc_no": "岳住建函〔2026〕12号",
        "dated_on": DAY,
        "way": Way.by_hand,
        "subject": "关于电梯噪声的函",
        "reply_due_on": DAY + timedelta(days=7),
        "registered_by": "李敏",
        "registered_at": NOW,
    }
    if state not in (S.registered, S.void):
        facts["passed_on_at"] = NOW + timedelta(hours=2)
    if state in (S.answered, S.noted):
        facts["answered_at"] = NOW + timedelta(days=1)
    return _made(Letter(estate_id=estate.id, state=state, **_numbered(Direction.incoming), **(facts | given)))


def content_of(name: str = "欧阳娜娜", body: str = "您好！\n\n现答复如下：电梯已检修。") -> dict[str, Any]:
    return {
        "number": "发〔2026〕0034号",
        "subject": "关于电梯噪声的复函",
        "body": body,
        "day": "2026-11-24",
        "day_in_words": "2026年11月24日",
        "to": name,
        "customer_code": "",
        "unit": "3-1-502",
        "address": "长沙市 阳光花园 3-1-502",
        "estate": "阳光花园",
        "company": "和安物业服务有限公司",
        "phone": "0731-88880000",
        "answers": "",
    }


def make_letter_out(
    estate: Estate, state: LetterState = S.registered, customer: Customer | None = None, **given: Any
) -> Letter:
    facts: dict[str, Any] = {
        "direction": Direction.outgoing,
        "kind": "answer",
        "customer_id": customer.id if customer else None,
        "party": "" if customer else "岳麓区住房和城乡建设局",
        "dated_on": DAY,
        "subject": "关于电梯噪声的复函",
        "content": content_of(customer.name if customer else "岳麓区住房和城乡建设局"),
        "registered_by": "李敏",
        "registered_at": NOW,
    }
    if state in (S.sent, S.served, S.returned):
        facts["sent_at"] = NOW
    if state is S.served:
        facts["served_at"] = NOW
    return _made(Letter(estate_id=estate.id, state=state, **_numbered(Direction.outgoing), **(facts | given)))


def _made(letter: Letter) -> Letter:
    """With the one step of its registering."""
    made: Letter = kept(letter)
    facts = {"action": "register", "to_state": made.state, "taken_by": "李敏", "taken_at": NOW}
    kept(LetterStep(letter_id=made.id, **facts))
    return made


def make_delivery(letter: Letter, channel: Channel = Channel.by_hand, **given: Any) -> LetterDelivery:
    facts: dict[str, Any] = {
        "arrival": Arrival.delivered,
        "delivered_on": letter.dated_on,
        "person": "欧阳志远",
        "recorded_by": "李敏",
        "recorded_at": NOW,
    }
    made: LetterDelivery = kept(LetterDelivery(letter_id=letter.id, channel=channel, **(facts | given)))
    return made


def make_file(letter: Letter, estate: Estate, role: FileRole = FileRole.scan) -> LetterFile:
    """Of bytes that are in no store."""
    upload = make.make_upload(estate, "letter")
    made: LetterFile = kept(
        LetterFile(letter_id=letter.id, upload_id=upload.id, role=role, added_by="李敏", added_at=NOW)
    )
    return made


def make_wording(name: str = "", kind: WordingKind = WordingKind.letter, **given: Any) -> Wording:
    facts = {"subject": "告知函", "body": "尊敬的{name}：\n\n请与我们联系，电话{phone}。"}
    made: Wording = kept(Wording(kind=kind, name=name or f"范文{next(serials)}", **(facts | given)))
    return made


def make_of_customer(estate: Estate) -> Letter:
    """One that came in from a customer, in the hands of 李敏."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    return make_letter_in(estate, S.passed_on, customer_id=customer.id, unit_id=unit.id)


def ids_of_letters(estate: Estate) -> dict[str, object]:
    """One of each thing that an address of the letters' pages names, and a row in every append-only table."""
    letter = make_letter_out(estate, S.served, make.make_customer(estate))
    proof = make.make_upload(estate, "letter")
    batch = {"title": "告知函", "audience": {}, "letters": 0, "made_by": "李敏", "made_at": NOW}
    kept(LetterBatch(estate_id=estate.id, **batch))
    return {
        "letter_id": letter.id,
        "letter_file_id": make_file(letter, estate).id,
        "letter_delivery_id": make_delivery(letter, upload_id=proof.id).id,
        "wording_id": make_wording().id,
        "way": "by_hand",
    }
