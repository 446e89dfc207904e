"""The archivist's pages as they are used: filing with a file, supplements, corrections, places, custodians."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from crm.archive.dossiers import service
from crm.archive.dossiers.models import (
    Appointment,
    Correction,
    Custody,
    Dossier,
    IssuedPrint,
    Item,
    Rendition,
    Volume,
)
from crm.archive.dossiers.queries import of_year
from crm.archive.dossiers.service.custody import CAUSE_TITLES
from crm.archive.dossiers.views import papers as label_pages
from crm.archive.numbers import service as numbers
from crm.auth.models import User
from crm.db import session
from crm.numbering import Number, NumberSeries, NumberState
from tests import factories as make
from tests.archive.dossiers.acting import (
    ARCHIVIST,
    DAY,
    KEEPING,
    A,
    acting,
    appointed,
    filed_loan,
    loan,
    pdf,
    said,
    slot,
    user_called,
)


@pytest.fixture
def dossier(estate):
    return make.make_dossier(estate)


@pytest.fixture
def filed(work):
    appointed()
    with work():
        return filed_loan("application", "loan_contract")


def sent(**given):
    return {"slot": "registration_form", "form": "original", **given}


def test_a_document_is_filed_with_its_pages_measured(sign_in, db, dossier):
    client = sign_in("limin")
    page = client.get(f"/archive/dossiers/{dossier.id}/file?slot=lease").text
    assert re.search(r'<option selected value="lease">', page)
    data = sent(file=(BytesIO(pdf(3)), "登记表.pdf"))
    page = client.post(f"/archive/dossiers/{dossier.id}/file", data=data, follow_redirects=True).text
    assert "4-01" in page
    item = db.scalars(select(Item).filter_by(dossier_id=dossier.id)).one()
    assert (item.title, item.pages, item.sheets, item.page_to) == ("入驻登记表", 3, 3, 3)
    kept = db.scalars(select(Rendition)).one()
    assert kept.checks["complete"]["passed"]
    answer = client.post(f"/archive/dossiers/{dossier.id}/files/{kept.id}", data=KEEPING, follow_redirects=True)
    assert (answer.mimetype, answer.data) == ("application/pdf", pdf(3))


def test_a_count_that_differs_from_the_file_is_said_at_once_and_shown(sign_in, dossier):
    client = sign_in("limin")
    data = sent(pages="5", file=(BytesIO(pdf(2)), "登记表.pdf"))
    page = client.post(f"/archive/dossiers/{dossier.id}/file", data=data, follow_redirects=True).text
    assert "电子文件有 2 页，填写的是 5 页" in page
    assert "实测 2 页" in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"slot": ""}, "请选择是哪一种材料"),
        ({}, "请填写页数"),
        ({"pages": "0"}, "至少填 1"),
        ({"pages": "x"}, ""),
        ({"pages": "1", "sheets": "3"}, "张数（3）不能多于页数（1）"),
        ({"pages": "1", "doc_date": "2026-13-45"}, "2026-11-23"),
        ({"file": (BytesIO(b""), "空.pdf"), "pages": "1"}, "空.pdf"),
        ({"file": (BytesIO(b"MZ\0"), "x.exe"), "pages": "1"}, "x.exe"),
        ({"file": (BytesIO(b"%PDF-1.4 broken"), "坏.pdf"), "pages": "1"}, "坏.pdf"),
    ],
)
def test_wrong_input_stays_and_is_explained(sign_in, db, dossier, given, says):
    answer = sign_in("limin").post(f"/archive/dossiers/{dossier.id}/file", data=sent(title="我的题名", **given))
    assert answer.status_code == 422
    assert says in answer.text
    assert "我的题名" in answer.text
    assert db.scalars(select(Item).filter_by(dossier_id=dossier.id)).all() == []


def test_what_is_missing_is_named_and_can_be_said_not_to_apply(sign_in, db, dossier):
    client = sign_in("limin")
    page = client.get(f"/archive/dossiers/{dossier.id}").text
    assert "0/4" in page
    slot_id = re.search(rf"/archive/dossiers/{dossier.id}/slots/(\d+)/absence", page)[1]
    address = f"/archive/dossiers/{dossier.id}/slots/{slot_id}/absence"
    assert client.post(address, data={"reason": ""}).status_code == 422
    page = client.post(address, data={"reason": "单位客户，另存"}, follow_redirects=True).text
    assert "1/4" in page
    assert "单位客户，另存" in page
    page = client.post(f"{address}?applies=1", data={"reason": "仍需补"}, follow_redirects=True).text
    assert "0/4" in page


def test_a_correction_goes_from_the_archivist_to_who_approves(sign_in, db, filed):
    archivist, deputy = sign_in("archivist"), sign_in("deputy_general_manager")
    item = db.scalars(select(Item).filter_by(dossier_id=filed.id).order_by(Item.page_from)).first()
    asked = {"field": "doc_date", "new": "2026年5月6日", "reason": "日期写错"}
    page = archivist.post(
        f"/archive/dossiers/{filed.id}/items/{item.id}/correct", data=asked, follow_redirects=True
    ).text
    correction = re.search(r"/archive/corrections/(\d+)", page)[0]
    assert "您提出的申请" in archivist.get(correction).text
    assert archivist.post(f"{correction}/approve", data={"version": "1"}).status_code == 403
    assert deputy.post(f"{correction}/refuse", data={"version": "1"}).status_code == 422
    page = deputy.post(f"{correction}/approve", data={"version": "1"}, follow_redirects=True).text
    assert "已批准" in page
    page = archivist.get(f"/archive/dossiers/{filed.id}").text
    assert "2026-05-06" in page
    assert "已更正" in page
    assert deputy.post(f"{correction}/approve", data={"version": "1"}).status_code == 409
    assert deputy.get("/archive/corrections?state=approved").text.count("日期写错") == 1


def test_a_removal_prints_its_substitute_sheet_once_approved(sign_in, db, filed):
    archivist, manager = sign_in("archivist"), sign_in("general_manager")
    item = db.scalars(select(Item).filter_by(dossier_id=filed.id)).first()
    asked = {"receiver": "鑫源商贸 陈志远", "reason": "客户取回"}
    page = archivist.post(
        f"/archive/dossiers/{filed.id}/items/{item.id}/remove", data=asked, follow_redirects=True
    ).text
    removal = re.search(r"/archive/removals/(\d+)", page)[0]
    assert "代卷" not in paper_of(archivist.post(f"{removal}/slip.pdf"))
    manager.post(f"{removal}/approve", data={"version": "1"})
    text = paper_of(archivist.post(f"{removal}/slip.pdf"))
    assert "代卷" in text
    assert "陈志远" in text


def paper_of(answer):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


def test_a_filed_dossier_leads_to_where_its_supplements_are_registered(sign_in, filed, dossier):
    link = f"/archive/handover/of/{filed.subject_id}/late"
    assert link in sign_in("archivist").get(f"/archive/dossiers/{filed.id}").text
    assert '/late"' not in sign_in("archivist").get(f"/archive/dossiers/{dossier.id}").text
    assert link not in sign_in("deputy_general_manager").get(f"/archive/dossiers/{filed.id}").text


def test_a_dossier_is_put_on_a_shelf_and_two_tabs_do_not_move_it_twice(sign_in, db, dossier):
    appointed()
    client, place = sign_in("archivist"), make.make_location("乙柜")
    page = client.get(f"/archive/dossiers/{dossier.id}/custody").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    data = {"version": version, "location_id": place.id, "holder_id": "0", "home": "y", "cause": "placed"}
    assert client.post(f"/archive/dossiers/{dossier.id}/custody", data=data).status_code == 302
    assert client.post(f"/archive/dossiers/{dossier.id}/custody", data=data).status_code == 422
    neither = data | {"location_id": "0"}
    assert "请在位置和人员中选择一项" in client.post(f"/archive/dossiers/{dossier.id}/custody", data=neither).text
    held = db.scalars(select(Custody).filter_by(dossier_id=dossier.id).order_by(Custody.id)).all()
    assert [(each.location_id, each.ends_at is None) for each in held][-1] == (place.id, True)
    assert "乙柜" in client.get(f"/archive/dossiers/{dossier.id}?tab=custody&day=2026-01-01").text


def test_the_general_manager_appoints_and_the_next_one_counts(sign_in, db, dossier):
    manager = sign_in("general_manager")
    users = {user.username: user.id for user in db.scalars(select(User))}
    data = {"role": "archivist", "user_id": users[ARCHIVIST], "starts": "今天"}
    assert manager.post("/archive/custodians/new", data=data).status_code == 302
    data |= {"user_id": users["xujing"], "starts": "明天"}
    counted = db.query(Custody).filter(Custody.ends_at.is_(None), Custody.location_id.is_not(None)).count()
    assert "清点实物" in manager.post("/archive/custodians/new", data=data).text
    assert manager.post("/archive/custodians/new", data=data | {"counted": str(counted)}).status_code == 302
    assert [each.ends is None for each in db.query(Appointment).order_by(Appointment.id)] == [False, True]
    assert sign_in("archivist").post("/archive/custodians/new", data=data).status_code == 403


def test_an_edition_is_drafted_edited_and_put_in_force(sign_in, db):
    client = sign_in("archivist")
    page = client.get("/archive/checklists").text
    template = re.search(r"/archive/checklists/(\d+)\">物业客户", page)[1]
    drafted = client.post(f"/archive/checklists/{template}/draft").location
    page = client.get(drafted).text
    section = re.search(r"/archive/checklist-sections/(\d+)/slots/new", page)[1]
    said = {"title": "宠物登记", "form": "either", "code": "pets", "required": "y"}
    assert client.post(f"/archive/checklist-sections/{section}/slots/new", data=said).status_code == 302
    assert client.post(f"{drafted}/put-in-force").status_code == 302
    assert "宠物登记" in client.get(drafted).text
    assert client.post(f"{drafted}/confirm").status_code == 403
    assert sign_in("general_manager").post(f"{drafted}/confirm").status_code == 302
    assert client.post(f"{drafted}/put-in-force").status_code == 409


def test_a_loans_dossier_is_seen_by_its_readers_and_those_who_oversee(sign_in, db):
    reader = db.scalars(select(User.id).filter_by(username="wanglei")).one()
    mine, others = make.make_company_dossier(readers=[reader]), make.make_company_dossier("德润建材借款")
    manager = sign_in("wanglei")
    assert manager.get(f"/archive/dossiers/{mine.id}").status_code == 200
    assert manager.get(f"/archive/dossiers/{others.id}").status_code == 404
    assert sign_in("limin").get(f"/archive/dossiers/{mine.id}").status_code == 404
    assert sign_in("auditor").get(f"/archive/dossiers/{others.id}").status_code == 200
    assert "德润" not in manager.get("/archive/dossiers").text


def test_who_may_not_see_customers_sees_no_customers_dossier(sign_in, dossier):
    assert sign_in("wanglei").get(f"/archive/dossiers/{dossier.id}").status_code == 404
    assert sign_in("title_custodian").get("/archive/dossiers").text.count(dossier.code) == 0


@pytest.mark.parametrize("tab", ["contents", "attachments", "custody", "records", "notes"])
def test_a_dossiers_page_costs_as_many_queries_for_ten_documents_as_for_one(sign_in, estate, queries, dossier, tab):
    client, address = sign_in("archivist"), f"/archive/dossiers/{dossier.id}?tab={tab}"

    def fill():
        item = make.make_item(dossier, "repair_order")
        make.make_rendition(item, make.make_upload(estate, "dossier"))
        make.make_correction(item), make.make_removal(item), make.make_attachment(dossier)

    fill()
    client.get(address)
    with queries() as one:
        assert client.get(address).status_code == 200
    for _ in range(9):
        fill()
    with queries() as ten:
        client.get(address)
    assert len(ten) == len(one)


def test_the_ledger_of_a_past_day_knows_nothing_of_later_days(sign_in, db, dossier):
    client = sign_in("archivist")
    assert dossier.code in client.get("/archive/ledger").text
    assert dossier.code not in client.get("/archive/ledger?day=2020-01-01").text
    assert client.get("/archive/ledger?day=nonsense").status_code == 200


def test_a_numbers_ledger_prints_and_a_reservation_is_voided(sign_in, db):
    number, client = make.make_archive_number(), sign_in("archivist")
    page = client.get("/archive/numbers").text
    assert "第 1 至 1 号，无缺号" in page
    assert number.text in paper_of(client.post(f"/archive/numbers/series/{number.number.series_id}/ledger.pdf"))
    page = client.post(f"/archive/numbers/{number.id}/void", data={"reason": "项目撤回"}, follow_redirects=True).text
    assert "项目撤回" in page
    assert client.post(f"/archive/numbers/{number.id}/void", data={"reason": "再来"}).status_code == 422


def test_search_finds_a_dossier_by_number_and_title(sign_in, db, work, filed):
    for text in ("2026鸿借字第001号", "２０２６鸿借001", "鑫源商贸"):
        assert f"/archive/dossiers/{filed.id}" in sign_in("archivist").get("/search", query_string={"q": text}).text
    assert f"/archive/dossiers/{filed.id}" not in sign_in("limin").get("/search?q=鑫源商贸").text


def test_a_contracts_number_finds_its_dossier(sign_in, work):
    appointed()
    with work():
        dossier, other = loan(), filed_loan("application", subject_id=2)
        service.add_item(dossier, said(dossier, "loan_contract", original_no="XY-2026-77"))
        with acting(ARCHIVIST):
            service.file_sealed(dossier, numbers.reserve("鸿借", 2026, dossier.title), DAY)
    client = sign_in("archivist")
    assert dossier.code == "2026鸿借字第002号"
    for text in ("2026鸿借字第002-01号", "２０２６鸿借字第002-01号", "XY-2026-77"):
        for address in (f"/archive/dossiers?q={text}", f"/search?q={text}"):
            page = client.get(address).text
            assert f"/archive/dossiers/{dossier.id}" in page, address
            assert f'/archive/dossiers/{other.id}"' not in page, address
    assert dossier.code in client.get("/archive/numbers?q=2026鸿借字第002-01号").text


def test_a_corrected_title_holds_everywhere(sign_in, work, filed):
    with work(), acting(ARCHIVIST):
        asked = service.ask_correction(session().get_one(Dossier, filed.id), None, "title", "鑫远商贸借款", "写错")
        with acting("shentao"):
            service.decide_correction(asked, approve=True, decision="")
    client = sign_in("archivist")
    for text in ("鑫远", "鑫源"):
        for address in (f"/archive/dossiers?q={text}", f"/archive/ledger?q={text}"):
            assert "鑫远商贸借款" in client.get(address).text, address
    assert f"/archive/dossiers/{filed.id}" in client.get("/search?q=鑫远商贸").text
    assert "鑫远商贸借款" in client.get("/archive/corrections?q=鑫远").text
    assert "鑫远商贸借款" in paper_of(client.get(f"/archive/labels.pdf?ids={filed.id}"))


def test_a_security_class_is_chosen_by_its_title_decided_and_shown_everywhere(sign_in, db, filed):
    keeper, page = sign_in("archivist"), f"/archive/dossiers/{filed.id}"
    form = keeper.get(f"{page}/classify").text
    assert all(f">{title}</option>" in form for title in ("内部", "秘密", "机密"))
    asked = {"new": "secret", "reason": "含客户核心技术资料"}
    assert keeper.post(f"{page}/classify", data=asked | {"new": "绝密"}).status_code == 422
    assert keeper.post(f"{page}/classify", data=asked).status_code == 302
    [slip] = db.query(Correction).all()
    sign_in("shentao").post(f"/archive/corrections/{slip.id}/approve", data={"version": slip.version})
    papers = ("catalogue.pdf", "volume_list.pdf", "note_sheet.pdf")
    told = [paper_of(keeper.post(f"{page}/{paper}", data=KEEPING)) for paper in papers]
    told += [paper_of(keeper.post(f"/archive/corrections/{slip.id}/slip.pdf"))]
    told += [keeper.get(f"/verify?h={row.hash[:12]}").text for row in db.query(IssuedPrint)]
    told += [keeper.get(f"{page}{tab}").text for tab in ("", "?tab=records", "?tab=notes")]
    addresses = ("/archive/dossiers", "/archive/ledger", "/archive/corrections", f"/archive/corrections/{slip.id}")
    told += [keeper.get(address).text for address in addresses]
    told += [paper_of(keeper.get(f"/archive/labels.pdf?ids={filed.id}"))]
    for place, text in enumerate(told):
        assert "机密" in "".join(text.split()), place
        assert not re.search(r">\W*(secret|internal)\W*<|(secret|internal)\*? →|→ (secret|internal)", text), place
    assert "机密*" in told[0]
    assert re.search(r"机密</b> <details.*内部", told[8]), "the filed one is a click away"
    lists = {each: keeper.get(f"/archive/dossiers?security={each}").text for each in ("secret", "internal")}
    assert (f'"{page}"' in lists["secret"], f'"{page}"' in lists["internal"]) == (True, False)
    assert re.search(r"<td [^>]*>\s*机密\s*</td>", lists["secret"])


def test_labels_are_printed_several_on_a_sheet(sign_in, estate):
    some = [make.make_dossier(estate, f"客户{n}") for n in range(5)]
    text = paper_of(sign_in("archivist").get("/archive/labels.pdf?ids=" + ",".join(str(each.id) for each in some)))
    assert all(each.code in text for each in some)


@pytest.mark.parametrize("turn", ["", "-"])
def test_dossiers_sort_by_their_numbers_the_thousandth_behind_the_999th(sign_in, db, turn):
    numbers = {1: make.make_archive_number()}
    db.execute(update(NumberSeries).where(NumberSeries.id == numbers[1].number.series_id).values(last=998))
    numbers |= {serial: make.make_archive_number() for serial in (999, 1000)}
    for serial in (1000, 1, 999):
        make.make_company_dossier(f"借款{serial}", number_id=numbers[serial].id)
    page = sign_in("auditor").get(f"/archive/dossiers?kind=loan&sort={turn}number").text
    found = re.findall(r"借款(\d+)", page)
    assert [*dict.fromkeys(found)] == (["1", "999", "1000"] if not turn else ["1000", "999", "1"])


def test_a_year_is_that_of_the_number_or_else_of_the_opening(db):
    """At a moment before the number was reserved, of the opening as well."""
    winter, spring = date(2019, 12, 30), date(2020, 5, 1)
    for title, year, opened in (("甲", 2020, winter), ("乙", None, spring), ("丙", 2021, spring)):
        number_id = make.make_archive_number(year=year).id if year else None
        make.make_company_dossier(title, number_id=number_id, opened_on=opened)

    def of(year, end=None):
        asked = select(Dossier.title).where(of_year(year, end), Dossier.title.in_(["甲", "乙", "丙"]))
        return set(db.scalars(asked))

    now = {2019: set(), 2020: {"甲", "乙"}, 2021: {"丙"}}
    assert {year: of(year) for year in now} == now
    assert {year: of(year, make.NOW + timedelta(days=1)) for year in now} == now
    before = {2019: {"甲"}, 2020: {"乙", "丙"}, 2021: set()}
    assert {year: of(year, make.NOW) for year in now} == before


@pytest.mark.parametrize(
    "address",
    [
        f"/archive/dossiers?q=2012鸿借字第{'1' * 4300}号",
        f"/archive/dossiers?year={'1' * 4300}",
        f"/archive/ledger?year={'9' * 4300}",
        f"/archive/numbers?q=2012鸿借字第001-{'1' * 4300}号",
        f"/archive/labels.pdf?place={'9' * 20}",
        f"/archive/labels.pdf?ids={'9' * 20}",
        f"/verify?code=2012鸿借字第{'1' * 4300}号",
    ],
)
def test_numbers_that_no_machine_holds_find_nothing(sign_in, dossier, address):
    assert sign_in("archivist").get(address).status_code == 200


def test_a_number_promised_to_a_dossier_is_not_voided_by_hand(sign_in, db):
    number = make.make_archive_number()
    make.make_company_dossier(number_id=number.id)
    answer = sign_in("archivist").post(f"/archive/numbers/{number.id}/void", data={"reason": "不用了"})
    assert answer.status_code == 422
    assert "鑫源商贸借款" in answer.text
    assert db.get(Number, number.id).state is NumberState.reserved


def test_what_comes_after_a_volume_was_closed_opens_the_next(sign_in, db, dossier):
    client = sign_in("archivist")
    for _ in range(2):
        client.post(f"/archive/dossiers/{dossier.id}/file", data=sent(pages="1"))
        volume = db.scalars(select(Volume).filter_by(dossier_id=dossier.id, closed_at=None)).one()
        client.post(f"/archive/dossiers/{dossier.id}/volumes/{volume.id}/close")
    volumes = db.scalars(select(Volume).filter_by(dossier_id=dossier.id).order_by(Volume.id)).all()
    assert [each.number for each in volumes] == [1, 2]
    lies = db.scalars(select(Item.volume_id).filter_by(dossier_id=dossier.id).order_by(Item.id)).all()
    assert lies == [each.id for each in volumes]
    assert f"{volumes[1].year}-2" in client.get(f"/archive/dossiers/{dossier.id}?tab=attachments").text


def test_who_is_not_appointed_moves_no_dossier(sign_in, db, dossier):
    client, place = sign_in("archivist"), make.make_location("乙柜")
    held = db.scalars(select(Custody).filter_by(dossier_id=dossier.id)).one()
    data = {"version": held.id, "location_id": place.id, "holder_id": "0", "cause": "placed"}
    answer = client.post(f"/archive/dossiers/{dossier.id}/custody", data=data)
    assert (answer.status_code, "总经理" in answer.text) == (422, True)
    appointed()
    assert client.post(f"/archive/dossiers/{dossier.id}/custody", data=data).status_code == 302


def test_nobody_goes_round_the_hand_over(sign_in, db, work):
    """Until it is filed, what lies in a loan's dossier and who has it are A's and B's to say."""
    appointed()
    with work() as own, acting(A):
        dossier = loan()
        item, needed = service.add_item(dossier, said(dossier)), slot(dossier, "due_diligence")
        held = own.scalars(select(Custody).filter_by(dossier_id=dossier.id, ends_at=None)).one()
    client, place = sign_in("archivist"), make.make_location("乙柜")
    address = f"/archive/dossiers/{dossier.id}"
    refused = {
        f"{address}/custody": {"version": held.id, "location_id": place.id, "holder_id": "0", "cause": "placed"},
        f"{address}/slots/{needed.id}/absence": {"reason": "不需要"},
        f"{address}/items/{item.id}/files/new": {"file": (BytesIO(pdf()), "别的.pdf"), "replaces": "0"},
        f"{address}/attachments/new": {"title": "合同", "owner": "鑫源商贸", "copies": "1"},
    }
    for step, data in refused.items():
        answer = client.post(step, data=data)
        assert (answer.status_code, "移交" in answer.text) == (422, True), step
    page = client.get(address).text
    assert f"{address}/custody" not in page
    assert db.scalars(select(Custody.id).filter_by(dossier_id=dossier.id)).all() == [held.id]


