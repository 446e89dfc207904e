"""What single cells of an older register become: rates, numbers, clients, what must not be lost or given away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.credit import service
from crm.archive.credit.models import Client, ClientKind, Collateral, Contract, Guarantor, Project, Repayment
from crm.numbering import Number, NumberState
from tests.archive.credit.test_importing import (
    FIRST,
    HEADINGS,
    SECOND,
    THIRD,
    archivist,  # noqa: F401 - the fixture
    carried_out,
    changed,
    checked,
    register,
)
from tests.test_canaries import leaks

Work = Callable[..., Any]
ID_NUMBER, CREDIT_CODE = "110101199003071233", "91350211M000100Y46"
PLAIN = ("鑫源商贸有限公司", 50, 6, "2012-03-05", "王磊", "赵倩")
PLAIN_HEADINGS = ("借款人", "金额(万元)", "期限", "放款日", "A角", "B角")


def one(heading: str, cell: Any, **other: Any) -> bytes:
    """A register of one loan with one more column, and others."""
    headings = (*PLAIN_HEADINGS, "业务类型", heading, *other)
    return register((*PLAIN, "借款", cell, *other.values()), headings=headings)


def test_the_number_of_a_refused_row_is_not_given_away(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    """It belongs to a project: the series waits until the row is right."""
    page, result = checked(archivist, db, register(changed(FIRST, A角="李敏"), SECOND, THIRD))
    assert (result["held"], result["missing"]) == (["2012鸿借字第001号"], ["2012鸿借字第003号"])
    assert "2012鸿借字第001号" in archivist.get(page).text
    refused = carried_out(archivist, db, page, void_missing="y")
    assert refused.status_code == 422
    assert "2012鸿借字第001号" in refused.text
    db.expire_all()
    assert db.scalar(select(func.count(Number.id))) == 0
    assert db.scalar(select(func.count(Project.id))) == 0


def test_a_refused_row_above_the_highest_comes_later(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    page, result = checked(archivist, db, register(FIRST, changed(SECOND, A角="李敏")))
    assert (result["held"], result["missing"]) == ([], [])
    assert carried_out(archivist, db, page).status_code == 302
    page, result = checked(archivist, db, register(FIRST, SECOND))
    assert (result["created"], result["unchanged"], result["refused"]) == (1, 1, [])
    assert carried_out(archivist, db, page).status_code == 302
    db.expire_all()
    assert set(db.scalars(select(Number.state))) == {NumberState.committed}


def test_a_serial_out_of_all_proportion_is_a_slip(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    _page, result = checked(archivist, db, register(FIRST, changed(SECOND, 档案号="2012鸿借字第20120001号")))
    [refusal] = result["refused"]
    assert (refusal["row"], refusal["column"]) == (4, "档案号")
    assert (result["created"], result["missing"]) == (1, [])


@pytest.mark.parametrize(
    ("heading", "cell", "rate"),
    [
        ("担保费率(%)", 0.8, "0.8"),
        ("担保费率", 0.008, "0.8"),
        ("月利率(%)", 0.9, "10.8"),
        ("月利率‰", 9, "10.8"),
        ("月利率(‰)", "9", "10.8"),
        ("利率", 0.072, "7.2"),
        ("利率", "7.2%", "7.2"),
        ("年利率(%)", 7.2, "7.2"),
        ("利率", "6‰", "0.6"),
        *(("利率", nothing, "0") for nothing in ("-", "无", "nan", "")),
    ],
)
def test_a_rate_is_read_as_its_heading_says(
    archivist: FlaskClient,  # noqa: F811
    db: Session,
    heading: str,
    cell: Any,
    rate: str,
) -> None:
    page, result = checked(archivist, db, one(heading, cell))
    assert result["refused"] == []
    carried_out(archivist, db, page)
    db.expire_all()
    assert db.scalars(select(Project.rate)).one() == Decimal(rate)


@pytest.mark.parametrize("cell", ["9E999999", "1E999990", "NaN%", "Infinity", "9" * 5000, "两分", 120])
def test_what_is_no_rate_is_refused(archivist: FlaskClient, db: Session, cell: Any) -> None:  # noqa: F811
    _page, result = checked(archivist, db, one("利率", cell))
    assert [refusal["column"] for refusal in result["refused"]] == ["利率"]


def test_a_monthly_rate_that_may_be_either_is_asked_for(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    """0.009 is 0.9 % in a cell formatted so, and 0.009 % in another."""
    _page, result = checked(archivist, db, one("月利率", 0.009))
    assert [(refusal["column"], "千分号" in refusal["reason"]) for refusal in result["refused"]] == [("月利率", True)]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"电话": "见名片"}, "电话"),
        ({"统一社会信用代码": CREDIT_CODE, "身份证号": ID_NUMBER}, "身份证号"),
        ({"身份证号": ID_NUMBER}, "身份证号"),
        ({"合同号": ID_NUMBER}, "合同号"),
    ],
)
def test_a_cell_is_never_dropped_or_bent(
    archivist: FlaskClient,  # noqa: F811
    db: Session,
    cells: dict[str, str],
    column: str,
) -> None:
    _page, result = checked(archivist, db, one("利率", 7.2, **cells))
    assert [refusal["column"] for refusal in result["refused"]] == [column]
    assert leaks(json.dumps(result, ensure_ascii=False)) == set()


def test_free_text_keeps_no_id_number(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    told = f"周建民{ID_NUMBER}"
    page, result = checked(
        archivist, db, one("保证人", told, 抵押物=told, 借款用途=told, 备注=told, 合同号="201203050000001")
    )
    assert result["refused"] == []
    carried_out(archivist, db, page)
    db.expire_all()
    [project] = db.scalars(select(Project))
    [guarantor], [collateral] = db.scalars(select(Guarantor)), db.scalars(select(Collateral))
    kept = (project.purpose, project.note, guarantor.name, collateral.description)
    assert all(text.startswith("周建民") and "****" in text for text in kept)
    assert leaks(" ".join(kept)) == set()
    assert db.scalars(select(Contract.original_no)).one() == "201203050000001"


def test_the_remark_of_a_project_that_is_not_over_is_shown(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    headings = ("借款人", "金额(万元)", "期限", "申请日", "A角", "B角", "业务类型", "备注")
    page, _result = checked(archivist, db, register((*PLAIN, "借款", "二次抵押"), headings=headings))
    carried_out(archivist, db, page)
    db.expire_all()
    [project] = db.scalars(select(Project))
    assert project.end_remark == ""
    assert "二次抵押" in archivist.get(f"/credit/projects/{project.id}").text


def test_a_client_is_known_by_number_before_its_name(
    archivist: FlaskClient,  # noqa: F811
    db: Session,
    work: Work,
) -> None:
    with work():
        facts = service.ClientFacts(kind=ClientKind.company, name="鑫源商贸公司", credit_code=CREDIT_CODE)
        known = service.register_client(facts)
    page, result = checked(archivist, db, one("统一社会信用代码", CREDIT_CODE))
    assert result["clients"] == 0
    carried_out(archivist, db, page)
    db.expire_all()
    assert db.scalars(select(Project.client_id)).one() == known.id


def test_a_client_without_a_number_gets_it(archivist: FlaskClient, db: Session, work: Work) -> None:  # noqa: F811
    with work():
        service.register_client(service.ClientFacts(kind=ClientKind.company, name=PLAIN[0], address="南关什字"))
    page, result = checked(archivist, db, one("统一社会信用代码", CREDIT_CODE))
    assert result["clients"] == 0
    carried_out(archivist, db, page)
    db.expire_all()
    [client] = db.scalars(select(Client))
    assert (client.credit_code, client.address) == (CREDIT_CODE, "南关什字")


def test_another_number_is_another_client(archivist: FlaskClient, db: Session, work: Work) -> None:  # noqa: F811
    with work():
        facts = service.ClientFacts(kind=ClientKind.company, name=PLAIN[0], credit_code="91110000600007374R")
        service.register_client(facts)
    page, _result = checked(archivist, db, one("统一社会信用代码", CREDIT_CODE))
    carried_out(archivist, db, page)
    db.expire_all()
    assert db.scalar(select(func.count(Client.id))) == 2


def test_what_came_back_does_not_hinder_the_settlement(archivist: FlaskClient, db: Session, work: Work) -> None:  # noqa: F811
    """The register does not say when: the day it is taken over is none of the project's."""
    page, _result = checked(archivist, db, one("已还本金", 20))
    carried_out(archivist, db, page)
    db.expire_all()
    [repayment] = db.scalars(select(Repayment))
    assert (repayment.principal, repayment.paid_on) == (Decimal(200_000), date(2012, 3, 5))


