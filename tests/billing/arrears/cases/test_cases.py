"""Handing debts over to a lawyer: two people, once, about what is overdue and undisputed; and giving debts up."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from crm.billing.arrears.cases import queries, service, writing_off
from crm.billing.arrears.cases.models import CASE_WORKFLOW, CaseState, LegalCase
from crm.billing.arrears.cases.service import Wish
from crm.billing.arrears.evidence.reports.claim import claim_of
from crm.billing.ledger.models import AdjustmentKind, AdjustmentRequest, Bill
from crm.dates import business_day, months_later
from crm.errors import DomainError
from crm.notifications.models import Notification
from crm.tenants.queries import get_customer
from tests import factories as make
from tests.billing.arrears.making import make_case, make_delivery, make_letter, make_promise
from tests.billing.ledger.books import TODAY, acting, actor_called, pay, refused
from tests.billing.ledger.making import make_dispute, make_request
from tests.billing.making import make_bill

S = CaseState
REVIEWER, SUPERVISOR = "hefang", "zhengkai"
OLD = date(2019, 1, 1)
ROLES = {REVIEWER: {"withdraw", "close"}, SUPERVISOR: {"approve", "refuse"}, "wudan": set()}
SENT = {"version": 1, "remark": "同意", "outcome": "法院调解，已付清"}


def wish(key="form", **given):
    return Wish(key=key, **({"reason": "多次催缴无果", "firm": "正华律师事务所", "lawyer": "罗律师"} | given))


def case_in(state: CaseState, bills, **given) -> LegalCase:
    """Asked for by 何芳; decided by 郑凯 where the state says that somebody did."""
    facts = {"state": state, "requested_by_id": make.user_called(REVIEWER).id} | given
    if state in (S.handed_over, S.refused, S.closed):
        facts |= {"decided_by_id": make.user_called(SUPERVISOR).id, "decided_at": make.NOW}
    return make_case(bills, **facts)


@pytest.fixture
def ask(books, owner):
    """By 何芳, in the unit of work that stands."""

    def asked(**given):
        with acting(REVIEWER):
            return queries.get_case(service.ask(get_customer(owner.id), wish(**given)).id)

    return asked


def test_it_is_about_all_that_is_overdue_and_undisputed(books, owner, ask):
    bills = [make_bill(owner, amount, date(2026, month, 1)) for month, amount in ((1, "300"), (2, "45.60"), (2, "80"))]
    make_dispute(bills[2])
    make_bill(owner, "99.00", date(2026, 3, 1))  # due on the 28th
    pay(owner, "0.60", chosen=[bills[1].id])
    case = ask()
    assert [(each.bill_id, each.amount) for each in case.bills] == [(bills[0].id, 300), (bills[1].id, 45)]
    assert (case.amount, case.state, case.firm) == (Decimal(345), S.requested, "正华律师事务所")


def test_a_double_click_asks_once_and_one_case_lives_at_a_time(books, owner, ask):
    make_bill(owner)
    first = ask()
    assert ask().id == first.id
    assert "waits for a decision" in refused(ask, key="another")
    with acting(SUPERVISOR):
        service.approve(first, "同意")
    assert "with the lawyer already" in refused(ask, key="another")
    assert books.scalars(queries.live_accounts(owner.estate_id)).all() == [owner.id]
    with acting(REVIEWER):
        service.close(first, "已付清")
    assert ask(key="another").id != first.id
    with pytest.raises(IntegrityError), books.begin_nested():
        make_case([make_bill(owner)])


@pytest.mark.parametrize(
    ("given", "words"), [({"reason": " "}, "Write why"), ({}, "Nothing that is not disputed is overdue")]
)
def test_what_is_missing_is_said(owner, ask, given, words):
    bill = make_bill(owner)
    if not given:
        make_dispute(bill)
    assert words in refused(ask, **given)


def test_nobody_decides_about_the_own_request(books, owner, ask):
    make_bill(owner)
    case = ask()
    for verb in (service.approve, service.refuse):
        with acting(REVIEWER):
            assert "Somebody else" in refused(verb, case, "同意")
    with acting(SUPERVISOR):
        assert "Only whoever asked" in refused(service.withdraw, case)
        assert "Write why" in refused(service.refuse, case, " ")
    own = {"decided_by_id": case.requested_by_id, "state": "refused"}
    with pytest.raises(IntegrityError, match="four_eyes"), books.begin_nested():
        books.execute(update(LegalCase).where(LegalCase.id == case.id).values(**own))


def test_what_was_settled_meanwhile_is_not_handed_over(books, owner, ask):
    make_bill(owner)
    case = ask()
    pay(owner, "300.00")
    case = queries.get_case(case.id)
    books.refresh(case.bills[0].bill, ["open"])
    with acting(SUPERVISOR):
        assert "settled or disputed meanwhile" in refused(service.approve, case)
        service.refuse(case, "已付清")
    assert case.state is S.refused


def test_what_is_disputed_meanwhile_stays_out_of_the_claim(books, owner, ask):
    parked, stays = make_bill(owner), make_bill(owner, "50.00")
    case = ask()
    make_dispute(parked)
    books.expire_all()
    with acting(SUPERVISOR):
        service.approve(queries.get_case(case.id))
    claim = claim_of(get_customer(owner.id), TODAY, queries.get_case(case.id))
    assert ([line.bill.id for line in claim.lines], claim.total) == ([stays.id], Decimal(50))


def test_what_is_disputed_altogether_is_not_handed_over(books, owner, ask):
    bill = make_bill(owner)
    case = ask()
    make_dispute(bill)
    books.expire_all()
    with acting(SUPERVISOR):
        assert "disputed meanwhile" in refused(service.approve, queries.get_case(case.id))


@pytest.mark.parametrize("who", ROLES)
def test_every_state_action_and_role(sign_in, db, estate, who):
    client = sign_in(who)
    for state in S:
        for action, step in CASE_WORKFLOW.items():
            case = case_in(state, [make_bill(make.make_customer(estate))])
            answer = client.post(f"/arrears/cases/{case.id}/{action}", data=SENT)
            db.expire_all()
            now = db.get_one(LegalCase, case.id).state
            allowed = action in ROLES[who] and state in step.sources
            assert now is (step.target if allowed else state), (state, action)
            assert answer.status_code == (303 if allowed else 422 if action in ROLES[who] else 403), (state, action)
        page = client.get(f"/arrears/cases/{case_in(state, [make_bill(make.make_customer(estate))]).id}").text
        shown = set(re.findall(r'href="/arrears/cases/\d+/(\w+)"', page))
        assert shown == {name for name in ROLES[who] if state in CASE_WORKFLOW[name].sources}, state


def test_two_at_once_meet_the_newer_state(sign_in, db, estate):
    case = case_in(S.requested, [make_bill(make.make_customer(estate))])
    client = sign_in(SUPERVISOR)
    assert client.post(f"/arrears/cases/{case.id}/approve", data=SENT | {"version": 0}).status_code == 422
    answers = [client.post(f"/arrears/cases/{case.id}/approve", data=SENT).status_code for _ in range(2)]
    assert answers == [303, 422]
    db.expire_all()
    assert db.get_one(LegalCase, case.id).handed_over_on is not None


def test_the_pages_from_asking_to_the_sheet(sign_in, db, estate):
    owner = make.make_customer(estate, "欧阳娜娜", make.make_unit(estate, "3-1-502"))
    bill = make_bill(owner, "312.40", OLD)
    make_delivery(make_letter(bill), date(2020, 3, 1))
    client = sign_in(REVIEWER)
    page = f"/arrears/cases/customers/{owner.id}/new"
    assert "312.40 (1)" in client.get(page).text
    empty = client.post(page, data={"key": "k", "reason": "", "firm": "正华"})
    assert empty.status_code == 422
    assert 'id="reason-error"' in empty.text
    assert 'value="正华"' in empty.text
    sent = {"key": "k", "reason": "多次催缴无果", "firm": "正华", "lawyer": "罗律师"}
    answers = [client.post(page, data=sent) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    shown = client.get(answers[0].location).text
    for words in ("312.40", "多次催缴无果", "2023-03-01", "何芳"):
        assert words in shown
    assert sign_in(SUPERVISOR).post(f"{answers[0].location}/approve", data=SENT).status_code == 303
    paper = PdfReader(BytesIO(client.get(f"{answers[0].location}/sheet.pdf").data))
    text = "".join(re.sub(r"\s", "", each.extract_text()) for each in paper.pages)
    for words in ("312.40", "叁佰壹拾贰元肆角整", "3-1-502", "欧阳娜娜", "罗律师", "2020-03-01", "2023-03-01"):
        assert words in text
    listed = client.get("/arrears/cases/?state=live").text
    assert answers[0].location in listed
    assert client.get("/arrears/cases/?as=xlsx").mimetype.endswith("sheet")


# Giving debts up


@pytest.fixture
def debts(estate):
    """(run out, two years old and kept alive by a promise, recent) of one customer."""
    owner = make.make_customer(estate)
    today = date.today()
    dead = make_bill(owner, "100.00", OLD)
    old = make_bill(owner, "200.00", months_later(today.replace(day=1), -30))
    recent = make_bill(owner, "300.00", months_later(today.replace(day=1), -2))
    return owner, dead, old, recent


def test_what_has_run_out_or_is_old_is_proposed(work, debts):
    owner, dead, old, recent = debts
    make_request(recent)
    with work(actor_called(REVIEWER)):
        found = {each.bill.id: each for each in writing_off.candidates(get_customer(owner.id), business_day())}
    assert {key: each.proposed for key, each in found.items()} == {dead.id: True, old.id: True, recent.id: False}
    assert {key for key, each in found.items() if each.has_run_out} == {dead.id}
    assert found[recent.id].hindrance


def test_a_promise_keeps_a_debt_from_running_out(work, debts):
    owner, dead, *_rest = debts
    make_promise(owner, made_on=date.today(), due_on=date.today())
    with work(actor_called(REVIEWER)):
        [first, *_others] = writing_off.candidates(get_customer(owner.id), business_day())
    assert (first.bill.id, first.has_run_out, first.is_old) == (dead.id, False, True)


def test_write_offs_are_asked_for_in_one_go(sign_in, db, debts):
    owner, dead, old, _recent = debts
    client = sign_in(REVIEWER)
    page = f"/arrears/cases/customers/{owner.id}/write-off"
    boxes = re.findall(r'<input [^>]*name="bills"[^>]*>', client.get(page).text)
    ticked = {int(re.search(r'value="(\d+)"', box)[1]) for box in boxes if "checked" in box}
    assert (len(boxes), ticked) == (3, {dead.id, old.id})
    assert client.post(page, data={"reason": "无法收回"}).status_code == 422
    proof = (BytesIO(b"%PDF-1.4 broken"), "a.pdf")
    damaged = client.post(page, data={"bills": [dead.id], "reason": "无法收回", "evidence": proof})
    assert damaged.status_code == 422
    sent = {"bills": [dead.id, old.id], "reason": "无法收回"}
    answers = [client.post(page, data=sent) for _ in range(2)]
    assert {answer.location for answer in answers} == {f"/billing/customers/{owner.id}?tab=adjustments"}
    asked = db.scalars(select(AdjustmentRequest).order_by(AdjustmentRequest.bill_id)).all()
    assert [(each.kind, each.bill_id, each.amount) for each in asked] == [
        (AdjustmentKind.write_off, dead.id, 100),
        (AdjustmentKind.write_off, old.id, 200),
    ]
    assert "无法收回" in client.get(answers[0].location).text
    rung = db.execute(select(Notification.user_id, Notification.url, Notification.count)).all()
    assert (make.user_called(SUPERVISOR).id, "/approvals?kind=billing_request", 2) in rung
    assert make.user_called(REVIEWER).id not in {row.user_id for row in rung}


def test_all_of_them_or_none(work, db, debts):
    owner, dead, old, recent = debts
    make_request(old)
    with pytest.raises(DomainError), work(actor_called(REVIEWER)):
        writing_off.ask_for_write_offs(get_customer(owner.id), [dead.id, old.id, recent.id], "无法收回")
    db.expire_all()
    assert [each.bill_id for each in db.scalars(select(AdjustmentRequest))] == [old.id]
    with pytest.raises(DomainError), work(actor_called(REVIEWER)):
        writing_off.ask_for_write_offs(get_customer(owner.id), [dead.id, 999_999], "无法收回")


def test_the_books_carry_it_out_by_a_second_person(sign_in, db, debts):
    owner, dead, *_rest = debts
    page = f"/arrears/cases/customers/{owner.id}/write-off"
    sign_in(REVIEWER).post(page, data={"bills": [dead.id], "reason": "无法收回"})
    [asked] = db.scalars(select(AdjustmentRequest)).all()
    assert sign_in(SUPERVISOR).post(f"/billing/requests/{asked.id}/approve", data=SENT).status_code == 302
    db.expire_all()
    assert db.get_one(Bill, dead.id).open == 0
