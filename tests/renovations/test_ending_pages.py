"""The pages on which a renovation is finished, checked, settled and closed; their papers and lists."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.billing.deposits.models import DepositRequest
from crm.jobs.models import Job
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.renovations.acceptance.jobs import remind
from crm.renovations.acceptance.models import RenovationAsBuilt, RenovationCheck, Stage
from crm.renovations.acceptance.queries import to_look_at
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import get_renovation
from crm.renovations.settlement.forms import LINES
from crm.renovations.settlement.models import RenovationSettlement, SettlementState
from tests.acting import as_
from tests.renovations.settling import (
    make_case,
    make_check,
    make_completion,
    make_settlement,
    make_work,
    today,
)
from tests.repairs.test_rights import picture
from tests.violations.making import make_violation

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
R, S = RenovationState, SettlementState
DRAWN = "data:image/png;base64," + base64.b64encode(picture()).decode()
EMPTY = {
    f"lines-{place}-{name}": ""
    for place in range(LINES)
    for name in "amount reason clause violation_id bill_id".split()
}


def now(db: Session, thing: Any) -> Any:
    db.expire_all()
    return db.get_one(type(thing), thing.id)


def version(db: Session, thing: Any) -> str:
    return str(now(db, thing).version)


def check_form(work: Work, case: Renovation, *wrong: str, **given: str) -> dict[str, Any]:
    with work(as_("sunhao")):
        looks = to_look_at(
            get_renovation(case.id), Stage.first if case.state in (R.completion, R.fixing) else Stage.second
        )
    told: dict[str, Any] = {}
    for look in looks:
        bad = any(word in look.what for word in wrong)
        told |= {f"{look.key}-verdict": "fix" if bad else "ok", f"{look.key}-words": "渗漏" if bad else ""}
        told[f"{look.key}-hours"] = str(look.hours) if look.hours else ""
    facts = {"own": DRAWN, "drawing": DRAWN, "name": "欧阳娜娜", "due_on": "明天", "key": "check-1"}
    return told | facts | given


def test_finished_on_the_page(sign_in: SignIn, db: Session, estate: Estate) -> None:
    """With a drawing; bad input says so, and what was typed stays."""
    case = make_case(estate, R.under_way)
    client, page = sign_in("limin"), f"/renovations/checks/{case.id}/finish"
    assert client.get(page).status_code == 200
    form = {"version": version(db, case), "key": "f1", "done_on": "2099-01-01", "built": "厨卫改造", "as_approved": "y"}
    refused = client.post(page, data=form)
    assert refused.status_code == 422
    assert "厨卫改造" in refused.text
    sent = form | {"done_on": today().isoformat()}
    for _again in range(2):
        assert client.post(page, data=sent | {"drawings": (BytesIO(picture()), "竣工图.png")}).status_code == 302
    assert now(db, case).state is R.completion
    assert db.scalars(select(RenovationAsBuilt.title)).all() == ["竣工图"]
    shown = client.get(f"/renovations/{case.id}")
    assert "竣工图" in shown.text
    assert f"/renovations/checks/{case.id}/check" not in shown.text  # the desk does not check


def test_checked_on_a_phone(work: Work, sign_in: SignIn, db: Session, estate: Estate) -> None:
    """With pictures and both signatures; sent twice it is one."""
    case = make_case(estate, R.completion, works=[make_work(wets=True)])
    client, page = sign_in("sunhao"), f"/renovations/checks/{case.id}/check"
    assert f'href="{page}"' in client.get(f"/renovations/{case.id}").text
    shown = client.get(page)
    assert shown.status_code == 200
    assert "卫生间闭水试验无渗漏" in shown.text
    form = check_form(work, case, "闭水", version=version(db, case))
    wet = next(name for name in form if form[name] == "渗漏").removesuffix("-words")
    for _again in range(2):
        photo = {f"{wet}-photos": (BytesIO(picture()), "漏点.png")}
        assert client.post(page, data=form | photo).status_code == 302
    assert now(db, case).state is R.fixing
    made = db.scalars(select(RenovationCheck)).one()
    told = client.get(f"/renovations/{case.id}").text
    assert "卫生间闭水试验无渗漏" in told
    assert "/renovations/checks/photos/" in told
    paper = client.get(f"/renovations/checks/fixes/{made.id}.pdf")
    assert "卫生间闭水试验无渗漏" in PdfReader(BytesIO(paper.data)).pages[0].extract_text()
    assert client.get(f"/renovations/checks/{case.id}/acceptance.pdf").mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"own": ""}, "own"),
        ({"drawing": ""}, "drawing"),
        ({"name": ""}, "name"),
        ({"own": "data:image/png;base64,!"}, ""),
    ],
)
def test_what_is_missing_is_said(
    work: Work, sign_in: SignIn, db: Session, estate: Estate, fault: dict[str, str], field: str
) -> None:
    case = make_case(estate, R.completion)
    form = check_form(work, case, "垃圾", version=version(db, case)) | fault
    answer = sign_in("sunhao").post(f"/renovations/checks/{case.id}/check", data=form)
    assert answer.status_code == 422
    assert "渗漏" in answer.text
    assert now(db, case).state is R.completion


def test_a_line_without_an_answer(work: Work, sign_in: SignIn, db: Session, estate: Estate) -> None:
    case = make_case(estate, R.completion)
    form = check_form(work, case, version=version(db, case))
    left = next(name for name in form if name.endswith("-verdict"))
    del form[left]
    answer = sign_in("sunhao").post(f"/renovations/checks/{case.id}/check", data=form)
    assert answer.status_code == 422
    assert f'href="#{left}"' in answer.text


def test_an_old_form(work: Work, sign_in: SignIn, db: Session, estate: Estate) -> None:
    case = make_case(estate, R.completion)
    form = check_form(work, case, version="0")
    assert sign_in("sunhao").post(f"/renovations/checks/{case.id}/check", data=form).status_code == 422
    assert now(db, case).state is R.completion


def test_too_early(sign_in: SignIn, estate: Estate) -> None:
    """The page says from when on; the supervisor may shorten it."""
    day = today() + timedelta(days=40)
    case = make_case(estate, R.waiting, second_due_on=day)
    assert sign_in("sunhao").get(f"/renovations/checks/{case.id}/check").status_code == 409
    assert day.isoformat() in sign_in("sunhao").get(f"/renovations/{case.id}").text
    lead = sign_in("zhouhui")
    form = {"version": str(case.version), "key": "s1", "day": today().isoformat(), "reason": "业主出国"}
    assert lead.get(f"/renovations/checks/{case.id}/shorten").status_code == 200
    assert lead.post(f"/renovations/checks/{case.id}/shorten", data=form).status_code == 302
    assert sign_in("sunhao").get(f"/renovations/checks/{case.id}/check").status_code == 200


def test_settled_on_the_pages(sign_in: SignIn, db: Session, estate: Estate) -> None:
    """From the sheet to the end, each by whoever has to do it."""
    case = make_case(estate)
    desk, lead, cashier, billing = (sign_in(who) for who in ("limin", "zhouhui", "wudan", "zhengkai"))
    page = f"/renovations/settlements/{case.id}/new"
    assert f'href="{page}"' in desk.get(f"/renovations/{case.id}").text
    assert desk.get(page).status_code == 200
    line = {"lines-0-amount": "800", "lines-0-reason": "墙面损坏", "lines-0-clause": "第七条"}
    wrong = desk.post(page, data=EMPTY | line | {"lines-0-amount": "0", "key": "p1"})
    assert wrong.status_code == 422
    assert "墙面损坏" in wrong.text
    photo = {"lines-0-photos": (BytesIO(picture()), "墙.png")}
    made = desk.post(page, data=EMPTY | line | photo | {"key": "p1"})
    assert made.status_code == 303
    settlement = db.scalars(select(RenovationSettlement)).one()
    own = f"/renovations/settlements/{settlement.id}"
    assert "墙面损坏" in desk.get(own).text

    def step(client: FlaskClient, verb: str, **given: str) -> int:
        form = {"version": version(db, settlement), "key": f"k-{verb}"} | given
        assert client.get(f"{own}/{verb}").status_code == 200
        return client.post(f"{own}/{verb}", data=form).status_code

    assert step(desk, "sign", name="欧阳娜娜") == 422
    assert step(desk, "sign", name="欧阳娜娜", drawing=DRAWN) == 302
    sheet = PdfReader(BytesIO(desk.get(f"{own}/sheet.pdf").data)).pages[0].extract_text()
    assert "800.00" in sheet
    assert "2,200.00" in sheet
    assert step(lead, "carry_out") == 302
    _decide(billing, db)
    assert now(db, settlement).state is S.deducted
    assert step(desk, "refund", method="cash", payee="欧阳娜娜") == 302
    _decide(billing, db)
    asked = db.scalars(select(DepositRequest).order_by(DepositRequest.id.desc()).limit(1)).one()
    form = {"version": version(db, asked), "reference": ""}
    assert cashier.post(f"/billing/deposits/requests/{asked.id}/pay-out", data=form).status_code == 303
    assert now(db, case).state is R.settled
    closing = desk.post(f"/renovations/settlements/{case.id}/close", data={"version": version(db, case), "key": "c"})
    assert closing.status_code == 302
    assert now(db, case).state is R.closed
    assert db.scalar(select(func.count(Job.id)).where(Job.kind == "tenants.file")) >= 2
    assert desk.get(f"/renovations/{case.id}").status_code == 200


def _decide(client: FlaskClient, db: Session) -> None:
    asked = db.scalars(select(DepositRequest).order_by(DepositRequest.id.desc()).limit(1)).one()
    form = {"version": version(db, asked), "verdict": "approve"}
    assert client.post(f"/billing/deposits/requests/{asked.id}/decide", data=form).status_code == 303


def test_objected_and_answered_on_the_pages(sign_in: SignIn, db: Session, estate: Estate) -> None:
    made = make_settlement(make_case(estate))
    own = f"/renovations/settlements/{made.id}"
    form = {"version": version(db, made), "key": "o1", "reason": "墙面本来就坏"}
    assert sign_in("limin").post(f"{own}/object", data=form).status_code == 302
    form = {"version": version(db, made), "key": "o2", "reason": "有开工前照片"}
    assert sign_in("limin").post(f"{own}/reply", data=form).status_code == 403
    assert sign_in("zhouhui").post(f"{own}/reply", data=form).status_code == 302
    assert now(db, made).state is S.proposed
    told = sign_in("limin").get(own).text
    assert "墙面本来就坏" in told
    assert "有开工前照片" in told


def test_an_open_violation_keeps_the_sheet_away(sign_in: SignIn, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    violation = make_violation(estate, customer_id=case.customer_id, person="")
    assert sign_in("limin").get(f"/renovations/settlements/{case.id}/new").status_code == 409
    assert violation.number in sign_in("limin").get(f"/renovations/{case.id}").text


@pytest.mark.parametrize("page", ["/renovations/checks/", "/renovations/checks/fixes"])
def test_lists_of_checks(sign_in: SignIn, estate: Estate, page: str) -> None:
    states = (R.completion, R.waiting) if page.endswith("/") else (R.fixing, R.mending)
    cases = [make_case(estate, state, done_on=today()) for state in states]
    for case in cases:
        make_check(case)
    client = sign_in("sunhao")
    told = client.get(page).text
    assert all(case.number in told for case in cases)
    assert client.get(f"{page}?when=due").status_code == 200
    for kind in ("xlsx", "pdf"):
        assert client.get(f"{page}?as={kind}").status_code == 200


@pytest.mark.parametrize("page", ["/renovations/settlements/", "/renovations/settlements/due-back"])
def test_lists_of_settlements(sign_in: SignIn, estate: Estate, page: str) -> None:
    made, given_up = make_settlement(make_case(estate)), make_case(estate, R.withdrawn)
    client = sign_in("limin")
    told = client.get(page).text
    assert (made.number if page.endswith("/settlements/") else given_up.number) in told
    for query in ("state=open", "which=late", "which=given_up", "q=ZX"):
        assert client.get(f"{page}?{query}").status_code == 200
    for kind in ("xlsx", "pdf"):
        assert client.get(f"{page}?as={kind}").status_code == 200


def test_check_items_are_kept(sign_in: SignIn, db: Session) -> None:
    lead, page = sign_in("zhouhui"), "/renovations/check-items"
    assert "卫生间闭水试验无渗漏" in lead.get(f"{page}/").text
    assert lead.post(f"{page}/new", data={"name": "招牌", "applies": "work", "work_id": ""}).status_code == 422
    assert lead.post(f"{page}/new", data={"name": "招牌", "applies": "always", "work_id": ""}).status_code == 302
    told = lead.get(f"{page}/").text
    assert "招牌" in told
    group = told.split('id="group-')[-1].split('"')[0]
    item = {"name": "招牌牢固", "advice": "用手推", "hours": "0", "second": "y"}
    assert lead.post(f"{page}/{group}/new", data=item).status_code == 302
    assert "招牌牢固" in lead.get(f"{page}/").text


def test_reminded_once_a_day(app: Flask, db: Session, estate: Estate) -> None:
    make_case(estate, R.completion, done_on=today())
    make_case(estate, R.waiting)
    late = make_case(estate, R.fixing)
    make_check(late, due_on=today())
    make_case(estate, R.waiting, second_due_on=today() + timedelta(days=3))
    with app.app_context():
        g.actor = system_actor("tests")
        assert (remind(), remind()) == (3, 0)
    told = db.scalars(select(Notification.text).filter_by(url="/renovations/checks/")).all()
    assert len(told) >= 1


def test_photos_and_drawings_of_another_estate(sign_in: SignIn, db: Session, other_estate: Estate) -> None:
    case = make_case(other_estate, R.fixing)
    make_completion(case)
    made = make_check(case)
    client = sign_in("limin")  # sees 阳光花园 and 锦绣华庭
    for page in (f"checks/fixes/{made.id}.pdf", f"checks/{case.id}/acceptance.pdf", f"settlements/{case.id}/new"):
        assert client.get(f"/renovations/{page}").status_code == 404