def test_kept_texts_are_chinese_whoever_takes_over(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    archivist.post("/preferences", data={"locale": "en", "theme": "light"})
    page, _result = checked(archivist, db, register(FIRST, THIRD, headings=HEADINGS))
    carried_out(archivist, db, page, void_missing="y")
    db.expire_all()
    assert "鑫源商贸有限公司 500万 借款" in db.scalars(select(Project.title)).all()
    assert set(db.scalars(select(Number.reason).where(Number.state == NumberState.void))) == {"接收的台账中没有"}


def test_a_row_that_gets_its_number_later_is_the_same_project(archivist: FlaskClient, db: Session) -> None:  # noqa: F811
    content = one("利率", 7.2)
    page, _result = checked(archivist, db, content)
    carried_out(archivist, db, page)
    page, result = checked(archivist, db, one("利率", 7.2, 档案号="2012鸿借字第001号"))
    assert (result["created"], result["numbered"], result["refused"]) == (0, 1, [])
    assert carried_out(archivist, db, page).status_code == 302
    db.expire_all()
    [project] = db.scalars(select(Project))
    assert "2012鸿借字第001号" in archivist.get(f"/credit/projects/{project.id}").text
    for again in (content, one("利率", 7.2, 档案号="2012鸿借字第001号")):
        _page, result = checked(archivist, db, again)
        assert (result["created"], result["numbered"], result["unchanged"]) == (0, 0, 1)
