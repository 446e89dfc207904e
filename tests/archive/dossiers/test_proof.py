"""Prints that prove themselves: what was printed is kept, `/verify` compares it with what holds now."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from crm.archive.dossiers import papers, proof, service, wording
from crm.archive.dossiers.models import Dossier, IssuedPrint
from crm.archive.dossiers.proof import differences
from crm.archive.dossiers.queries import items_of
from crm.archive.dossiers.service import Giver
from crm.archive.numbers.queries import runs
from tests import factories as make
from tests.archive.dossiers.acting import (
    APPROVER,
    ARCHIVIST,
    KEEPING,
    A,
    acting,
    appointed,
    filed_loan,
    said,
    user_called,
)


@pytest.fixture
def dossier(estate):
    made = make.make_dossier(estate)
    make.make_item(made, "identity")
    return made


def printed(client, dossier, paper="volume_list"):
    answer = client.post(f"/archive/dossiers/{dossier.id}/{paper}.pdf", data=KEEPING)
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
    address = f"/verify?h={kept.hash[:12]}&n={kept.number}&v=1&c=1-1"
    page = client.get(address).text
    assert "有效" in page
    assert "1/1" in page
    make.make_item(dossier, "registration_form")
    page = client.get(address).text
    assert "已被取代" in page
    assert "入驻登记表" in page
    printed(client, dossier)
    assert sorted(each.version for each in db.query(IssuedPrint)) == [1, 2]


@pytest.mark.parametrize("changed", ["n=9-9-999/09&v=1", "v=7", "c=2-1", "c=1-3", "c=0-1", "c=x"])
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
    assert dossier.title not in page
    assert re.search(r"<dt>页数</dt><dd>\d+</dd>", page), "the totals can be compared by whoever holds the paper"
    assert "查无此件" in sign_in("repair_worker").get("/verify", query_string={"code": kept.number}).text


def test_what_the_paper_must_say_stands_beside_its_code(sign_in, db, dossier):
    client = sign_in("archivist")
    printed(client, dossier)
    [kept] = db.query(IssuedPrint).all()
    page = client.get(f"/verify?h={kept.hash[:12]}").text
    for word in (dossier.title, "身份证明", "内部", "30年", "1-"):
        assert word in page
    assert "page_from" not in page
    assert "internal" not in page


def test_a_list_that_was_supplemented_since_still_stands(sign_in, db, work):
    appointed()
    with work():
        dossier = filed_loan("application")
    client = sign_in("archivist")
    printed(client, dossier)
    [kept] = db.query(IssuedPrint).all()
    with work() as own, acting(ARCHIVIST):
        dossier = own.get_one(Dossier, dossier.id)
        service.file_supplement(dossier, said(dossier, "iou"), Giver(name="王磊", user_id=user_called(A).id), "后补")
    page = client.get(f"/verify?h={kept.hash[:12]}").text
    assert "归档后有补充" in page
    assert "2-01补" in page
    with work(), acting(ARCHIVIST):
        asked = service.ask_correction(dossier, None, "title", "更正后的题名", "写错")
        with acting(APPROVER):
            service.decide_correction(asked, approve=True, decision="")
    assert "已被取代" in client.get(f"/verify?h={kept.hash[:12]}").text


def test_contents_are_made_anew_once_however_many_prints_there_were(sign_in, db, queries, dossier):
    client, address = sign_in("archivist"), "/verify"

    def seen():
        with queries() as asked:
            client.get(address, query_string={"code": dossier.code})
        return len(asked)

    printed(client, dossier)
    one = seen()
    for code in ("registration_form", "convention", "phone_card"):
        make.make_item(dossier, code)
        printed(client, dossier)
    assert db.query(IssuedPrint).count() == 4
    assert seen() - one <= 3, "one question for each further print, who may see it"


def keys(content):
    """Every name that stands in a paper's content, however deep; an event's data have words of their own."""
    for name, value in content.items():
        yield name
        for each in value if isinstance(value, list) else [value] if name != "data" else []:
            yield from keys(each) if isinstance(each, dict) else ()


def test_every_field_of_every_paper_has_a_title(work):
    appointed()
    with work():
        dossier = filed_loan("application")
        service.add_attachment(dossier, "合同", "鑫源商贸")
        with acting(ARCHIVIST):
            item = items_of(dossier.id)[0]
            correction = service.ask_correction(dossier, item, "title", "更正后的题名", "写错")
            removal = service.ask_removal(dossier, item, "取回", "客户")
            with acting(APPROVER):
                service.decide_correction(correction, approve=True, decision="")
        contents = [
            make_content(dossier) for make_content in (papers.dossier_list, papers.volume_list, papers.note_sheet)
        ]
        contents += [papers.correction_slip(correction), papers.removal_slip(removal), service.list_content(dossier)]
        contents += [papers.number_ledger(runs()[0].series_id)]
        for content in contents:
            assert set(keys(content)) - {*wording.FIELD_TITLES, *wording.UNSAID} == set()


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


def test_differences_name_the_line_in_the_readers_words(app):
    before = {"lines": [{"code": "1-01", "pages": 3}, {"code": "1-02", "pages": 1}], "pages": 4}
    now = {"lines": [{"code": "1-01", "pages": 5}], "pages": 5}
    found = list(differences(before, now))
    assert [(each.path, each.printed, each.now) for each in found] == [
        (("lines", "1-01", "pages"), 3, 5),
        (("lines", "1-02"), {"code": "1-02", "pages": 1}, None),
        (("pages",), 4, 5),
    ]
    with app.test_request_context(), force_locale("zh_CN"):
        assert wording.Wording().differences(found) == [
            ("1-01 · 页数", "3", "5"),
            ("1-02", "1-02 · 1", ""),
            ("页数", "4", "5"),
        ]
