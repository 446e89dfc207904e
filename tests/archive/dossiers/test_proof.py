"""Prints that prove themselves: what was printed is kept, `/verify` compares it with what holds now."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from crm.archive.dossiers import papers, proof, service
from crm.archive.dossiers.models import IssuedPrint
from crm.archive.dossiers.proof import differences
from tests import factories as make
from tests.archive.dossiers.acting import APPROVER, ARCHIVIST, acting, appointed, filed_loan


@pytest.fixture
def dossier(estate):
    made = make.make_dossier(estate)
    make.make_item(made, "identity")
    return made


def printed(client, dossier, paper="volume_list"):
    answer = client.post(f"/archive/dossiers/{dossier.id}/{paper}.pdf")
    assert answer.mimetype == "application/pdf", answer.text
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


PAPERS = {"volume_list": "卷内目录", "catalogue": "归档文件目录", "note_sheet": "备考表"}


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_carries_its_code_and_the_same_content_is_one_print(sign_in, db, dossier, paper):
    client = sign_in("archivist")
    text = printed(client, dossier, paper)
    [kept] = db.query(IssuedPrint).all()
    assert PAPERS[paper] in text
    assert kept.hash[:12] in text
    assert dossier.code in text
    printed(client, dossier, paper)
    assert db.query(IssuedPrint).count() == 1


def test_a_print_is_current_until_the_dossier_changes(sign_in, db, dossier):
    client = sign_in("archivist")
    printed(client, dossier)
    [kept] = db.query(IssuedPrint).all()
    address = f"/verify?h={kept.hash[:12]}&n={kept.number}&v=1&c=2-3"
    page = client.get(address).text
    assert "有效" in page
    assert "第 2 份/共 3 份" in page
    make.make_item(dossier, "registration_form")
    page = client.get(address).text
    assert "已被取代" in page
    assert "入驻登记表" in page
    printed(client, dossier)
    assert sorted(each.version for each in db.query(IssuedPrint)) == [1, 2]


@pytest.mark.parametrize("changed", ["n=9-9-999/09&v=1", "v=7"])
def test_an_altered_paper_is_found(sign_in, db, dossier, changed):
    client = sign_in("archivist")
    printed(client, dossier)
    [kept] = db.query(IssuedPrint).all()
    assert "被改动" in client.get(f"/verify?h={kept.hash[:12]}&{changed}").text


@pytest.mark.parametrize("code", ["ffffffffffff", "2012鸿借字第001号", "%", "x" * 300, "''", "ａｂ"])
def test_an_unknown_code_is_said_to_be_unknown(sign_in, code):
    answer = sign_in("archivist").get("/verify", query_string={"code": code})
    assert answer.status_code == 200
    assert "查无此件" in answer.text


def test_a_typed_number_finds_every_print_with_it(sign_in, db, dossier):
    client = sign_in("archivist")
    for paper in PAPERS:
        printed(client, dossier, paper)
    page = client.get("/verify", query_string={"code": dossier.code}).text
    assert len(re.findall(r"<h2>", page)) >= 3


def test_who_may_not_see_the_dossier_learns_no_more_than_whether_it_holds(sign_in, db, dossier):
    printed(sign_in("archivist"), dossier)
    [kept] = db.query(IssuedPrint).all()
    make.make_item(dossier, "registration_form")
    page = sign_in("repair_worker").get(f"/verify?h={kept.hash[:12]}").text
    assert "已被取代" in page
    assert "入驻登记表" not in page


def test_the_hash_does_not_depend_on_who_prints_in_which_language(app, work):
    appointed()
    with work():
        dossier = filed_loan("application")
        with acting(ARCHIVIST):
            asked = service.ask_correction(dossier, None, "title", "更正后的题名", "写错")
            with acting(APPROVER):
                service.decide_correction(asked, approve=True, decision="")
            with force_locale("en"):
                english = papers.note_sheet(dossier)
            assert english == papers.note_sheet(dossier)
            assert proof.sealed("note_sheet", dossier.id, english)["subject"] == dossier.id


def test_differences_name_the_line():
    before = {"lines": [{"code": "1-01", "pages": 3}, {"code": "1-02", "pages": 1}], "pages": 4}
    now = {"lines": [{"code": "1-01", "pages": 5}], "pages": 5}
    assert [(each.what, each.printed, each.now) for each in differences(before, now)] == [
        ("lines · 1-01 · pages", "3", "5"),
        ("lines · 1-02", "1-02 · 1", ""),
        ("pages", "4", "5"),
    ]
