"""证据包: one file whose every page is numbered, whose index is right, and whose figures are the books'."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from sqlalchemy import func, select, update

from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.billing.arrears.cases.queries import get_case
from crm.billing.arrears.evidence.models import EvidencePack
from crm.billing.arrears.evidence.papers import PARTS
from crm.billing.arrears.evidence.reports.claim import claim_of
from crm.billing.ledger.models import Adjustment, Allocation, Bill, BillSource
from crm.billing.ledger.queries import balance_of
from crm.correspondence.serving.models import Channel
from crm.dates import business_day
from crm.errors import DomainError
from crm.files import store
from crm.jobs.models import Job
from crm.jobs.runner import run_all
from crm.tenants import service as tenants
from crm.tenants.models import CustomerKind, FactField, Source
from crm.tenants.queries import get_customer
from tests import factories as make
from tests.auth.steps import let_pass
from tests.billing.arrears.letters.making import content_of
from tests.billing.arrears.making import make_case, make_contact, make_delivery, make_letter, make_plan, make_promise
from tests.billing.ledger.making import make_adjustment, make_allocation, make_dispute, make_payment
from tests.billing.making import make_bill, make_item, make_tariff

OWN_ID, PHONE = "430102199001011238", "13786420011"
YEAR = date(2025, 1, 1)
A4 = (595, 842)


def picture(kind: str = "JPEG", size: tuple[int, int] = (3000, 4000)) -> bytes:
    out = BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, (200, 120, 90)).save(out, kind)
    return out.getvalue()


def scan(pages: int = 2) -> bytes:
    """Landscape A5, turned by the scanner, its origin somewhere else."""
    writer, out = PdfWriter(), BytesIO()
    for _number in range(pages):
        page = writer.add_blank_page(595, 420)
        page.cropbox.lower_left, page.cropbox.upper_right = (20, 10), (575, 410)
        page.rotate(90)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def debtor(work, estate):
    """With a number and a telephone, in a unit."""
    with work():
        values = {FactField.name: "欧阳娜娜", FactField.id_number: OWN_ID}
        made = tenants.register(estate.id, CustomerKind.person, values, source=Source.counter, confirmed_by="李敏")
    make.make_phone(made, PHONE)
    make.make_occupancy(made, make.make_unit(estate, "3-1-502", built_area=Decimal("120.50")))
    return made


@pytest.fixture
def debt(estate, debtor):
    """Two months of fees, one partly paid and partly waived; a late fee; a disputed line; one that is not due."""
    item = make_item(estate, "物业服务费")
    tariff = make_tariff(item, "2.80")
    facts = {"item": item, "tariff_id": tariff.id, "quantity": Decimal("120.5"), "price": Decimal("2.8")}
    facts |= {"source": BillSource.run, "days": 31, "days_of": 31}
    first = make_bill(debtor, "337.40", YEAR, **facts)
    second = make_bill(debtor, "337.40", date(2025, 2, 1), **facts)
    rate = {"quantity": Decimal(24_680), "price": Decimal("0.0005")}
    fee = make_bill(debtor, "12.34", date(2025, 6, 1), source=BillSource.late_fee, late_for_id=first.id, **rate)
    parked = make_bill(debtor, "80.00", date(2025, 3, 1))
    make_bill(debtor, "99.00", date(2098, 1, 1))
    make_allocation(first, make_payment(debtor, "100.00", paid_on=date(2025, 5, 5)), "100.00")
    taken = make_allocation(second, payment := make_payment(debtor, "50.00"), "50.00")
    make_allocation(second, payment, "-50.00", reverses_id=taken.id)
    make_adjustment(first, "20.00")
    make_dispute(parked)
    return [first, second, fee]


def by_hand(db: Any, bills: list[Bill]) -> Decimal:
    """What is claimed, from the rows alone."""
    ids = [bill.id for bill in bills]
    charged = db.scalar(select(func.sum(Bill.amount)).where(Bill.id.in_(ids)))
    less = [
        db.scalar(select(func.coalesce(func.sum(model.amount), 0)).where(model.bill_id.in_(ids)))
        for model in (Allocation, Adjustment)
    ]
    return charged - sum(less)


def test_the_claim_is_what_the_books_say_to_the_fen(work, db, debtor, debt):
    with work():
        customer, today = get_customer(debtor.id), business_day()
        claim, balance = claim_of(customer, today), balance_of(debtor.id, today)
    assert claim.total == by_hand(db, debt) == Decimal("567.14")
    assert (claim.charged, claim.paid, claim.adjusted) == (Decimal("687.14"), Decimal(100), Decimal(20))
    assert (claim.principal, claim.late_fees) == (Decimal("554.80"), Decimal("12.34"))
    assert (claim.disputed, claim.to_come, claim.elsewhere) == (80, 99, 0)
    assert claim.total + claim.disputed + claim.to_come == claim.owed == balance.owed
    assert [line.claimed for line in claim.lines] == [db.get_one(Bill, bill.id).open for bill in debt]
    assert claim.lines[0].clock.expires_on == date(2028, 5, 5)


def test_a_case_claims_what_is_open_of_its_bills(work, db, debtor, debt):
    case = make_case(debt[:1])
    with work():
        claim = claim_of(get_customer(debtor.id), business_day(), get_case(case.id))
    assert (claim.total, claim.elsewhere) == (Decimal("217.40"), Decimal("349.74"))
    assert claim.total + claim.elsewhere + claim.disputed + claim.to_come == claim.owed


def test_nobody_goes_to_court_with_books_that_do_not_agree(work, db, debtor, debt):
    db.execute(update(Bill).where(Bill.id == debt[1].id).values(open=Decimal("337.39")))
    db.commit()
    with pytest.raises(DomainError), work():
        claim_of(get_customer(debtor.id), business_day())


def test_nothing_overdue_is_nothing_to_claim(sign_in, estate):
    owner = make.make_customer(estate)
    answer = sign_in("arrears_reviewer").post(page_of(owner), data={"key": "k", "reason": "起诉"})
    assert answer.status_code == 422


def page_of(customer: Any) -> str:
    return f"/arrears/evidence/customers/{customer.id}"


def test_reason_and_password_are_wanted_and_a_double_click_makes_one(sign_in, db, debtor, debt):
    client = sign_in("arrears_reviewer")
    assert "567.14" in client.get(page_of(debtor)).text
    assert client.post(page_of(debtor), data={"key": "k", "reason": ""}).status_code == 422
    sent = {"key": "k", "reason": "起诉"}
    answers = [client.post(page_of(debtor), data=sent) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    assert db.scalar(select(func.count(Job.id))) == 1
    let_pass(db, minutes=31)
    assert "confirming_password" in client.post(page_of(debtor), data=sent).text
    assert sign_in("cashier").get(page_of(debtor)).status_code == 403


@pytest.fixture
def filed(work, estate, debtor, debt):
    """Demands with a photograph, a scan and a workbook as proof; a promise with its slip, a plan, a contact, a call."""
    with work():
        files = {"a.jpg": picture(), "b.pdf": scan(), "c.png": picture("PNG", (300, 200)), "d.csv": b"a,b\n1,2\n"}
        kept = {
            name: store.keep(content, name, purpose="delivery", estate_id=estate.id) for name, content in files.items()
        }
    said = {"content": content_of(debtor)}
    demand = make_letter(debt[0], day=date(2025, 7, 1), **said)
    make_delivery(demand, date(2025, 7, 3), channel=Channel.posted_at_door, upload_id=kept["a.jpg"].id)
    make_delivery(demand, date(2025, 7, 5), channel=Channel.ems, tracking="EA123CN", upload_id=kept["b.pdf"].id)
    make_delivery(make_letter(debt[1], **said), date(2025, 8, 5), upload_id=kept["d.csv"].id)
    make_letter(debt[1], **said)
    make_promise(debtor, made_on=date(2025, 9, 1), due_on=date(2025, 9, 30), upload_id=kept["c.png"].id)
    make_plan(debt[:1], [(date(2025, 12, 1), "100.00")], agreed_on=date(2025, 10, 1))
    make_contact(debtor, date(2025, 9, 1))
    make.make_call(estate, debtor, PHONE)
    return make_case(debt)


def test_one_file_with_index_numbers_scans_and_the_books_figures(app, db, sign_in, debtor, debt, filed):
    db.execute(update(User).where(User.username == "hefang").values(locale="en"))
    client = sign_in("arrears_reviewer")
    client.post(f"{page_of(debtor)}?case={filed.id}", data={"key": "k", "reason": "起诉立案"})
    run_all(app, "tests")
    job = db.scalars(select(Job)).one()
    assert (job.state, job.error, job.result_url) == ("done", "", page_of(debtor))
    pack = db.scalars(select(EvidencePack)).one()
    assert (pack.claimed, pack.reason, pack.made_by, pack.case_id) == (by_hand(db, debt), "起诉立案", "何芳", filed.id)
    fetched = client.post(f"/arrears/evidence/{pack.id}")
    shown = client.get(page_of(debtor)).text
    digest = sha256(fetched.data).hexdigest()
    assert digest in shown
    assert digest in client.get(f"/arrears/cases/{filed.id}").text
    file = PdfReader(BytesIO(fetched.data))
    pages = [re.sub(r"\s", "", page.extract_text()) for page in file.pages]
    assert len(pages) == pack.pages
    for number, (page, text) in enumerate(zip(file.pages, pages, strict=True), start=1):
        assert tuple(round(float(side)) for side in page.mediabox[2:]) == A4
        assert re.search(rf"page{number}of{len(pages)}$", text), text[-80:]
    _check_index(file, pages)
    whole = "".join(pages)
    for words in (
        OWN_ID,
        PHONE,
        "3-1-502",
        "567.14",
        "伍佰陆拾柒元壹角肆分",
        "120.5㎡×2.8",
        "前期物业服务合同YG-2019-07",
    ):
        assert words in whole, words
    for words in ("24,680yuan×days×0.05%aday=12.34yuan", "EA123CN", "d.csv", "厨房漏水", "2028-10-01", "说没有住"):
        assert words in whole, words
    _check_log(db, debtor, digest)


def _check_index(file: PdfReader, pages: list[str]) -> None:
    """Each paper of the index stands on its page: parts by their headings, scans by their place."""
    found = [(item.title, file.get_destination_page_number(item) + 1) for item in file.outline]
    parts = [page for title, page in found if title.startswith("Part ")]
    assert len(parts) == len(PARTS)
    assert parts == sorted(parts)
    assert len(found) == len(PARTS) + 6  # three letters, two proofs and a slip; the workbook is named, not printed
    for title, page in found:
        told = re.sub(r"\s", "", title)
        assert f"{told}{page}" in pages[0] + pages[1]
    assert all(f"Part{number}:" in pages[page - 1] for number, page in enumerate(parts, start=1))


def _check_log(db: Any, debtor: Any, digest: str) -> None:
    db.expire_all()
    made = db.scalars(
        select(LogEntry).where(LogEntry.kind.in_(("EvidenceMade", "EvidenceFetched"))).order_by(LogEntry.id)
    ).all()
    assert [(entry.kind, entry.actor, entry.data["sha256"]) for entry in made] == [
        ("EvidenceMade", "何芳", digest),
        ("EvidenceFetched", "何芳", digest),
    ]
    revealed = db.scalars(select(LogEntry.data).where(LogEntry.kind == "NumberRevealed")).all()
    assert [data["reason"] for data in revealed] == ["paperwork: 起诉立案"] * 2
    assert OWN_ID not in str(list(revealed))


def test_a_pack_of_another_customers_case_is_not_made(sign_in, debtor, debt, estate):
    other = make_case([make_bill(make.make_customer(estate))])
    assert sign_in("arrears_reviewer").get(f"{page_of(debtor)}?case={other.id}").status_code == 404
