"""Lists in versions, signatures bound to them, ticks bound to lines, supplement lists (L-07 to L-13)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from crm.archive.dossiers import service as dossiers
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.models import Custody, IssuedPrint
from crm.archive.dossiers.queries import items_of
from crm.archive.dossiers.service import ItemFacts
from crm.archive.handover.content import line_hash
from crm.archive.handover.models import Grade, HandoverState, HandoverStep, LineKind, LineState, ListVersion, Party
from crm.archive.handover.path import PATH
from crm.archive.handover.queries import lists as lists_of
from crm.archive.handover.queries.standing import get_handover, slots_of, standing_of, versions_of
from crm.archive.handover.service import auditing, lists, preparing, steps, supplements
from crm.archive.handover.service.auditing import Tick
from crm.archive.handover.service.lists import Signing
from crm.archive.handover.service.supplements import Wanted
from crm.archive.handover.standing import Standing
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from tests import factories as make
from tests.archive.handover.desk import ARCHIVIST, DEPUTY, MANAGER, A, B, Desk, handover_row

S = HandoverState


def test_the_list_is_issued_only_when_every_required_document_is_there_or_does_not_apply(desk: Desk) -> None:
    with desk.at(A) as standing, pytest.raises(DomainError):
        lists.issue(standing)
    desk.enter(["application", "opinions", "decision", "loan_contract", "iou", "disbursement", "due_diligence"])
    with desk.at(A) as standing:
        assert {"征信授权书与征信报告", "法定代表人与股东身份证明"} == set(standing.missing)
        with pytest.raises(DomainError, match="征信授权书与征信报告"):
            lists.issue(standing)
        for slot in slots_of(standing.handover.dossier):
            if slot.title in standing.missing:
                with pytest.raises(DomainError):
                    preparing.mark_needless(standing, slot, " ", needless=True)
                preparing.mark_needless(standing, slot, "客户为事业单位", needless=True)
    desk.issue()
    with desk.at(A) as standing:
        assert standing.version
        assert {each["reason"] for each in standing.version.content["needless"]} == {"客户为事业单位"}


@pytest.mark.parametrize(("pages", "sheets"), [(0, 1), (1, 0), (1, 2)])
def test_a_document_without_a_count_is_refused(desk: Desk, pages: int, sheets: int) -> None:
    with desk.at(A) as standing:
        section = slots_of(standing.handover.dossier)[0].section_id
        facts = ItemFacts(section_id=section, slot_id=None, title="封面", pages=pages, sheets=sheets)
        with pytest.raises(DomainError):
            preparing.add_item(standing, facts)


def test_totals_and_page_ranges_are_contiguous(desk: Desk) -> None:
    desk.enter(pages=3)
    desk.issue()
    with desk.at(A) as standing:
        lines = standing.lines
        assert [line["page_from"] for line in lines] == [1 + 3 * place for place in range(len(lines))]
        assert standing.content["pages"] == lines[-1]["page_to"] == 3 * len(lines)
        assert standing.content["sheets"] == len(lines)


def test_a_change_after_signing_makes_a_new_version_and_the_old_signature_is_kept_and_void(desk: Desk, db) -> None:
    desk.enter()
    desk.issue()
    desk.sign(Party.a)
    with desk.at(A) as standing:
        item = items_of(standing.handover.dossier_id)[0]
        facts = {name: getattr(item, name) for name in ItemFacts.__slots__} | {"pages": 9}
        preparing.change_item(standing, item, ItemFacts(**facts))
    with desk.at(A) as standing:
        assert not standing.is_current
        assert standing.signature_of(Party.a) is None
        assert "王磊" in PATH.hindrance(standing, "hand_to_b")
        with pytest.raises(DomainError):
            lists.sign_as(standing, Party.a, desk.signing(standing))
        lists.issue(standing)
    with desk.at(A) as standing:
        assert standing.issued == 2
        assert standing.signature_of(Party.a) is None
    desk.sign(Party.a)
    first, second = db.scalars(select(ListVersion).filter_by(handover_id=desk.handover_id).order_by("version"))
    assert first.hash != second.hash
    with desk.at(A):
        old, new = versions_of(desk.handover_id)
        assert [each.signer_id for each in old.signatures] == [each.signer_id for each in new.signatures]
        assert all(each.void is None for each in old.signatures)


def test_the_same_content_again_still_is_another_version(desk: Desk) -> None:
    """Pages changed and changed back: the hash differs, for a list says which version it is."""
    desk.enter()
    desk.issue()
    with desk.at(A) as standing:
        assert "1" in PATH.hindrance(standing, "issue")
        with pytest.raises(DomainError):
            lists.issue(standing)
    hashes = set()
    for pages in (9, 2):
        with desk.at(A) as standing:
            item = items_of(standing.handover.dossier_id)[0]
            facts = {name: getattr(item, name) for name in ItemFacts.__slots__} | {"pages": pages}
            preparing.change_item(standing, item, ItemFacts(**facts))
        desk.issue()
        with desk.at(A) as standing:
            assert standing.version
            assert content_hash(standing.version.content) == standing.version.hash
            hashes.add(standing.version.hash)
    assert len(hashes) == 2


def test_each_version_is_known_to_verification(desk: Desk, db) -> None:
    desk.enter()
    desk.issue()
    printed = db.scalars(select(IssuedPrint).filter_by(kind="handover_list", subject_id=desk.handover_id)).one()
    with desk.at(A) as standing:
        assert standing.version
        assert (printed.hash, printed.version) == (standing.version.hash, 1)


def test_a_signature_is_for_the_version_that_was_read(desk: Desk) -> None:
    desk.enter()
    desk.issue()
    with desk.at(A) as standing, pytest.raises(DomainError):
        lists.sign_as(standing, Party.a, Signing(seen="f" * 64, address=""))


def test_the_grade_says_how_it_was_signed(desk: Desk) -> None:
    picture, scan = make.make_upload(None, "signature"), make.make_upload(None, "signature")
    desk.enter()
    desk.issue()
    with desk.at(A) as standing:
        seen = standing.version.hash if standing.version else ""
        assert Signing(seen=seen, address="").grade is Grade.password
        assert Signing(seen=seen, address="", drawing=picture).grade is Grade.password_drawn
        signed = lists.sign_as(standing, Party.a, Signing(seen=seen, address="", drawing=picture, scan=scan))
        assert (signed.grade, signed.drawing_id, signed.scan_id) == (Grade.ink_scan, picture.id, scan.id)


def test_a_signature_is_taken_back_with_a_reason_only_and_by_the_signer_only(desk: Desk) -> None:
    desk.enter()
    desk.issue()
    desk.sign(Party.a)

    def signature(standing):
        [version] = versions_of(desk.handover_id)
        return version, version.signatures[0]

    with desk.at(B) as standing, pytest.raises(DomainError):
        lists.take_back_own(standing, *signature(standing), "不是我")
    with desk.at(A) as standing:
        with pytest.raises(DomainError):
            lists.take_back_own(standing, *signature(standing), " ")
        lists.take_back_own(standing, *signature(standing), "页数数错了")
    with desk.at(A) as standing:
        assert standing.signature_of(Party.a) is None
        with pytest.raises(DomainError):
            lists.take_back_own(standing, *signature(standing), "再撤")
        assert signature(standing)[1].void.reason == "页数数错了"
        lists.sign_as(standing, Party.a, desk.signing(standing))
    with desk.at(A) as standing:
        assert standing.signature_of(Party.a) is not None


def test_what_is_filed_keeps_its_signatures(desk: Desk) -> None:
    desk.bring_to(S.filed)
    for who in (A, B, ARCHIVIST):
        with desk.at(who) as standing:
            [version] = versions_of(desk.handover_id)
            mine = next(each for each in version.signatures if each.signer_id == standing.actor_id)
            with pytest.raises(DomainError):
                lists.take_back_own(standing, version, mine, "想撤")


def test_handing_over_gives_custody_with_both_persons_and_the_moment(desk: Desk, db) -> None:
    desk.bring_to(S.with_b)
    handover = handover_row(db, desk)
    custody = db.scalars(select(Custody).filter_by(dossier_id=handover.dossier_id).order_by(Custody.id)).all()
    step = db.scalars(select(HandoverStep).filter_by(handover_id=desk.handover_id)).one()
    assert custody[-1].holder_id == make.user_called(B).id
    assert (custody[-1].ends_at, custody[-1].caused_by) == (None, "王磊")
    assert step.taken_by_id == make.user_called(A).id


# B's audit


def test_a_tick_holds_for_the_line_as_it_was_read(desk: Desk) -> None:
    desk.bring_to(S.with_b)
    desk.tick(Party.b)
    with desk.at(B) as standing:
        assert standing.unchecked(Party.b) == []
    desk.ask()
    with desk.at(A) as standing:
        first, _second = items_of(standing.handover.dossier_id)[:2]
        facts = {name: getattr(first, name) for name in ItemFacts.__slots__} | {"pages": 5}
        preparing.change_item(standing, first, ItemFacts(**facts))
    with desk.at(B) as standing:
        assert [line["item_id"] for line in standing.unchecked(Party.b)] == [first.id], "the others only moved"


def test_ticks_of_a_page_that_is_out_of_date_are_refused(desk: Desk) -> None:
    desk.bring_to(S.with_b)
    with desk.at(B) as standing:
        line = standing.lines[0]
        with pytest.raises(DomainError, match=line["title"]):
            auditing.check(standing, Party.b, {line["item_id"]: Tick(read="0" * 64, matches=True, signed=True)})
        with pytest.raises(DomainError):
            auditing.check(standing, Party.b, {999_999: Tick(read="0" * 64, matches=True, signed=True)})


def test_the_same_ticks_again_store_nothing(desk: Desk) -> None:
    desk.bring_to(S.with_b)
    desk.tick(Party.b)
    with desk.at(B) as standing:
        again = {line["item_id"]: Tick(read=line_hash(line), matches=True, signed=True) for line in standing.lines}
        assert auditing.check(standing, Party.b, again) == 0
        nothing = {line["item_id"]: Tick(read=line_hash(line), matches=False, signed=False) for line in standing.lines}
        assert auditing.check(standing, Party.b, nothing) == len(nothing)


def test_b_does_not_code_with_an_unticked_line(desk: Desk) -> None:
    desk.bring_to(S.with_b)
    desk.tick(Party.b, only=3)
    with desk.at(B) as standing, pytest.raises(DomainError):
        auditing.code(standing, {})
    desk.tick(Party.b, signed=False)
    with desk.at(B) as standing, pytest.raises(DomainError):
        auditing.code(standing, {})


def test_confirmed_codes_leave_the_list_as_it_was_signed(desk: Desk) -> None:
    desk.bring_to(S.coded)
    with desk.at(B) as standing:
        assert standing.is_current
        assert standing.signature_of(Party.a) is not None
        assert [item.code for item in items_of(standing.handover.dossier_id)] == [
            line["code"] for line in standing.lines
        ]


def test_other_codes_make_another_list_that_a_signs_again(desk: Desk) -> None:
    desk.bring_to(S.with_b)
    desk.tick(Party.b)
    with desk.at(B) as standing:
        first, second = [line for line in standing.lines if line["code"].startswith("1-")][:2]
        auditing.code(standing, {first["item_id"]: 2})
    with desk.at(B) as standing:
        assert standing.state is S.with_b
        assert not standing.is_current
        codes = {line["item_id"]: line["code"] for line in standing.lines}
        assert (codes[first["item_id"]], codes[second["item_id"]]) == ("1-02", "1-01")
        assert standing.unchecked(Party.b) == [], "the papers are the same"
    desk.issue()
    with desk.at(B) as standing, pytest.raises(DomainError, match="王磊"):
        auditing.code(standing, {})
    desk.sign(Party.a)
    desk.code()
    assert desk.state is S.coded


# What the list binds


def first_line(standing: Standing) -> dict[str, Any]:
    return standing.lines[0]


@pytest.mark.parametrize("what", ["scan", "original_no", "slot"])
def test_a_new_scan_contract_number_or_place_makes_the_list_outdated(desk: Desk, what: str) -> None:
    """While it is supplemented A may do all three; each asks for a new version and a new look at the line."""
    scan, other = make.make_upload(None, "dossier"), make.make_upload(None, "dossier")
    desk.enter()
    with desk.at(A) as standing:
        item = items_of(standing.handover.dossier_id)[0]
        dossiers.attach_file(item, session().get_one(Upload, scan.id))
    desk.issue()
    desk.sign(Party.a)
    desk.hand_to_b()
    desk.tick(Party.b)
    desk.ask()
    with desk.at(A) as standing:
        item = lists_of.items_of(standing.handover.dossier_id)[0]
        facts = {name: getattr(item, name) for name in ItemFacts.__slots__}
        given = {"scan": {}, "original_no": {"original_no": "HT-9"}, "slot": {"slot_id": None}}[what]
        upload = session().get_one(Upload, other.id) if what == "scan" else None
        preparing.change_item(standing, item, ItemFacts(**(facts | given)), upload)
    with desk.at(B) as standing:
        assert not standing.is_current
        assert [line["item_id"] for line in standing.unchecked(Party.b)] == [item.id]
        assert len(first_line(standing)["files"]) == 1


def test_the_list_names_a_b_and_the_projects_end(desk: Desk) -> None:
    desk.enter()
    desk.issue()
    with desk.at(A) as standing:
        assert standing.version
        said = standing.version.content
        assert (said["a"], said["b"]) == ("王磊", "赵倩")
        assert said["ends_on"] == standing.handover.project.ends_on.isoformat()


# Supplement lists


def test_a_line_is_closed_by_bs_check_alone(desk: Desk) -> None:
    desk.bring_to(S.supplementing)
    desk.tick(Party.b)
    with desk.at(B) as standing, pytest.raises(DomainError):
        auditing.code(standing, {})
    with pytest.raises(DomainError):
        desk.line(B, supplements.verify)
    with pytest.raises(DomainError):
        desk.line(B, supplements.provide, "我来补")
    desk.line(A, supplements.provide, "已补签，在卷内第3页")
    assert desk.state is S.supplementing, "bringing does not close"
    with pytest.raises(DomainError):
        desk.line(A, supplements.verify)
    with pytest.raises(DomainError):
        desk.line(B, supplements.bounce, " ")
    desk.line(B, supplements.bounce, "签的是别人的名字")
    desk.line(A, supplements.provide, "重新签了")
    desk.line(B, supplements.verify)
    assert desk.state is S.with_b
    with pytest.raises(DomainError):
        desk.line(B, supplements.bounce, "再看看")


@pytest.mark.parametrize("who", [A, B, ARCHIVIST])
def test_nobody_of_the_three_waives(desk: Desk, who: str) -> None:
    desk.bring_to(S.supplementing)
    with pytest.raises(DomainError):
        desk.line(who, supplements.waive, "不用补")


@pytest.mark.parametrize("who", [DEPUTY, MANAGER, "tangfeng"])
def test_somebody_above_waives_with_a_reason(desk: Desk, who: str) -> None:
    desk.bring_to(S.supplementing)
    with pytest.raises(DomainError):
        desk.line(who, supplements.waive, "")
    line = desk.line(who, lambda standing, line: [supplements.waive(standing, line, "董事出国，函件已存"), line][1])
    assert (line.state, line.decided_by_id) == (LineState.waived, make.user_called(who).id)
    assert desk.state is S.with_b


def test_a_waived_signature_stands_on_the_list_and_blocks_nothing(desk: Desk, sign_in) -> None:
    """Nobody ticks that a signature is there which is not: the waiver does, and is signed with the list."""
    desk.bring_to(S.with_b)
    with desk.at(B) as standing:
        line = first_line(standing)
        wanted = Wanted(kind=LineKind.missing_signature, wanted="董事签字", item_id=line["item_id"])
        supplements.ask(standing, [wanted])
    desk.tick(Party.b)
    with desk.at(B) as standing:
        tick = Tick(read=line_hash(line), matches=True, signed=False)
        auditing.check(standing, Party.b, {line["item_id"]: tick})
        assert [each["item_id"] for each in standing_again(desk).unchecked(Party.b)] == [line["item_id"]]
    desk.line(DEPUTY, supplements.waive, "董事出国，函件已存")
    with desk.at(B) as standing:
        assert standing.unchecked(Party.b) == []
        assert not standing.is_current, "the waiver is part of the list"
    assert "签字免补" in sign_in(B).get(f"/archive/handover/{desk.handover_id}").text
    desk.issue()
    desk.sign(Party.a)
    desk.code()
    with desk.at(B) as standing:
        assert standing.version
        [waived] = standing.version.content["waived"]
        assert waived == {"title": "董事签字", "reason": "董事出国，函件已存", "by": "沈涛"}
    paper = sign_in(A).get(f"/archive/handover/{desk.handover_id}/list/2.pdf").data
    assert "函件已存" in "".join("".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).split())


def standing_again(desk: Desk) -> Standing:
    return standing_of(get_handover(desk.handover_id))


def test_returned_with_an_open_line_a_provides_all_the_same(desk: Desk, sign_in) -> None:
    """B returned it from the supplement: the line stays A's to bring, at A's desk and after handing over again."""
    desk.bring_to(S.supplementing)
    desk.do(B, lambda standing: auditing.return_to_a(standing, "顺序不对"))
    work = "/archive/handover/?mine=supplement"
    here = f'href="/archive/handover/{desk.handover_id}"'
    assert here in sign_in(A).get(work).text
    desk.hand_to_b()
    assert here in sign_in(A).get(work).text
    desk.line(A, supplements.provide, "已补")
    assert here not in sign_in(A).get(work).text
    desk.line(B, supplements.verify)
    desk.tick(Party.b)
    desk.code()
    assert desk.state is S.coded


def test_a_second_list_gets_the_next_number(desk: Desk) -> None:
    desk.bring_to(S.supplementing)
    desk.ask("营业执照复印件")
    with desk.at(B) as standing:
        assert len(standing.open_lines) == 2
        with pytest.raises(DomainError):
            supplements.ask(standing, [])


# The back edges


def test_b_returns_with_a_reason_and_custody_goes_back(desk: Desk, db) -> None:
    desk.bring_to(S.with_b)
    with desk.at(B) as standing, pytest.raises(DomainError):
        auditing.return_to_a(standing, " ")
    desk.do(B, lambda standing: auditing.return_to_a(standing, "顺序不对"))
    assert desk.state is S.preparing
    custody = db.scalars(select(Custody).filter_by(dossier_id=handover_row(db, desk).dossier_id, ends_at=None)).one()
    assert custody.holder_id == make.user_called(A).id


def test_the_archivist_rejects_with_a_reason_and_b_submits_again(desk: Desk) -> None:
    desk.bring_to(S.checking)
    with desk.at(ARCHIVIST) as standing, pytest.raises(DomainError):
        steps.take(standing, "reject", "")
    desk.step(ARCHIVIST, "reject", "第4项页数不符")
    with desk.at(B) as standing:
        assert standing.state is S.with_b
        assert standing.signature_of(Party.b) is not None, "the list is the same"
    desk.code()
    desk.step(B, "submit")
    assert desk.state is S.checking


def test_after_signing_b_declines_no_more(desk: Desk) -> None:
    desk.bring_to(S.coded)
    desk.sign(Party.b)
    with desk.at(B) as standing, pytest.raises(DomainError):
        auditing.return_to_a(standing, "不想签了")
    with desk.at(B) as standing:
        [version] = versions_of(desk.handover_id)
        mine = next(each for each in version.signatures if each.party is Party.b)
        lists.take_back_own(standing, version, mine, "看漏了一页")
    desk.do(B, lambda standing: auditing.return_to_a(standing, "缺一页"))
    assert desk.state is S.preparing


def test_a_scan_is_measured_beside_what_was_counted(desk: Desk, db) -> None:
    upload = make.make_upload(None, "dossier")
    desk.enter(pages=2)
    with desk.at(A) as standing:
        item = items_of(standing.handover.dossier_id)[0]
        made = dossiers.attach_file(item, db.get_one(Upload, upload.id))
        assert made.checks["complete"]["claimed"] == 2
