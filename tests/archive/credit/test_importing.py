"""An older register as companies keep it, through the pages: understood, tried dry, taken over, sent again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.archive.credit.importing.fields import FIELDS, field_for
from crm.archive.credit.models import (
    Client,
    Contract,
    Guarantor,
    Project,
    ProjectKind,
    ProjectState,
    RegisterImport,
    Repayment,
)
from crm.archive.dossiers.models import Dossier, DossierReader
from crm.archive.numbers import service as numbers
from crm.numbering import Number, NumberSeries, NumberState
from crm.workbooks.headings import plain_heading
from tests import factories as make
from tests.imports.workbooks import workbook

SignIn = Callable[[str], FlaskClient]
HEADINGS = (
    "序号",
    "档案号",
    "借款人",
    "担保人",
    "金额(万元)",
    "期限",
    "利率",
    "放款日",
    "到期日",
    "A角",
    "B角",
    "结清日",
    "借款合同号",
)
FIRST = (
    1,
    "2012鸿借字第001号",
    "鑫源商贸有限公司",
    "恒泰建材有限公司、周建民",
    500,
    "12个月",
    18,
    "2012-03-05",
    "2013-03-05",
    "王磊",
    "赵倩",
    "2013-03-01",
    "鸿借2012-001",
)
SECOND = (2, "2012鸿借字第002号", "周建民", "", 50, "6个月", "1.5%", "2012.4.1", "", "赵倩", "王磊", "", "")
THIRD = (3, "2012鸿借字第004号", "鑫源商贸有限公司", "", 12.5, "1年", 0.18, "20120601", "", "王磊", "赵倩", "", "")


def register(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    return workbook({"台账": [["2012年贷款台账"], list(headings), *map(list, rows)]})


@pytest.fixture
def archivist(sign_in: SignIn) -> FlaskClient:
    return sign_in("archivist")


def sent(client: FlaskClient, content: bytes, name: str = "台账.xlsx") -> str:
    answer = client.post("/credit/imports/new", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def run_of(db: Session, page: str) -> RegisterImport:
    db.expire_all()
    return db.get_one(RegisterImport, int(page.rsplit("/", 1)[1]))


def form_of(run: RegisterImport, **given: Any) -> dict[str, Any]:
    """The page as it stands, sent back."""
    data: dict[str, Any] = {"version": run.version, "sheets": len(run.mapping)}
    for number, (name, entry) in enumerate(run.mapping.items()):
        data |= {f"{number}-name": name, f"{number}-row": entry["heading_row"], f"{number}-unit": entry["unit"]}
        data |= {f"{number}-column-{letter}": field for letter, field in entry["columns"].items()}
    return data | given


def checked(client: FlaskClient, db: Session, content: bytes, name: str = "台账.xlsx") -> tuple[str, dict[str, Any]]:
    page = sent(client, content, name)
    answer = client.post(f"{page}/check", data=form_of(run_of(db, page)))
    assert answer.status_code == 302, answer.text
    return page, run_of(db, page).result


def carried_out(client: FlaskClient, db: Session, page: str, **given: Any) -> TestResponse:
    return client.post(f"{page}/run", data={"version": run_of(db, page).version, **given})


def test_every_heading_is_plain_and_names_one_field() -> None:
    words = [word for field in FIELDS.values() for word in field.words]
    assert [word for word in words if plain_heading(word) != word] == []
    assert len(words) == len(set(words))
    assert [field_for(heading) for heading in HEADINGS[1:6]] == [
        "number",
        "client",
        "guarantors",
        "amount",
        "term_months",
    ]


def test_what_was_understood_is_shown_before_anything_is_written(archivist: FlaskClient, db: Session) -> None:
    page = sent(archivist, register(FIRST))
    run = run_of(db, page)
    [entry] = run.mapping.values()
    assert (entry["heading_row"], entry["unit"]) == (2, "wan")
    assert list(entry["columns"].values()) == [
        *("number", "client", "guarantors", "amount", "term_months", "rate", "ends_on", "due_on"),
        *("a", "b", "settled_on", "contract"),
    ]
    text = archivist.get(page).text
    assert "鑫源商贸有限公司" in text
    assert 'value="wan" selected' in text
    assert db.scalar(select(func.count(Project.id))) == 0


def test_a_register_is_taken_over_with_its_numbers(archivist: FlaskClient, db: Session) -> None:
    page, result = checked(archivist, db, register(FIRST, SECOND))
    assert (result["created"], result["clients"], result["refused"], result["missing"]) == (2, 2, [], [])
    assert result["states"] == {"settled": 1, "ended": 1}
    assert carried_out(archivist, db, page).status_code == 302
    db.expire_all()
    settled, running = db.scalars(select(Project).order_by(Project.id)).all()
    assert (settled.kind, settled.state, settled.amount) == (ProjectKind.loan, ProjectState.settled, Decimal(5_000_000))
    assert (settled.ends_on, settled.due_on, settled.settled_on) == (
        date(2012, 3, 5), date(2013, 3, 5), date(2013, 3, 1),
    )  # fmt: skip
    assert (settled.rate, settled.term_months, settled.outstanding) == (Decimal(18), 12, 0)
    assert (running.state, running.amount, running.due_on) == (ProjectState.ended, Decimal(500_000), date(2012, 10, 1))
    assert (running.rate, running.outstanding) == (Decimal("1.5"), Decimal(500_000))
    assert [client.name for client in db.scalars(select(Client).order_by(Client.id))] == ["鑫源商贸有限公司", "周建民"]
    assert [row.name for row in db.scalars(select(Guarantor).order_by(Guarantor.id))] == ["恒泰建材有限公司", "周建民"]
    assert db.scalars(select(Contract.original_no)).all() == ["鸿借2012-001"]
    assert db.scalars(select(Repayment.principal)).all() == [Decimal(5_000_000)]
    numbered = db.execute(select(Number.text, Number.state).order_by(Number.serial)).all()
    assert numbered == [("2012鸿借字第001号", NumberState.committed), ("2012鸿借字第002号", NumberState.committed)]
    dossier = db.get_one(Dossier, settled.dossier_id)
    assert dossier.opened_on == date(2012, 3, 5)
    assert set(db.scalars(select(DossierReader.user_id).filter_by(dossier_id=dossier.id))) == {
        settled.a_id,
        settled.b_id,
    }
    assert "2012鸿借字第001号" in archivist.get("/credit/").text


def test_the_same_file_again_changes_nothing(archivist: FlaskClient, db: Session) -> None:
    without = ("", "", "和顺食品厂", "", 30, "6个月", 15, "2026-03-02", "", "王磊", "赵倩", "", "")
    content = register(FIRST, SECOND, without, headings=(*HEADINGS[:-1], "合同号"))
    content = workbook(
        {"台账": [["", *HEADINGS[1:], "业务类型"], [*FIRST, "借款"], [*SECOND, "借款"], [*without, "贷款"]]}
    )
    page, result = checked(archivist, db, content)
    assert (result["created"], result["refused"]) == (3, [])
    carried_out(archivist, db, page)
    before = counted(db)
    page, result = checked(archivist, db, content, "再来一次.xlsx")
    assert (result["created"], result["unchanged"], result["clients"], result["refused"]) == (0, 3, 0, [])
    assert carried_out(archivist, db, page).status_code == 302
    assert counted(db) == before


def counted(db: Session) -> list[Any]:
    db.expire_all()
    tables = (Client, Project, Repayment, Guarantor, Contract, Dossier, Number)
    return [db.scalar(select(func.count()).select_from(table)) for table in tables]


def test_the_series_goes_on_after_the_highest_and_gaps_are_void_only_when_somebody_says_so(
    archivist: FlaskClient, db: Session, work: Callable[..., Any]
) -> None:
    page, result = checked(archivist, db, register(FIRST, THIRD))
    assert result["missing"] == ["2012鸿借字第002号", "2012鸿借字第003号"]
    refused = carried_out(archivist, db, page)
    assert refused.status_code == 422
    assert "2012鸿借字第003号" in refused.text
    db.expire_all()
    assert db.scalar(select(func.count(Project.id))) == 0
    assert db.scalar(select(func.count(Number.id))) == 0
    assert carried_out(archivist, db, page, void_missing="y").status_code == 302
    db.expire_all()
    states = [row.state for row in db.scalars(select(Number).order_by(Number.serial))]
    assert states == [NumberState.committed, NumberState.void, NumberState.void, NumberState.committed]
    assert db.scalars(select(NumberSeries.last).filter_by(name="鸿借", year=2012)).one() == 4
    with work():
        assert numbers.reserve("鸿借", 2012, "下一个").text == "2012鸿借字第005号"


def test_a_void_number_is_not_taken_over_later(archivist: FlaskClient, db: Session) -> None:
    page, _result = checked(archivist, db, register(FIRST, THIRD))
    carried_out(archivist, db, page, void_missing="y")
    _page, result = checked(archivist, db, register(SECOND))
    [refusal] = result["refused"]
    assert (refusal["column"], refusal["value"]) == ("档案号", "2012鸿借字第002号")
    assert "作废" in refusal["reason"] or "void" in refusal["reason"]


def changed(row: Sequence[Any], **cells: Any) -> list[Any]:
    return [cells.get(heading.split("(")[0], value) for heading, value in zip(HEADINGS, row, strict=True)]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"档案号": "第一号"}, "档案号"),
        ({"档案号": "2012鸿保字第001号", "金额": ""}, "金额(万元)"),
        ({"档案号": ""}, "loan"),
        ({"借款人": ""}, "借款人"),
        ({"金额": "很多"}, "金额(万元)"),
        ({"金额": "0"}, "金额(万元)"),
        ({"金额": 0.0000001}, "金额(万元)"),
        ({"期限": "长期"}, "期限"),
        ({"利率": "两分"}, "利率"),
        ({"放款日": "2012-13-05"}, "放款日"),
        ({"放款日": "2099-01-05"}, "放款日"),
        ({"放款日": ""}, "申请"),
        ({"结清日": "2011-01-01"}, "结清日"),
        ({"到期日": "2011-01-01"}, "到期日"),
        ({"A角": "李敏"}, "A角"),
        ({"A角": ""}, "A角"),
        ({"B角": "王磊"}, "B角"),
    ],
)
def test_a_row_is_refused_by_row_column_value_and_reason(
    archivist: FlaskClient, db: Session, cells: dict[str, Any], column: str
) -> None:
    page, result = checked(archivist, db, register(changed(FIRST, **cells), SECOND))
    [refusal] = result["refused"]
    assert (refusal["sheet"], refusal["row"]) == ("台账", 3)
    assert refusal["reason"]
    if column not in ("loan", "申请"):
        assert refusal["column"] == column
        assert (
            refusal["value"] == str(next(iter(cells.values())) if len(cells) == 1 else "")
            or "0000001" in refusal["value"]
        )
    assert result["created"] == 1
    assert "台账" in archivist.get(page).text


def test_the_refused_rows_come_back_as_a_workbook_to_correct_and_send_again(
    archivist: FlaskClient, db: Session
) -> None:
    page, _result = checked(archivist, db, register(changed(FIRST, A角="李敏"), SECOND, THIRD))
    assert carried_out(archivist, db, page, void_missing="y").status_code == 422
    book = openpyxl.load_workbook(BytesIO(archivist.get(f"{page}/refused.xlsx").data))
    [sheet] = book.worksheets
    head, row = sheet.iter_rows(values_only=True)
    assert head[1:] == HEADINGS
    assert "A角" in row[0]
    assert row[2] == "2012鸿借字第001号"
    sheet.cell(2, 2 + HEADINGS.index("A角")).value = "王磊"
    sheet.cell(2, 2 + HEADINGS.index("档案号")).value = ""
    buffer = BytesIO()
    book.save(buffer)
    _page, result = checked(archivist, db, buffer.getvalue())
    [refusal] = result["refused"]  # without the word of a number the kind has to be said
    assert refusal["row"] == 2


def test_the_number_of_a_project_that_stands_must_say_the_same(archivist: FlaskClient, db: Session) -> None:
    page, _result = checked(archivist, db, register(FIRST))
    carried_out(archivist, db, page)
    _page, result = checked(archivist, db, register(changed(FIRST, 金额=600)))
    [refusal] = result["refused"]
    assert refusal["column"] == "金额(万元)"
    assert "5000000" in refusal["reason"]


def test_the_same_row_twice_in_one_file(archivist: FlaskClient, db: Session) -> None:
    _page, result = checked(archivist, db, register(FIRST, FIRST))
    assert result["created"] == 1
    assert [refusal["row"] for refusal in result["refused"]] == [4]


def test_a_person_corrects_what_was_understood(archivist: FlaskClient, db: Session) -> None:
    headings = [*HEADINGS[:4], "钱", *HEADINGS[5:]]
    page = sent(archivist, register(FIRST, headings=headings))
    run = run_of(db, page)
    answer = archivist.post(f"{page}/check", data=form_of(run))
    assert answer.status_code == 422
    run = run_of(db, page)
    wanted = form_of(run, **{"0-row": 2})
    assert archivist.post(f"{page}/check", data=wanted).status_code == 422
    run = run_of(db, page)
    given = {"0-column-E": "amount", "0-unit": "wan"}
    assert archivist.post(f"{page}/check", data=form_of(run, **given)).status_code == 302
    assert run_of(db, page).result["created"] == 1


def test_sums_at_the_foot_are_no_projects(archivist: FlaskClient, db: Session) -> None:
    foot = ["", "合计", "", "", 550, "", "", "", "", "", "", "", ""]
    _page, result = checked(archivist, db, register(FIRST, SECOND, foot))
    assert (result["created"], result["refused"]) == (2, [])


def test_a_register_as_csv_in_yuan(archivist: FlaskClient, db: Session) -> None:
    lines = [
        "档案号,被担保人,担保金额,期限,担保费率,担保起始日,A角,B角,解保日期",
        "2013鸿保字第001号,和顺食品厂,2000000,24,2,2013-05-06,王磊,赵倩,",
    ]
    page, result = checked(archivist, db, "\n".join(lines).encode("gb18030"), "担保台账.csv")
    assert (result["created"], result["refused"]) == (1, [])
    carried_out(archivist, db, page)
    db.expire_all()
    made = db.scalars(select(Project)).one()
    assert (made.kind, made.amount, made.term_months) == (ProjectKind.guarantee, Decimal(2_000_000), 24)


def test_a_file_that_is_none_is_refused_at_the_field(archivist: FlaskClient) -> None:
    answer = archivist.post("/credit/imports/new", data={"file": (BytesIO(b"%PDF-1.4 x"), "a.xlsx")})
    assert answer.status_code == 422


def test_a_second_tab_is_told(archivist: FlaskClient, db: Session) -> None:
    page = sent(archivist, register(FIRST))
    old = form_of(run_of(db, page))
    assert archivist.post(f"{page}/check", data=old).status_code == 302
    assert archivist.post(f"{page}/check", data=old).status_code == 422


def test_what_was_carried_out_is_not_carried_out_again(archivist: FlaskClient, db: Session) -> None:
    page, _result = checked(archivist, db, register(FIRST))
    assert carried_out(archivist, db, page).status_code == 302
    assert carried_out(archivist, db, page).status_code == 422


def test_only_the_archivist_takes_over(sign_in: SignIn) -> None:
    make.make_register_import()
    for role in ("project_manager", "general_manager", "administrator"):
        assert sign_in(role).get("/credit/imports/").status_code == 403
