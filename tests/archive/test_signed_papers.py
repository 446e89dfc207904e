"""Papers that are signed: what is signed and the signatures stand on one sheet."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader

from crm.archive.lending.models import SLIP_FORM_TITLES, SLIP_KIND_TITLES, SLIP_TITLES
from crm.archive.vault.models.count import COUNT_KIND_TITLES, DIFFERENCE_TITLES
from crm.web import pdf

PLACES = ["档案室 / 1号保险柜", *(f"档案室 / 1号保险柜 / 第{number}格" for number in range(1, 7))]
MARK = SimpleNamespace(code="", version=1, copies=1, short_hash="0123456789ab")


def pages(template: str, **data: Any) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf.document(template, **data))).pages]


def sheet(count: int) -> list[str]:
    line = {"place": PLACES[1], "certificate_no": "青（2026）西宁市不动产证明第0034924号", "quantity": 1}
    said = {"number": "盘2026-003", "kind": "scheduled", "safe": PLACES[0], "due_on": "2026-10-28", "places": PLACES}
    content = said | {"lines": [line] * count, "differences": [], "signed": []}
    titles = {"kind": COUNT_KIND_TITLES, "difference": DIFFERENCE_TITLES}
    return pages("vault/vault_count.html", content=content, mark=MARK, titles=titles)


@pytest.fixture
def _request(app: Flask) -> Any:
    with app.test_request_context(), force_locale("zh_CN"):
        yield


@pytest.mark.usefixtures("_request")
def test_the_empty_sheet_of_a_safe_and_its_signatures_are_one_page() -> None:
    [only] = sheet(0)
    assert only.count("第6格") == 3


@pytest.mark.usefixtures("_request")
@pytest.mark.parametrize("count", [30, 34])
def test_nobody_signs_on_a_sheet_with_nothing_else(count: int) -> None:
    last = sheet(count)[-1]
    assert "第一人" in last
    assert "0034924" in last


@pytest.mark.usefixtures("_request")
def test_a_long_slip_is_signed_under_its_last_documents() -> None:
    line = {"code": "2026鸿保字第001号 4-04", "title": "婚姻与财产声明", "pages": 4, "returned": 0}
    said = dict.fromkeys(("department", "reason", "asked_on", "decided_on", "decision", "issued_by", "issued_on"), "")
    said |= {"number": "借2026-0011", "kind": "direct", "form": "paper", "state": "issued", "borrower": "唐峰"}
    content: dict[str, Any] = {**said, "due_on": "2026-12-07", "decided_by": "", "extensions": [], "lines": [line] * 22}
    titles = {"kind": SLIP_KIND_TITLES, "form": SLIP_FORM_TITLES, "state": SLIP_TITLES}
    last = pages("lending/slip.html", content=content, mark=MARK, titles=titles, purpose="领导查阅")[-1]
    assert "归位人" in last
    assert "4-04" in last


@pytest.mark.usefixtures("_request")
def test_a_list_with_many_long_columns_leaves_room_for_the_others() -> None:
    kinds = ["date", "text", "text", "long", "long", "number", "number", "number", "text", "text", "long"]
    row = [None, "权出2026-0003", "变更登记", "信宁广告传媒有限公司 500万 借款", "青（2019）西宁市不动产权第0020180号"]
    row += [0, 1, 23, "许静", "冯雪", "不动产登记中心受理通知书"]
    data = {"title": "台账", "headings": ["列"] * len(kinds), "kinds": kinds, "rows": [row] * 12}
    assert len(pages("list.html", **data)) == 1
