"""From the application to the permit and beyond, as the desk, the engineer and the supervisor do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import IssuedPrint, Item
from crm.auth.actor import system_actor
from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import Deposit, MovementKind
from crm.billing.ledger.models import Bill
from crm.dates import business_day
from crm.db import open_session
from crm.errors import DomainError
from crm.jobs import runner
from crm.notifications.models import Notification
from crm.properties.models import Estate, Unit
from crm.renovations.cases.filing import file_permit
from crm.renovations.cases.jobs import remind
from crm.renovations.cases.models import (
    Decision,
    Renovation,
    RenovationAlteration,
    RenovationExtension,
    RenovationFee,
    RenovationPaper,
    RenovationState,
    RenovationStep,
)
from crm.renovations.cases.moving_out import OPEN_RENOVATIONS
from crm.tenants.models import Customer, OccupancyRole
from crm.violations.cases.models import Violation
from tests import factories as make
from tests.billing.deposits.making import cashier, make_deposit, user_called, wish
from tests.billing.making import make_item
from tests.renovations.making import do, make_alteration, make_extension, make_renovation, paper_called, work_called
from tests.violations.making import type_called
from tests.violations.test_noting import picture

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
S = RenovationState
DESK, DECIDES, ENGINEER, CASHIER = "limin", "zhouhui", "sunhao", "wudan"


def scan(pages: int = 1) -> BytesIO:
    writer, out = PdfWriter(), BytesIO()
    for _each in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    out.seek(0)
    return out


def again(db: Session, renovation: Renovation) -> Renovation:
    db.expire_all()
    return db.get_one(Renovation, renovation.id)


def sent(renovation: Renovation, key: str = "once", **more: Any) -> dict[str, Any]:
    return {"version": renovation.version, "key": key, **more}


def words_of(content: bytes) -> str:
    paper = PdfReader(BytesIO(content))
    return "".join("".join(page.extract_text().split()) for page in paper.pages)


@pytest.fixture
def today(app: Flask) -> date:
    with app.app_context():
        return business_day()


@pytest.fixture
def home(estate: Estate) -> tuple[Unit, Customer]:
    unit = make.make_unit(estate)
    return unit, make.make_customer(estate, unit=unit)


def plan(today: date, *names: str, **more: Any) -> dict[str, Any]:
    return {
        "work_ids": [str(work_called(name).id) for name in names],
        "description": "厨卫改造，客厅地面",
        "contractor": "青海宏建装饰工程有限公司",
        "contractor_lead": "马建国",
        "contractor_phone": "13900001111",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(),
        **more,
    }


# The application


def test_what_is_ticked_says_which_papers_and_what_deposit(
    sign_in: SignIn, home: tuple[Unit, Customer], today: date
) -> None:
    unit, _customer = home
    client, address = sign_in(DESK), f"/renovations/new/known?unit_id={unit.id}"
    part = client.post(address, data=plan(today, "水电改造", unit=unit.label)).text
    assert "2,000.00" in part
    for paper in ("装修申请表", "水电改造图", "电工证复印件", "施工企业营业执照和资质证书"):
        assert paper in part, paper
    assert "业主同意书" not in part
    self_built = client.post(address, data=plan(today, "非承重墙拆改", unit=unit.label, contractor="")).text
    assert "施工企业营业执照和资质证书" not in self_built
    assert "拆改申请表" in self_built
    assert "3,000.00" in self_built


def test_an_application_gets_a_number_once(
    sign_in: SignIn, home: tuple[Unit, Customer], today: date, db: Session
) -> None:
    unit, customer = home
    client, address = sign_in(DESK), f"/renovations/new?unit_id={unit.id}"
    assert client.get(address).status_code == 200
    data = plan(today, "水电改造", "阳台封闭", unit=unit.label, key="k1")
    [first, second] = [client.post(address, data=data).location for _each in range(2)]
    assert first == second
    [made] = db.scalars(select(Renovation))
    assert made.number.startswith(f"ZX{today:%y%m}-")
    assert (made.customer_id, made.unit_id, made.owns, made.state) == (customer.id, unit.id, True, S.applied)
    assert made.deposit_asked == Decimal(2000)
    assert client.get(first).status_code == 200


def test_a_second_one_for_the_unit_is_told_of_first(
    sign_in: SignIn, home: tuple[Unit, Customer], today: date, db: Session
) -> None:
    unit, customer = home
    standing = make_renovation(unit, customer)
    client, address = sign_in(DESK), f"/renovations/new?unit_id={unit.id}"
    answer = client.post(address, data=plan(today, "水电改造", unit=unit.label, key="k1"))
    assert answer.status_code == 422
    assert standing.number in answer.text
    assert "厨卫改造，客厅地面" in answer.text, "what was typed stays"
    again = client.post(address, data=plan(today, "水电改造", unit=unit.label, key="k1", besides="y"))
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("name", "value"),
    [("description", ""), ("starts_on", "gestern"), ("ends_on", "2020-01-01"), ("unit", ""), ("contractor_phone", "x")],
)
def test_bad_input_names_the_field(
    sign_in: SignIn, home: tuple[Unit, Customer], today: date, name: str, value: str
) -> None:
    unit, _customer = home
    data = plan(today, "水电改造", unit=unit.label) | {name: value}
    answer = sign_in(DESK).post(f"/renovations/new?unit_id={unit.id}", data=data)
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text


def test_nothing_ticked_is_said(sign_in: SignIn, home: tuple[Unit, Customer], today: date) -> None:
    unit, _customer = home
    answer = sign_in(DESK).post(f"/renovations/new?unit_id={unit.id}", data=plan(today, unit=unit.label))
    assert answer.status_code == 422
    assert 'href="#work_ids"' in answer.text


def test_a_tenant_needs_the_owners_consent(sign_in: SignIn, estate: Estate, today: date, db: Session) -> None:
    unit = make.make_unit(estate)
    tenant = make.make_customer(estate, "王五")
    make.make_occupancy(tenant, unit, OccupancyRole.tenant)
    client = sign_in(DESK)
    data = plan(today, "水电改造", unit=unit.label, key="k1", customer=str(tenant.id))
    part = client.post(f"/renovations/new/known?unit_id={unit.id}", data=data).text
    assert "业主同意书" in part
    client.post(f"/renovations/new?unit_id={unit.id}", data=data)
    assert db.scalars(select(Renovation)).one().owns is False


def test_an_application_changes_until_papers_depend_on_it(
    sign_in: SignIn, home: tuple[Unit, Customer], today: date, db: Session
) -> None:
    made = make_renovation(*home)
    do(made, "水电改造")
    client, address = sign_in(DESK), f"/renovations/{made.id}/change"
    assert client.get(address).status_code == 200
    data = plan(today, "非承重墙拆改", description="拆厨房隔墙") | sent(made, "c1")
    assert client.post(address, data=data).status_code == 302
    after = again(db, made)
    assert (after.description, after.deposit_asked) == ("拆厨房隔墙", Decimal(3000))
    examined = make_renovation(*home, S.reviewed)
    do(examined, "水电改造")
    data = plan(today, "非承重墙拆改") | sent(examined, "c2")
    answer = client.post(f"/renovations/{examined.id}/change", data=data)
    assert answer.status_code == 422
    assert again(db, examined).description == "厨卫改造，客厅地面"


# Papers


def bring(client: FlaskClient, renovation: Renovation, title: str, *files: tuple[Any, str], **more: Any) -> Any:
    data = {"key": f"{title}{len(more)}", "files": list(files), **more}
    return client.post(f"/renovations/{renovation.id}/papers/{paper_called(title).id}", data=data)


def test_papers_are_missing_by_name_until_they_came(sign_in: SignIn, home: tuple[Unit, Customer], db: Session) -> None:
    made = make_renovation(*home, contractor="")
    do(made, "阳台封闭")
    client, complete = sign_in(DESK), f"/renovations/{made.id}/complete"
    answer = client.post(complete, data=sent(made))
    assert answer.status_code == 422
    for title in ("装修申请表", "阳台封闭效果图", "施工人员身份证复印件"):
        assert title in answer.text
    for title in ("装修申请表", "施工人员登记表", "申请人身份证复印件", "阳台封闭效果图"):
        assert bring(client, made, title, (scan(), f"{title}.pdf")).status_code == 303, title
    assert bring(client, made, "施工人员身份证复印件", reason="").status_code == 422
    assert bring(client, made, "施工人员身份证复印件", reason="业主自己动手").status_code == 303
    assert client.post(complete, data=sent(again(db, made))).status_code == 302
    assert again(db, made).state is S.complete
    page = client.get(f"/renovations/{made.id}").text
    assert "业主自己动手" in page


def test_several_scans_become_one_paper(sign_in: SignIn, home: tuple[Unit, Customer], db: Session) -> None:
    made = make_renovation(*home)
    client = sign_in(DESK)
    files = (scan(2), "一.pdf"), (picture(), "二.jpg")
    for _each in range(2):
        files = (scan(2), "一.pdf"), (picture(), "二.jpg")
        assert bring(client, made, "装修设计图", *files).status_code == 303
    [paper] = db.scalars(select(RenovationPaper))
    content = client.get(f"/renovations/papers/{paper.id}/scan").data
    assert len(PdfReader(BytesIO(content)).pages) == 3


def test_what_is_no_paper_is_refused(sign_in: SignIn, home: tuple[Unit, Customer]) -> None:
    made = make_renovation(*home)
    answer = bring(sign_in(DESK), made, "装修设计图", (BytesIO(b"MZ..."), "图.exe"), note="彩色")
    assert answer.status_code == 422
    assert "彩色" in answer.text


# Examination, agreement, money, permit


def ready(home: tuple[Unit, Customer], state: RenovationState = S.agreed, **given: Any) -> Renovation:
    made = make_renovation(*home, state, **given)
    do(made, "水电改造")
    return made


def test_whoever_took_it_does_not_examine_it(sign_in: SignIn, home: tuple[Unit, Customer], db: Session) -> None:
    made = ready(home, S.complete, applied_by_id=user_called(ENGINEER).id)
    client = sign_in(ENGINEER)
    assert client.post(f"/renovations/{made.id}/examine", data=sent(made)).status_code in (403, 422)
    assert again(db, made).state is S.complete
    other = ready(home, S.complete)
    data = sent(other, conditions="卫生间做两遍防水")
    assert client.post(f"/renovations/{other.id}/examine", data=data).status_code == 302
    after = again(db, other)
    assert (after.state, after.conditions) == (S.reviewed, "卫生间做两遍防水")
    back = sign_in(ENGINEER).post(f"/renovations/{other.id}/give_back", data=sent(after, "g", reason="图纸不全"))
    assert back.status_code == 302
    assert again(db, other).examined_by_id is None


def test_the_agreement_wants_its_scan_and_a_reason_for_less(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    made = ready(home, S.reviewed)
    client, address = sign_in(DESK), f"/renovations/{made.id}/sign"
    data = sent(made, agreed_on=today.isoformat(), deposit="1000")
    assert client.post(address, data=data).status_code == 422
    answer = client.post(address, data=data | {"files": [(scan(), "责任书.pdf")]})
    assert answer.status_code == 422
    assert "2,000.00" in answer.text
    told = data | {"files": [(scan(), "责任书.pdf")], "deposit_reason": "面积小"}
    assert client.post(address, data=told).status_code == 302
    after = again(db, made)
    assert (after.state, after.deposit_asked, after.deposit_reason) == (S.agreed, Decimal(1000), "面积小")
    assert client.get(f"/renovations/{made.id}/agreement").status_code == 200


def permit(client: FlaskClient, made: Renovation, today: date, **more: Any) -> Any:
    data = {"valid_from": today.isoformat(), "valid_to": (today + timedelta(days=89)).isoformat(), **more}
    return client.post(f"/renovations/{made.id}/permit", data=sent(made, "p", **data))


def test_no_permit_before_the_deposit_is_here(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    made = ready(home)
    client = sign_in(DECIDES)
    answer = permit(client, made, today)
    assert answer.status_code == 422
    assert "3,000.00" in answer.text
    too_small = make_deposit(home[1], "2000.00", unit=home[0])
    tie = f"/renovations/{made.id}/deposit"
    assert sign_in(DESK).post(tie, data={"deposit_id": too_small.id}).status_code == 303
    made = again(db, made)
    assert permit(sign_in(DECIDES), made, today).status_code == 422
    let_go = sign_in(DESK).post(f"/renovations/{made.id}/deposit/let-go", data=sent(made, "l", reason="金额不够"))
    assert let_go.status_code == 303
    whole = make_deposit(home[1], "3000.00", unit=home[0])
    assert sign_in(DESK).post(tie, data={"deposit_id": whole.id}).status_code == 303
    made = again(db, made)
    assert permit(sign_in(DECIDES), made, today).status_code == 302
    after = again(db, made)
    assert (after.state, after.valid_to) == (S.permitted, today + timedelta(days=89))
    assert after.permit_number is not None
    assert after.permit_number.startswith(f"XK{today:%y%m}-")


def test_the_cashiers_form_is_filled_in_and_the_deposit_is_found_by_itself(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    unit, customer = home
    made = ready(home)
    page = sign_in(DESK).get(f"/renovations/{made.id}/deposit")
    assert page.status_code == 200
    client = sign_in(CASHIER)
    address = f"/billing/deposits/customers/{customer.id}/take?unit={unit.id}&kind=renovation&amount=3000.00"
    form = client.get(f"{address}&agreement={made.number}").text
    assert 'value="3,000.00"' in form
    assert f'value="{made.number}"' in form
    data = {
        "key": "d1",
        "kind": "renovation",
        "amount": "3000",
        "method": "cash",
        "taken_on": today.isoformat(),
        "payer": customer.name,
        "unit_id": unit.id,
    }
    assert client.post(address, data=data).status_code == 303
    deposit = db.scalars(select(Deposit)).one()
    assert again(db, made).deposit_id == deposit.id
    assert permit(sign_in(DECIDES), again(db, made), today).status_code == 302


def test_fees_are_shown_before_they_are_charged_and_paid_or_owed(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date, estate: Estate
) -> None:
    made = ready(home, deposit_asked=0, deposit_reason="老业主，小修")
    item = make_item(estate, name="装修垃圾清运费", basis="single")
    client, address = sign_in(DESK), f"/renovations/{made.id}/fees"
    assert "装修垃圾清运费" in client.get(address).text
    data = {"key": "f1", "due_on": today.isoformat(), "lines-0-item_id": item.id, "lines-0-amount": "300"}
    assert "300.00" in client.post(address, data=data).text
    assert db.scalars(select(RenovationFee)).all() == []
    bad = client.post(address, data=data | {"lines-0-amount": "-3"})
    assert bad.status_code == 422
    for _each in range(2):
        assert client.post(address, data=data | {"sure": "1"}).status_code == 303
    [fee] = db.scalars(select(RenovationFee))
    bill = db.get_one(Bill, fee.bill_id)
    assert (bill.amount, bill.open, bill.note) == (Decimal(300), Decimal(300), made.number)
    made = again(db, made)
    answer = permit(sign_in(DECIDES), made, today)
    assert answer.status_code == 422
    assert "300.00" in answer.text
    assert permit(sign_in(DECIDES), made, today, owed_reason="月底一起交").status_code == 302
    assert again(db, made).owed_reason == "月底一起交"


def test_the_deposit_stays_while_the_renovation_is_open(home: tuple[Unit, Customer], db: Session, work: Work) -> None:
    deposit = make_deposit(home[1], "3000.00", unit=home[0])
    made = ready(home, S.under_way, deposit_id=deposit.id)
    for kind, amount in ((MovementKind.refund, "100.00"), (MovementKind.cancellation, "3000.00")):
        with work(cashier()) as session, pytest.raises(DomainError, match=made.number):
            deposits.ask(session.get_one(Deposit, deposit.id), wish(kind, amount))
    make_renovation(*home, S.withdrawn, deposit_id=make_deposit(home[1], "500.00", unit=home[0]).id)
    with work(cashier()) as session:
        other = session.scalars(select(Deposit).where(Deposit.id != deposit.id)).one()
        assert deposits.ask(other, wish(MovementKind.refund, "100.00")).id


# The permit at the door


def test_the_permit_is_printed_with_a_code_and_a_reprint_says_so(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session
) -> None:
    made = ready(home, S.permitted)
    client = sign_in(DESK)
    first, second = (client.post(f"/renovations/{made.id}/permit.pdf") for _each in range(2))
    assert made.permit_number in words_of(first.data)
    assert "青海宏建装饰工程有限公司" in words_of(first.data)
    printed = db.scalars(select(IssuedPrint)).one()
    verdict = client.get(f"/verify?h={printed.hash[:12]}&n={made.permit_number}&v=1&c=1-1")
    assert verdict.status_code == 200
    steps = db.scalars(select(RenovationStep.note).filter_by(renovation_id=made.id, action="print")).all()
    assert len(set(steps)) == 2
    assert len(words_of(second.data)) > len(words_of(first.data))
    assert client.post(f"/renovations/{make_renovation(*home).id}/permit.pdf").status_code == 409


@pytest.mark.parametrize("code", ["D01", "D05", "D08", "record"])
def test_forms_are_filled_in(sign_in: SignIn, home: tuple[Unit, Customer], code: str) -> None:
    made = ready(home, S.under_way)
    make_alteration(made)
    make_extension(made)
    text = words_of(sign_in(DESK).get(f"/renovations/{made.id}/{code}.pdf").data)
    assert made.number in text
    assert home[1].name in text


def test_papers_lie_in_the_dossier_once(
    app: Flask, sign_in: SignIn, home: tuple[Unit, Customer], estate: Estate, db: Session, today: date, work: Work
) -> None:
    _unit, customer = home
    make.make_dossier(estate, subject_id=customer.id)
    made = ready(home, S.reviewed, deposit_asked=0, deposit_reason="小修")
    client = sign_in(DESK)
    bring(client, made, "水电改造图", (scan(), "图.pdf"))
    bring(client, made, "装修申请表", (scan(), "表.pdf"))
    bring(client, made, "装修申请表", (scan(2), "表.pdf"), note="重新签字")
    data = sent(again(db, made), "s", agreed_on=today.isoformat(), deposit="0", deposit_reason="小修")
    signed = client.post(f"/renovations/{made.id}/sign", data=data | {"files": [(scan(), "责任书.pdf")]})
    assert signed.status_code == 302
    assert permit(sign_in(DECIDES), again(db, made), today).status_code == 302
    runner.run_all(app)
    kinds = sorted(str(each) for each in db.scalars(select(Item.source_kind).where(Item.source_kind.is_not(None))))
    assert kinds == ["renovation_agreement", "renovation_paper", "renovation_paper", "renovation_permit"]
    with_pages = db.scalars(select(Item).where(Item.title.startswith("装修申请表"))).one()
    assert with_pages.pages == 2, "the last one counts"
    with work():
        file_permit(again(db, made))
    runner.run_all(app)
    assert len(db.scalars(select(Item.id).where(Item.source_kind.is_not(None))).all()) == 4


# More time, alterations, stops


def test_more_time_is_asked_by_one_and_decided_by_another(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    made = ready(home, S.under_way, valid_from=today - timedelta(days=80), valid_to=today + timedelta(days=1))
    until = today + timedelta(days=40)
    data = sent(made, "e", until=until.isoformat(), reason="瓷砖晚到")
    client = sign_in(DECIDES)
    assert client.post(f"/renovations/{made.id}/extend", data=data).status_code == 302
    asked = db.scalars(select(RenovationExtension)).one()
    assert asked.late, "three days before are the company's"
    again_asked = client.post(f"/renovations/{made.id}/extend", data=sent(again(db, made), "e2", until="2099-01-01"))
    assert again_asked.status_code == 422
    own = client.post(
        f"/renovations/extensions/{asked.id}/decide", data={"version": asked.version, "decision": "approved"}
    )
    assert own.status_code == 422
    assert again(db, made).valid_to == today + timedelta(days=1)
    other = sign_in("shentao")
    answer = other.post(f"/renovations/extensions/{asked.id}/decide", data={"version": 1, "decision": "refused"})
    assert answer.status_code == 422
    decided = other.post(f"/renovations/extensions/{asked.id}/decide", data={"version": 1, "decision": "approved"})
    assert decided.status_code == 303
    assert again(db, made).valid_to == until
    assert db.scalars(select(RenovationExtension.decision)).one() is Decision.approved


def test_no_permit_while_an_alteration_is_undecided(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    made = ready(home, deposit_asked=0, deposit_reason="小修")
    client, address = sign_in(DESK), f"/renovations/{made.id}/alterations/new"
    data = {"key": "a", "place": "厨房隔墙", "what": "开 90 厘米门洞", "bears": "y"}
    assert client.post(address, data=data).status_code == 422
    for _each in range(2):
        assert client.post(address, data=data | {"files": [(scan(), "方案.pdf")]}).status_code == 303
    asked = db.scalars(select(RenovationAlteration)).one()
    assert client.get(f"/renovations/alterations/{asked.id}/drawing").status_code == 200
    assert permit(sign_in(DECIDES), again(db, made), today).status_code == 422
    told = {"version": asked.version, "decision": "approved", "words": "按方案施工"}
    assert sign_in(DECIDES).post(f"/renovations/alterations/{asked.id}/decide", data=told).status_code == 303
    assert permit(sign_in(DECIDES), again(db, made), today).status_code == 302
    assert "厨房隔墙" in words_of(sign_in(DESK).post(f"/renovations/{made.id}/permit.pdf").data)


def note_violation(client: FlaskClient, unit: Unit, name: str, key: str, today: date) -> Violation:
    kind = type_called(name)
    data = {"key": key, "type_id": kind.id, "found": "砸了承重墙", "unit": unit.label, "found_on": today.isoformat()}
    address = client.post(f"/violations/new?unit_id={unit.id}", data=data).location
    with open_session() as db:
        return db.get_one(Violation, int(address.rsplit("/", 1)[1]))


def test_a_violation_that_stops_work_stops_the_renovation_until_it_is_put_right(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    made = ready(home, S.under_way, applied_at=datetime(2020, 1, 1, tzinfo=UTC))
    client = sign_in(DESK)
    note_violation(client, home[0], "违规施工时间", "v0", today)
    assert again(db, made).state is S.under_way, "not every violation stops the work"
    noted = note_violation(client, home[0], "擅自拆改承重结构", "v1", today)
    assert again(db, made).state is S.stopped
    page = client.get(f"/renovations/{made.id}").text
    assert noted.number in page
    decider, resume = sign_in(DECIDES), f"/renovations/{made.id}/resume"
    assert decider.post(resume, data=sent(again(db, made), "r")).status_code == 422
    data = {"version": noted.version, "key": "s", "wording": "请恢复", "due_on": "明天", "reason": "危险"}
    assert decider.post(f"/violations/{noted.id}/stop", data=data).status_code == 302
    db.expire_all()
    told = {"version": db.get_one(Violation, noted.id).version, "key": "i", "words": "已恢复"}
    assert client.post(f"/violations/{noted.id}/passed", data=told).status_code == 302
    rung = db.scalars(select(Notification.text).where(Notification.group == f"renovation-stop-{made.id}")).all()
    assert rung
    assert decider.post(resume, data=sent(again(db, made), "r2")).status_code == 302
    after = again(db, made)
    assert (after.state, after.begun_on) == (S.under_way, today)


def test_noted_from_the_renovation_it_is_its_own(
    sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    made = ready(home, S.permitted)
    client = sign_in(DESK)
    address = f"/violations/new?about=renovation-{made.id}"
    assert made.number in client.get(address).text
    data = {
        "key": "v",
        "type_id": type_called("擅自改动防水、管线").id,
        "found": "移了下水管",
        "unit": home[0].label,
        "found_on": today.isoformat(),
    }
    assert client.post(address, data=data).status_code == 302
    noted = db.scalars(select(Violation)).one()
    assert (noted.about_kind, noted.about_id) == ("renovation", made.id)
    assert again(db, made).state is S.stopped


def test_over_it_is_told_of_and_work_that_goes_on_is_a_violation(
    app: Flask, sign_in: SignIn, home: tuple[Unit, Customer], db: Session, today: date
) -> None:
    made = ready(home, S.under_way, valid_from=today - timedelta(days=90), valid_to=today - timedelta(days=1))
    soon = ready(home, S.permitted, valid_from=today, valid_to=today + timedelta(days=7))
    ready(home, S.permitted, valid_from=today, valid_to=today + timedelta(days=30))
    page = sign_in(DESK).get(f"/renovations/{made.id}").text
    assert f"about=renovation-{made.id}" in page
    with app.app_context():
        g.actor = system_actor("tests")
        assert remind() == 2
        assert remind() == 0, "once"
    listed = sign_in(DESK).get("/renovations/permits?permit=over").text
    assert f'href="/renovations/{made.id}"' in listed
    assert f'href="/renovations/{soon.id}"' not in listed


def test_what_is_withdrawn_is_filed_too(
    app: Flask, sign_in: SignIn, home: tuple[Unit, Customer], estate: Estate, db: Session
) -> None:
    make.make_dossier(estate, subject_id=home[1].id)
    made = ready(home, S.complete)
    answer = sign_in(DESK).post(f"/renovations/{made.id}/withdraw", data=sent(made, reason="不装了"))
    assert answer.status_code == 302
    runner.run_all(app)
    [kind] = db.scalars(select(Item.source_kind).where(Item.source_kind.is_not(None)))
    assert kind == "renovation_record"


# What others see


def test_customer_unit_card_and_search_show_it(sign_in: SignIn, home: tuple[Unit, Customer], estate: Estate) -> None:
    unit, customer = home
    made = ready(home, S.permitted, number="ZX2611-0777")
    client, there = sign_in(DESK), f'href="/renovations/{made.id}"'
    for address in (
        f"/tenants/customers/{customer.id}?tab=renovations",
        f"/tenants/units/{unit.id}",
        f"/card/customer/{customer.id}",
        "/renovations/",
        f"/renovations/?work={work_called('水电改造').id}",
    ):
        assert there in client.get(address).text, address
    assert client.get("/search", query_string={"q": made.number}).location == f"/renovations/{made.id}"
    listed = client.get("/renovations/contractors").text
    assert "青海宏建装饰工程有限公司" in listed


def test_whoever_moves_out_is_told_of_it(home: tuple[Unit, Customer], work: Work, today: date) -> None:
    unit, customer = home
    made = ready(home, S.permitted)
    with work():
        [matter] = OPEN_RENOVATIONS.find(customer, {unit.id: today})
    assert made.number in matter.about


def test_anothers_estate_is_not_there(sign_in: SignIn, other_estate: Estate) -> None:
    unit = make.make_unit(other_estate)
    made = make_renovation(unit, make.make_customer(other_estate, unit=unit))
    assert sign_in(DESK).get(f"/renovations/{made.id}").status_code == 404
