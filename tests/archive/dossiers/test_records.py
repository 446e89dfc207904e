"""What is put right after filing: nothing filed changes, nobody decides alone, the database holds it too."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from crm.archive.dossiers import history, invariants, proof, queries, reports, service
from crm.archive.dossiers.models import Dossier, TemplateSlot, Volume
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.queries import attachments_of, items_of
from crm.archive.dossiers.service import Giver
from crm.archive.numbers import service as numbers
from crm.audit.log import write_log
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store
from tests import factories as make
from tests.archive.dossiers.acting import (
    APPROVER,
    ARCHIVIST,
    DAY,
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
def archive(work):
    """A filed loan, the archivist appointed and acting, inside one unit of work."""
    appointed()
    with work() as db:
        dossier = filed_loan("application", "loan_contract", "iou")
        with acting(ARCHIVIST):
            yield db, dossier


def first(dossier):
    return items_of(dossier.id)[0]


def corrected(dossier, *, approve=True, field="title", new="小企业贷款申请书"):
    asked = service.ask_correction(dossier, first(dossier), field, new, "题名写错")
    with acting(APPROVER):
        service.decide_correction(asked, approve=approve, decision="" if approve else "不属实")
    return asked


def test_a_correction_shows_the_new_value_and_keeps_the_old_one(archive):
    _db, dossier = archive
    corrected(dossier)
    line = reports.dossier_file(dossier).lines[0]
    assert (line.shown("title"), line.corrected["title"].old, first(dossier).title) == (
        "小企业贷款申请书", "贷款申请书", "贷款申请书",
    )  # fmt: skip
    corrected(dossier, new="企业贷款申请书")
    line = reports.dossier_file(dossier).lines[0]
    assert (line.shown("title"), line.corrected["title"].old) == ("企业贷款申请书", "贷款申请书")


def test_a_refused_correction_changes_nothing(archive):
    db, dossier = archive
    asked = corrected(dossier, approve=False)
    write_log(db)
    assert asked.state is AskState.refused
    assert reports.dossier_file(dossier).lines[0].corrected == {}
    assert history.noted(dossier.id) == []


@pytest.mark.parametrize("approve", [True, False])
def test_what_was_decided_is_decided(archive, approve):
    _db, dossier = archive
    asked = corrected(dossier)
    with acting(APPROVER), pytest.raises(DomainError):
        service.decide_correction(asked, approve=approve, decision="再来")


def test_nobody_decides_what_one_asked_for_oneself(archive):
    db, dossier = archive
    asked = service.ask_correction(dossier, first(dossier), "title", "另一个", "写错")
    left = service.ask_removal(dossier, first(dossier), "取回", "客户")
    for decide, ask in ((service.decide_correction, asked), (service.decide_removal, left)):
        with pytest.raises(DomainError):
            decide(ask, approve=True, decision="")
    for table in ("archive_correction", "item_removal"):
        alone = text(f"UPDATE {table} SET state = 'approved', decided_by_id = asked_by_id")
        with pytest.raises(DBAPIError, match="two_people"), db.begin_nested():
            db.execute(alone)


def test_a_refusal_needs_a_reason(archive):
    _db, dossier = archive
    asked = service.ask_correction(dossier, first(dossier), "title", "另一个", "写错")
    with acting(APPROVER), pytest.raises(DomainError):
        service.decide_correction(asked, approve=False, decision=" ")


@pytest.mark.parametrize("field", ["code", "pages", "page_from", "derived_no", "nonsense"])
def test_numbers_codes_and_pages_are_not_corrected(archive, field):
    _db, dossier = archive
    with pytest.raises(DomainError):
        service.ask_correction(dossier, first(dossier), field, "9", "写错")


def test_the_same_is_not_asked_for_twice(archive):
    _db, dossier = archive
    service.ask_correction(dossier, first(dossier), "title", "另一个", "写错")
    with pytest.raises(DomainError):
        service.ask_correction(dossier, first(dossier), "title", "再一个", "写错")
    service.ask_removal(dossier, first(dossier), "取回", "客户")
    with pytest.raises(DomainError):
        service.ask_removal(dossier, first(dossier), "取回", "客户")


def test_a_removed_document_keeps_its_place_and_its_slot_is_missing_again(archive):
    _db, dossier = archive
    asked = service.ask_removal(dossier, first(dossier), "客户取回", "鑫源商贸")
    with acting(APPROVER):
        service.decide_removal(asked, approve=True, decision="")
    file = reports.dossier_file(dossier)
    assert file.lines[0].removal is not None
    assert "missing" in {slot.state for slot in file.sections[0].slots if slot.slot.code == "application"}
    with pytest.raises(DomainError):
        service.ask_removal(dossier, first(dossier), "再取", "客户")
    assert invariants.pages_run_on() == []


def test_what_was_removed_is_counted_no_more_and_can_be_brought_again(archive):
    _db, dossier = archive
    asked = service.ask_removal(dossier, first(dossier), "客户取回", "鑫源商贸")
    with acting(APPROVER):
        service.decide_removal(asked, approve=True, decision="")
    file = reports.dossier_file(dossier)
    assert (len(file.lines), len(file.present), file.page_count, file.sheet_count) == (3, 2, 6, 4)
    [row] = session().execute(queries.listed().where(Dossier.id == dossier.id))
    assert (row.items, row.pages) == (2, 6)
    assert first(dossier).id not in [line.item.id for line in file.present]


def test_what_is_asked_for_once_can_be_brought_again_after_it_was_removed(work):
    appointed()
    with work() as db:
        dossier = loan()
        section_id = slot(dossier, "application").section_id
        db.add(TemplateSlot(section_id=section_id, position=99, title="借款人承诺书", code="pledge", several=False))
        db.flush()
        item = service.add_item(dossier, said(dossier, "pledge"))
        with acting(ARCHIVIST):
            service.file_sealed(dossier, numbers.reserve("鸿借", 2026, dossier.title), DAY)
            again = (dossier, said(dossier, "pledge"), Giver(name="王磊", user_id=user_called(A).id), "重新签署")
            with pytest.raises(DomainError):
                service.file_supplement(*again)
            asked = service.ask_removal(dossier, item, "客户取回", "鑫源商贸")
            with acting(APPROVER):
                service.decide_removal(asked, approve=True, decision="")
            assert service.file_supplement(*again).code == "1-02补"


def test_a_field_that_may_be_empty_is_corrected_to_empty(archive):
    _db, dossier = archive
    corrected(dossier, field="note", new="有缺页")
    corrected(dossier, field="note", new="")
    assert reports.dossier_file(dossier).lines[0].shown("note") == ""
    for item in (first(dossier), None):
        with pytest.raises(DomainError):
            service.ask_correction(dossier, item, "title", " ", "写错")


def test_a_supplement_gets_the_next_code_pages_and_contract_number(archive):
    db, dossier = archive
    given = Giver(name="王磊", user_id=user_called(A).id)
    one = service.file_supplement(dossier, said(dossier, "surety_contract", pages=4), given, "后签")
    assert (one.code, one.page_from, one.page_to, one.derived_no) == ("2-03补", 10, 13, "2026鸿借字第001-02号")
    write_log(db)
    assert [entry.kind for entry in history.noted(dossier.id)] == ["SupplementFiled"]


def test_who_brings_a_supplement_does_not_file_it(archive):
    db, dossier = archive
    with pytest.raises(DomainError):
        service.file_supplement(dossier, said(dossier), Giver(name="冯雪", user_id=user_called(ARCHIVIST).id), "后补")
    made = service.file_supplement(dossier, said(dossier), Giver(name="王磊", user_id=user_called(A).id), "后补")
    with pytest.raises(DBAPIError), db.begin_nested():
        db.execute(
            text(
                "INSERT INTO supplement_filing (dossier_id, item_id, giver, giver_id, archivist_id, reason, filed_at) "
                "SELECT dossier_id, :item, giver, archivist_id, archivist_id, reason, filed_at FROM supplement_filing"
            ),
            {"item": first(dossier).id},
        )
    assert made.supplement


def test_who_is_not_appointed_files_no_supplement(work):
    with work():
        dossier = filed_loan("application")
        with acting(ARCHIVIST), pytest.raises(DomainError, match="总经理"):
            service.file_supplement(dossier, said(dossier), Giver(name="王磊"), "后补")


def test_what_does_not_apply_has_a_reason_and_is_not_missing(work):
    with work():
        dossier = loan()
        service.add_item(dossier, said(dossier))
        wanted = slot(dossier, "due_diligence")
        with pytest.raises(DomainError):
            service.state_absence(dossier, wanted, " ")
        service.state_absence(dossier, wanted, "续贷，沿用上次报告")
        states = {s.slot.code: s.state for section in reports.dossier_file(dossier).sections for s in section.slots}
        assert states["due_diligence"] == "absent"
        service.state_absence(dossier, wanted, "仍需补", absent=False)
        states = {s.slot.code: s.state for section in reports.dossier_file(dossier).sections for s in section.slots}
        assert (states["due_diligence"], states["application"], states["articles"]) == (
            "missing", "present", "optional",
        )  # fmt: skip
        with pytest.raises(DomainError):
            service.state_absence(dossier, slot(dossier, "application"), "不用")


def test_only_a_document_of_the_dossiers_own_checklist_can_be_said_not_to_apply(work, estate):
    customers_id = make.make_dossier(estate).id
    with work() as db:
        filed, forming, customers = filed_loan(), loan(2), db.get_one(Dossier, customers_id)
        wanted = slot(forming, "articles")
        uncoded = TemplateSlot(section_id=wanted.section_id, title="无代码", code="")
        others = ((forming, slot(customers, "lease")), (customers, wanted), (forming, uncoded))
        for dossier, asked in ((filed, slot(filed, "due_diligence")), *others):
            with pytest.raises(DomainError):
                service.state_absence(dossier, asked, "不用")


def test_an_attachment_is_never_counted_and_goes_back_once_against_a_receipt(archive):
    db, dossier = archive
    before = service.list_content(dossier)
    made = service.add_attachment(dossier, "客户留存合同", "鑫源商贸", copies=2)
    after = service.list_content(dossier)
    assert (after["pages"], after["sheets"], after["sections"]) == (
        before["pages"], before["sheets"], before["sections"],
    )  # fmt: skip
    with pytest.raises(DomainError):
        service.release_attachment(made, "陈志远", " ")
    service.release_attachment(made, "陈志远", "收条 18")
    with pytest.raises(DomainError):
        service.release_attachment(made, "陈志远", "收条 19")
    db.expire_all()
    assert attachments_of(dossier.id)[0].release.receipt == "收条 18"


FROZEN = {
    "a filed document": "UPDATE dossier_item SET title = 'x'",
    "its pages": "UPDATE dossier_item SET page_to = page_to + 1, pages = pages + 1",
    "its being there": "DELETE FROM dossier_item",
    "its file": "DELETE FROM rendition",
    "the dossier's number": "UPDATE dossier SET number_id = NULL, code = NULL, state = 'forming', filed_at = NULL",
    "the dossier's title": "UPDATE dossier SET title = 'x'",
    "its security class": "UPDATE dossier SET security = 'secret'",
    "the dossier": "DELETE FROM dossier",
    "a decided correction": "UPDATE archive_correction SET new = 'x'",
    "a print": "UPDATE issued_print SET hash = 'x'",
    "its being filed": "UPDATE dossier SET state = 'forming'",
    "a number's state": "UPDATE number SET state = 'void', reason = 'x' WHERE state = 'committed'",
    "a number's text": "UPDATE number SET text = text || 'x'",
    "a number": "DELETE FROM number",
    "how far a series is": "UPDATE number_series SET last = last - 1",
    "a series": "DELETE FROM number_series",
    "what a number was taken for": "UPDATE archive_number SET title = 'x'",
    "who has it": "UPDATE custody SET holder_id = 1, location_id = NULL WHERE ends_at IS NULL",
    "since when": "UPDATE custody SET starts_at = '2020-01-01 00:00:00' WHERE ends_at IS NULL",
    "an appointment's person": "UPDATE appointment SET user_id = appointed_by_id + 1 WHERE ends IS NULL",
    "an appointment's first day": "UPDATE appointment SET starts = '2020-01-01' WHERE ends IS NULL",
    "what was asked for": "UPDATE archive_correction SET new = 'x' WHERE state = 'asked'",
    "why it was asked for": "UPDATE item_removal SET reason = 'x' WHERE state = 'asked'",
    "a closed volume": "UPDATE volume SET closed_at = NULL",
    "a checklist's being in force": "UPDATE dossier_template SET state = 'draft' WHERE state = 'in_force'",
    "an attachment": "DELETE FROM attachment",
    "an ended custody": "UPDATE custody SET cause = 'x' WHERE ends_at IS NOT NULL",
    "a checklist in force": "UPDATE dossier_template SET title = 'x' WHERE state = 'in_force'",
    "its documents": "DELETE FROM template_slot",
    "its sections": "UPDATE template_section SET title = 'x'",
}


@pytest.mark.parametrize("what", FROZEN)
def test_the_database_refuses_to_change(archive, what):
    db, dossier = archive
    corrected(dossier)
    service.add_attachment(dossier, "合同", "鑫源商贸")
    service.take_custody(dossier, holder_id=user_called(ARCHIVIST).id, cause="handed_over")
    proof.issue("note_sheet", dossier.id, "n", {"a": 1})
    service.attach_file(first(dossier), store.keep(pdf(3), "申请书.pdf", purpose="dossier", estate_id=None))
    service.ask_correction(dossier, first(dossier), "note", "有缺页", "漏写")
    service.ask_removal(dossier, first(dossier), "取回", "客户")
    db.add(Volume(dossier_id=dossier.id, year=2026, closed_at=utc_now()))
    db.flush()
    with pytest.raises(DBAPIError, match=r"append-only|filed_stays"), db.begin_nested():
        db.execute(text(FROZEN[what]))


def test_a_forming_dossier_is_not_corrected_but_changed(work):
    with work():
        dossier = loan()
        item = service.add_item(dossier, said(dossier))
        with acting(ARCHIVIST):
            for ask in (
                lambda: service.ask_correction(dossier, item, "title", "x", "写错"),
                lambda: service.ask_removal(dossier, item, "取回", "客户"),
            ):
                with pytest.raises(DomainError):
                    ask()


def classified(dossier, *, new="secret"):
    asked = service.ask_correction(dossier, None, "security", new, "含客户核心技术资料")
    with acting(APPROVER):
        service.decide_correction(asked, approve=True, decision="")
    return asked


def test_the_security_class_changes_only_through_a_record(archive):
    db, dossier = archive
    before = service.list_content(dossier)
    classified(dossier)
    classified(dossier, new="confidential")
    write_log(db)
    file = reports.dossier_file(dossier)
    assert (file.shown("security"), file.corrected["security"].old, dossier.security) == (
        "confidential", "internal", "internal",
    )  # fmt: skip
    assert service.list_content(dossier) == before, "what was signed stays what it was"
    [first_note, last_note] = history.noted(dossier.id)
    assert "内部 → 机密" in history.told_by(first_note.kind, first_note.data)
    assert "机密 → 秘密" in history.told_by(last_note.kind, last_note.data)


@pytest.mark.parametrize("unknown", ["", "top", "机密", "Secret"])
def test_an_unknown_security_class_is_refused_with_a_sentence(archive, unknown):
    _db, dossier = archive
    with pytest.raises(DomainError, match="密级"):
        service.ask_correction(dossier, None, "security", unknown, "写错")


def test_a_security_class_is_no_title(archive):
    """What was corrected is searched by its title alone."""
    db, dossier = archive
    classified(dossier)
    found = db.scalars(queries.listed().with_only_columns(Dossier.id).where(queries.called("secret"))).all()
    assert found == []