def test_what_an_imported_register_left_in_the_archive_is_put_in_its_place(sign_in, db):
    appointed()
    dossier, place = make.make_company_dossier(), make.make_location("乙柜")
    held = db.scalars(select(Custody).filter_by(dossier_id=dossier.id)).one()
    data = {"version": held.id, "location_id": place.id, "holder_id": "0", "cause": "placed"}
    assert sign_in("archivist").post(f"/archive/dossiers/{dossier.id}/custody", data=data).status_code == 302


def test_every_cause_of_custody_has_a_title(work):
    assert {"opened", "handed_to_b", "returned_to_a", "received", "replaced"} <= CAUSE_TITLES.keys()
    with work():
        dossier = loan()
        with pytest.raises(ValueError, match="handed to B"):
            service.take_custody(dossier, holder_id=user_called(A).id, cause="handed to B")
        for cause in CAUSE_TITLES:
            service.take_custody(dossier, holder_id=user_called(A).id, cause=cause)


def test_the_evidence_of_a_correction_and_the_receipt_of_an_attachment_are_opened(sign_in, db, filed):
    client = sign_in("archivist")
    own = f"/archive/dossiers/{filed.id}"
    asked = {"field": "title", "new": "鑫源商贸流动资金借款", "reason": "写错"}
    data = asked | {"evidence": (BytesIO(pdf(2)), "说明.pdf")}
    page = client.post(f"{own}/correct", data=data, follow_redirects=True).text
    correction = re.search(r"/archive/corrections/\d+", page)[0]
    assert f"{correction}/evidence" in client.get(correction).text
    assert client.get(f"{correction}/evidence").data == pdf(2)
    client.post(f"{own}/attachments/new", data={"title": "合同", "owner": "鑫源商贸", "copies": "1"})
    release = re.search(rf"{own}/attachments/\d+/release", client.get(f"{own}?tab=attachments").text)[0]
    receipt = release.replace("release", "receipt")
    assert client.get(receipt).status_code == 404
    client.post(release, data={"released_to": "陈志远", "receipt": "收条18", "file": (BytesIO(pdf(1)), "收条.pdf")})
    assert receipt in client.get(f"{own}?tab=attachments").text
    assert client.get(receipt).data == pdf(1)
    for address in (receipt, f"{correction}/evidence"):
        assert sign_in("limin").get(address).status_code == 404


def test_labels_that_do_not_fit_are_told_of_and_printed_in_parts(sign_in, estate, monkeypatch):
    monkeypatch.setattr(label_pages, "MOST_LABELS", 2)
    some = [make.make_dossier(estate, f"客户{n}") for n in range(3)]
    address = "/archive/labels.pdf?ids=" + ",".join(str(each.id) for each in some)
    first, second = (paper_of(sign_in("archivist").get(f"{address}&part={part}")) for part in (1, 2))
    assert "第 1 至 2 张，共 3 张" in first
    assert "第 3 至 3 张，共 3 张" in second
    assert [sum(each.code in text for each in some) for text in (first, second)] == [2, 1]
