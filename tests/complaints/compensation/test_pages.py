"""The list with its sum, the page, the forms, the paper; what others cannot see or do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from crm.complaints.cases.models import Compensation, CompensationState, ComplaintState
from crm.db import open_session
from crm.properties.models import Estate
from tests.complaints.hanging import make_compensation
from tests.complaints.making import make_complained
from tests.repairs.making import user_called

C, S = CompensationState, ComplaintState
SignIn = Callable[[str], FlaskClient]
FORM = {"kind": "goods", "amount": "120", "reason": "三天没有热水", "key": "k1"}


def of_case(case: Any) -> list[Compensation]:
    with open_session() as db:
        return list(db.scalars(select(Compensation).filter_by(complaint_id=case.id)))


def test_asked_approved_given(sign_in: SignIn, estate: Estate) -> None:
    case, desk, chief = make_complained(estate, S.acting), sign_in("limin"), sign_in("shentao")
    there = f"/complaints/{case.id}/compensations/new"
    assert "欧阳娜娜" in desk.get(there).text
    data = FORM | {"customer_id": case.customer_id}
    answer = desk.post(there, data=data)
    assert answer.status_code == 302
    assert desk.post(there, data=data).location == answer.location, "sent twice it is one"
    [made] = of_case(case)
    assert (made.amount, made.state, made.customer_id) == (Decimal("120.00"), C.asked, case.customer_id)
    base = f"/complaints/compensations/{made.id}"
    assert f"{base}/approve" not in desk.get(base).text
    assert f"{base}/approve" in chief.get(base).text
    assert chief.post(f"{base}/approve", data={"version": "1", "words": "同意"}).status_code == 302
    assert chief.post(f"{base}/approve", data={"version": "1", "words": "同意"}).status_code == 422
    late = desk.post(f"{base}/give", data={"version": "2", "given_on": "2099-01-01", "reference": "减免单0012"})
    assert late.status_code == 422
    assert "减免单0012" in late.text
    assert desk.post(f"{base}/give", data={"version": "2", "given_on": "今天", "reference": ""}).status_code == 422
    done = desk.post(f"{base}/give", data={"version": "2", "given_on": "今天", "reference": "减免单0012"})
    assert done.status_code == 302
    assert "120.00" in desk.get(f"/complaints/{case.id}").text
    assert "减免单0012" in desk.get(f"/tenants/customers/{case.customer_id}?tab=timeline").text


@pytest.mark.parametrize(
    ("wrong", "field"), [({"amount": ""}, "amount"), ({"amount": "0"}, "amount"), ({"amount": "viel"}, "amount"),
                         ({"reason": " "}, "reason"), ({"kind": "gold"}, "kind")]
)  # fmt: skip
def test_what_is_wrong_is_named_and_kept(sign_in: SignIn, estate: Estate, wrong: dict[str, str], field: str) -> None:
    case = make_complained(estate, S.acting)
    answer = sign_in("limin").post(f"/complaints/{case.id}/compensations/new", data=FORM | {"customer_id": ""} | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert of_case(case) == []


def test_who_may_not(sign_in: SignIn, estate: Estate) -> None:
    made = make_compensation(make_complained(estate, S.acting))
    base = f"/complaints/compensations/{made.id}"
    for step in ("approve", "refuse"):
        assert sign_in("limin").get(f"{base}/{step}").status_code == 403
        assert sign_in("zhouhui").post(f"{base}/{step}", data={"version": "1"}).status_code == 403
    for step in ("give", "take-back"):
        assert sign_in("wudan").get(f"{base}/{step}").status_code == 403
    assert sign_in("zhangjg").get(base).status_code == 403


def test_whoever_asked_reads_why_not(sign_in: SignIn, estate: Estate) -> None:
    made = make_compensation(make_complained(estate, S.acting), asked_by_id=user_called("shentao").id)
    base = f"/complaints/compensations/{made.id}"
    client = sign_in("shentao")
    assert "notice-warning" in client.get(base).text
    assert client.get(f"{base}/approve").status_code == 403
    assert "notice-warning" not in sign_in("hanbing").get(base).text


def test_the_other_estates_do_not_exist(sign_in: SignIn, other_estate: Estate) -> None:
    case = make_complained(other_estate, S.acting)
    made, client = make_compensation(case), sign_in("limin")
    for path in ("", "/form.pdf", "/give", "/take-back"):
        assert client.get(f"/complaints/compensations/{made.id}{path}").status_code == 404
    assert client.get(f"/complaints/{case.id}/compensations/new").status_code == 404
    assert case.number not in client.get("/complaints/compensations/").text


def test_the_list_has_its_sum_and_filters(sign_in: SignIn, estate: Estate) -> None:
    case = make_complained(estate, S.acting)
    for state, amount in ((C.asked, "100.00"), (C.given, "20.50"), (C.refused, "7.00")):
        make_compensation(case, state, amount=Decimal(amount))
    client = sign_in("limin")
    assert "127.50" in client.get("/complaints/compensations/").text
    assert "20.50" not in client.get("/complaints/compensations/?state=under_way").text
    page = client.get("/complaints/compensations/?state=given").text
    assert "20.50" in page
    assert "100.00" not in page
    answer = client.get("/complaints/compensations/?as=xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert len(rows) >= 4
    assert sign_in("wudan").get("/complaints/compensations/?as=xlsx").status_code == 403


def test_the_form_to_be_signed(sign_in: SignIn, estate: Estate) -> None:
    made = make_compensation(make_complained(estate, S.acting), C.given)
    answer = sign_in("limin").get(f"/complaints/compensations/{made.id}/form.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    for wanted in ("YH-TS-03", "贰佰元整", "沈涛", "减免单0012", "欧阳娜娜", "和安物业服务有限公司"):
        assert wanted in text, wanted


def test_approved_without_a_word(sign_in: SignIn, estate: Estate) -> None:
    """Also where the empty field is left out altogether."""
    case = make_complained(estate, S.acting)
    made = make_compensation(case)
    there = f"/complaints/compensations/{made.id}/approve"
    assert sign_in("shentao").post(there, data={"version": made.version}).status_code == 302
    [found] = of_case(case)
    assert (found.state, found.decision) == (C.approved, "")
