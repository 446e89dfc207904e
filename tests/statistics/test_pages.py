"""The pages, the workbook that is the page, the paper with its numbers, the month-end pack; who sees which sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask, g
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.figures import SECOND_FACTOR
from crm.auth.models import User, UserEstate
from crm.auth.permissions import RoleName
from crm.dates import telling
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.jobs.models import Job, JobState
from crm.jobs.runner import run_all
from crm.policy.models import FigureValue
from crm.properties.models import Estate
from crm.statistics import jobs
from crm.statistics.command import statistics_command
from crm.statistics.reports import SHEETS, find
from crm.statistics.sheets import built
from crm.web import charts
from crm.web.figures import Ratio
from tests.acting import as_
from tests.meeting import OwnCompany
from tests.statistics.making import NOW, asking, books, everything_happened, make_pack
from tests.unpressed import html_of, unpressed

SignIn = Callable[[str], FlaskClient]
AT = "month=2026-03"


@pytest.fixture(autouse=True)
def april(db: Session) -> Iterator[None]:
    """The company allowed passwords alone already then."""
    facts = {"key": SECOND_FACTOR.key, "value": "optional", "valid_from": date(2026, 1, 1), "confirmed": True}
    db.add(FigureValue(**facts, basis="Test", set_by="刘洋", set_at=NOW))
    db.commit()
    with telling(NOW):
        yield


def words(text: str) -> str:
    return "".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_overview_has_a_tile_for_each_sheet_one_may_read(sign_in: SignIn, estate: Estate) -> None:
    books(estate)
    page = sign_in("hanbing").get(f"/statistics/?{AT}").text
    assert [sheet.slug for sheet in SHEETS if f"/statistics/{sheet.slug}?" in page] == [each.slug for each in SHEETS]
    assert "42.1 %" in page  # 80 of 190
    assert "+8.8" in page  # 100 of 300 before
    dispatcher = sign_in("sunhao").get("/statistics/").text
    seen = {sheet.slug for sheet in SHEETS if f"/statistics/{sheet.slug}" in dispatcher}
    assert seen == {"complaints", "repairs", "renovations", "correspondence", "customers"}


def test_all_estates_are_all_whatever_the_top_bar_says(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    client = sign_in("hanbing")
    client.post("/preferences", data={"estate_id": estate.id})
    for asked, named in (("", "阳光花园"), ("&estate_id=all", "科创大厦、阳光花园")):
        page = client.get(f"/statistics/customers?{AT}{asked}").text
        assert f"2026-03 · {named} · " in page
        assert f'<option selected value="{asked[-3:] or estate.id}">' in page


def test_nothing_asked_is_the_last_month_that_is_over(sign_in: SignIn) -> None:
    page = sign_in("hanbing").get("/statistics/").text
    assert 'value="2026-03"' in page


@pytest.mark.parametrize(("month", "status"), [("2026-05", 422), ("so", 422), ("2026-04", 200), ("", 200)])
def test_a_month_that_has_not_begun_is_refused_at_its_field(sign_in: SignIn, month: str, status: int) -> None:
    client = sign_in("hanbing")
    for address in ("/statistics/", "/statistics/customers"):
        answer = client.get(address, query_string={"month": month})
        assert answer.status_code == status
        assert f'value="{month}"' in answer.text or not month
    assert client.get(f"/statistics/customers/paper.pdf?month={month}").status_code == (404 if status == 422 else 200)


def test_who_may_not(sign_in: SignIn) -> None:
    assert sign_in("limin").get("/statistics/").status_code == 403
    dispatcher = sign_in("sunhao")
    for rest in ("", "/figures.xlsx", "/paper.pdf"):
        assert dispatcher.get(f"/statistics/collection{rest}").status_code == 403
    assert dispatcher.get("/statistics/nothing").status_code == 404


def test_the_other_estate_is_none(db: Session, sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    books(other_estate)
    user = db.scalars(select(User).filter_by(username="hefang")).one()
    user.all_estates = False
    db.add(UserEstate(user_id=user.id, estate_id=estate.id))
    db.commit()
    client = sign_in("hefang")
    assert client.get(f"/statistics/collection?{AT}&estate_id={other_estate.id}").status_code == 404
    assert client.post(f"/statistics/pack?{AT}&estate_id={other_estate.id}").status_code == 404
    page = client.get(f"/statistics/collection?{AT}").text
    assert "科创大厦" not in page
    assert "700.00" not in page


def test_the_workbook_is_the_page(work: Any, sign_in: SignIn, estate: Estate) -> None:
    books(estate)
    answer = sign_in("hanbing").get(f"/statistics/collection/figures.xlsx?{AT}&estate_id={estate.id}")
    sheets = openpyxl.load_workbook(BytesIO(answer.data)).worksheets
    with work():
        sheet = find("collection")
        assert sheet
        found = built(sheet, asking(estate))
    assert len(sheets) == len(found.tables) + 2
    main = [list(row) for row in sheets[1].iter_rows(values_only=True)]
    assert main[1] == ["阳光花园", 700, 130, 42.1, 80, 190, 25, 50, 200, 770]
    assert main[2][1:] == main[1][1:]
    assert [row[1] for row in sheets[0].iter_rows(min_row=2, max_row=3, values_only=True)] == ["2026-03", "阳光花园"]
    meanings = [*sheets[-1].iter_rows(min_row=2, values_only=True)]
    assert meanings == found.meanings
    assert set(found.further[0].meanings) < set(meanings)
    assert [row[0] for row in sheets[3].iter_rows(values_only=True)][1:] == [row[0] for row in found.course.rows]


def test_the_paper_has_the_figures_and_as_of_when(sign_in: SignIn, estate: Estate) -> None:
    books(estate)
    answer = sign_in("hanbing").get(f"/statistics/collection/paper.pdf?{AT}&estate_id={estate.id}")
    text = words(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages))
    for figure in ("YH-TJ-01", "700.00", "130.00", "42.1%", "80.00/190.00", "770.00", "2026-04-1012:00", "到期日当天"):
        assert figure in text


def packed(app: Flask, db: Session, client: FlaskClient, address: str) -> Job:
    """Asked for by the page and made by a runner."""
    asked = client.post(address)
    assert asked.status_code == 302
    job_id = int(asked.location.rpartition("/")[2])
    run_all(app)
    db.expire_all()
    job = db.get_one(Job, job_id)
    assert (job.state, job.error) == (JobState.done, "")
    return job


def test_the_pack_has_every_sheet_and_is_the_same_again(
    app: Flask, work: Any, db: Session, sign_in: SignIn, estate: Estate
) -> None:
    everything_happened(estate)
    client = sign_in("hanbing")
    address = f"/statistics/pack?{AT}&estate_id={estate.id}"
    with unpressed():
        first, second = (packed(app, db, client, address) for _time in range(2))
    with work():
        papers = [store.read(db.get_one(Upload, job.upload_id)) for job in (first, second)]
    one, other = (html_of(PdfReader(BytesIO(paper)).pages[0]) for paper in papers)
    assert words(one) == words(other)
    assert [sheet.slug for sheet in SHEETS if f'id="sheet-{sheet.slug}"' in one] == [sheet.slug for sheet in SHEETS]
    for figure in ("YH-TJ-02", "42.1%", "2,500.00", "2026-04-1012:00"):
        assert figure in words(one)
    page = client.get(first.result_url)
    assert page.status_code == 200
    book = client.get(f"{first.result_url}/figures.xlsx")
    sheets = openpyxl.load_workbook(BytesIO(book.data)).worksheets
    assert {row[3] for row in sheets[0].iter_rows(min_row=2, max_row=8, values_only=True)} == {"阳光花园"}
    assert [row[1] for row in sheets[1].iter_rows(values_only=True)][1:] == [700, 700, 300, 400]
    entry = db.scalars(select(LogEntry).filter_by(kind="MonthEndPackMade")).first()
    assert entry
    assert entry.data["contents"] == [sheet.slug for sheet in SHEETS]


def test_the_pack_has_only_what_whoever_asked_may_read(
    app: Flask, db: Session, sign_in: SignIn, estate: Estate
) -> None:
    with unpressed():
        job = packed(app, db, sign_in("sunhao"), f"/statistics/pack?{AT}")
    assert job.result["sheets"] == ["complaints", "repairs", "renovations", "correspondence", "customers"]


def test_a_pack_is_for_whoever_asked_while_the_sheets_and_estates_are_theirs(
    work: Any, sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    pack_id = make_pack(estate, RoleName.general_manager)
    assert sign_in("hanbing").get(f"/statistics/packs/{pack_id}").status_code == 200
    for rest in ("", "/figures.xlsx"):
        assert sign_in("tangfeng").get(f"/statistics/packs/{pack_id}{rest}").status_code == 404
    assert sign_in("hanbing").get("/statistics/packs/999999").status_code == 404
    with work(as_("sunhao")):
        assert jobs.may_fetch({"sheets": ["repairs"], "estate_ids": [estate.id]})
        assert not jobs.may_fetch({"sheets": ["repairs", "money"], "estate_ids": [estate.id]})
        g.actor = replace(g.actor, estate_ids=frozenset({other_estate.id}))
        assert not jobs.may_fetch({"sheets": ["repairs"], "estate_ids": [estate.id]})


def test_a_line_breaks_where_a_month_has_no_value() -> None:
    values: list[charts.Value] = [(50.0, "50"), (100.0, "100"), (None, ""), (25.0, "25")]
    found = charts.course(["2026-01", "2026-02", "2026-03", "2026-04"], [("收缴率", values)])
    [line] = found.lines
    assert [dot.label for dot in line.dots] == ["50", "100", "25"]
    assert len(line.stretches) == 2
    assert line.dots[1].y < line.dots[0].y < line.dots[2].y <= found.floor
    assert len(charts.spark([1.0, None, 2.0])) == 2
    assert charts.spark([None, None]) == []
    assert charts.course([], []).lines == []


def test_the_labels_of_two_lines_keep_apart() -> None:
    first, second = ([(1.0, "1"), (5.0, "5"), (5.0, "5")], [(9.0, "9"), (5.0, "5"), (None, "")])
    found = charts.course(["2026-01", "2026-02", "2026-03"], [("收", first), ("结", second)])
    assert [[dot.base > dot.y for dot in line.dots] for line in found.lines] == [[True, False, False], [False, True]]
    [peak] = charts.course(["2026-01", "2026-02", "2026-03"], [("收", [(1.0, "1"), (9.0, "9"), (1.0, "1")])]).lines
    assert [dot.base > dot.y for dot in peak.dots] == [True, False, True]


def test_a_rate_of_nought_is_one_and_its_yuan_have_their_fen() -> None:
    nought = Ratio(Decimal(0), Decimal(1234))
    assert (nought.in_words, nought.counted) == ("0.0 %", "0.00 / 1,234.00")
    assert (Ratio(0, 0).in_words, Ratio(0, 7).counted) == ("–", "0 / 7")


def test_the_command_writes_both_files(own_company: OwnCompany, tmp_path: Path) -> None:
    """It looks at the work that another thread does."""
    app, estate = own_company.app, own_company.estate
    books(estate)
    told = ["pack", "--month", "2026-03", "--estate", estate.name, "--out", str(tmp_path / "三月.pdf")]
    with app.app_context(), unpressed():
        g.actor = system_actor("command line")
        done = CliRunner().invoke(statistics_command, told, obj=app)
    assert done.exit_code == 0, done.output
    assert "42.1%" in words(html_of(PdfReader(tmp_path / "三月.pdf").pages[0]))
    assert len(openpyxl.load_workbook(tmp_path / "三月.xlsx").worksheets) > len(SHEETS)
    with app.app_context():
        g.actor = system_actor("command line")
        refused = CliRunner().invoke(statistics_command, [*told[:3], "--estate", "没有", "--out", "x.pdf"], obj=app)
    assert isinstance(refused.exception, DomainError)
