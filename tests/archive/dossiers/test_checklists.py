"""Editions of the checklists, and what a later one means for dossiers that stand."""

from __future__ import annotations

from datetime import date

import pytest

from crm.archive.dossiers import reports, service
from crm.archive.dossiers.models.template import DossierKind, Form, PolicyScope, TemplateState
from crm.archive.dossiers.queries import find_in_force, policy_on, sections_of
from crm.archive.dossiers.seeding import seed
from crm.archive.dossiers.service import DocumentFacts, templates
from crm.errors import DomainError
from tests.archive.dossiers.acting import DAY, loan, said

KIND = DossierKind.property
FACTS = {"title": "宠物登记", "required": True, "several": True, "form": Form.either}
FACTS |= {"signed_by": "", "is_contract": False, "is_title": False, "code": "pets"}


@pytest.fixture
def draft(work):
    with work():
        yield templates.draft_edition(find_in_force(KIND))


def titles(template):
    return [(section.position, section.title) for section in sections_of(template.id)]


def test_a_draft_has_everything_of_the_edition_before(draft):
    before = find_in_force(KIND)
    assert (draft.edition, draft.state, draft.confirmed) == (2, TemplateState.draft, False)
    assert titles(draft) == titles(before)
    codes = [[slot.code for slot in section.slots] for section in sections_of(before.id)]
    assert [[slot.code for slot in section.slots] for section in sections_of(draft.id)] == codes
    with pytest.raises(DomainError):
        templates.draft_edition(before)


def test_sections_and_documents_move_and_stay_numbered_without_gaps(draft):
    sections = sections_of(draft.id)
    made = templates.add_section(draft, "宠物", 2)
    assert [title for _place, title in titles(draft)][:3] == ["客户单位资料", "宠物", "缴费记录"]
    templates.add_slot(draft, made, FACTS)
    other = templates.add_slot(draft, made, FACTS | {"code": "dogs", "title": "犬证"}, 1)
    templates.change_slot(draft, other, FACTS | {"code": "dogs", "title": "犬只登记证"}, 2)
    templates.change_section(draft, sections[0], "客户资料", 13)
    assert [place for place, _title in titles(draft)] == list(range(1, 14))
    templates.remove_slot(draft, other)
    templates.remove_section(draft, made)
    assert [place for place, _title in titles(draft)] == list(range(1, 13))


def test_an_edition_in_force_never_changes(draft):
    standing = find_in_force(KIND)
    section = sections_of(standing.id)[0]
    for change in (
        lambda: templates.rename_template(standing, "x"),
        lambda: templates.add_section(standing, "x"),
        lambda: templates.change_section(standing, section, "x", 1),
        lambda: templates.remove_section(standing, section),
        lambda: templates.add_slot(standing, section, FACTS),
        lambda: templates.change_slot(standing, section.slots[0], FACTS, 1),
        lambda: templates.remove_slot(standing, section.slots[0]),
        lambda: templates.put_in_force(standing),
    ):
        with pytest.raises(DomainError):
            change()


def test_what_cannot_be_put_in_force(draft):
    templates.add_section(draft, "空")
    with pytest.raises(DomainError):
        templates.put_in_force(draft)
    sections = sections_of(draft.id)
    templates.add_slot(draft, sections[-1], FACTS | {"code": "identity"})
    with pytest.raises(DomainError, match="identity"):
        templates.put_in_force(draft)


def test_codes_other_desks_file_by_are_kept(draft):
    receipt = next(s for section in sections_of(draft.id) for s in section.slots if s.code == "repair_order")
    templates.change_slot(draft, receipt, FACTS | {"code": "other"}, 1)
    with pytest.raises(DomainError, match="repair_order"):
        templates.put_in_force(draft)


def test_a_later_edition_holds_for_new_filing_and_old_documents_stay(estate, draft):
    given = {"opened_on": DAY, "estate_id": estate.id, "code": "3-1-502/01"}
    dossier = service.open_dossier(KIND, "customer", 7, "欧阳娜娜", **given)
    old = service.file_document("customer", 7, "identity", DocumentFacts(title="身份证明"))
    templates.add_slot(draft, sections_of(draft.id)[0], FACTS)
    before = find_in_force(KIND)
    templates.put_in_force(draft)
    assert (before.state, draft.state) == (TemplateState.superseded, TemplateState.in_force)
    new = service.file_document("customer", 7, "pets", DocumentFacts(title="犬证"))
    assert (old.code, new.code) == ("1-01", "1-02")
    assert old.section_id != new.section_id
    first = reports.dossier_file(dossier).sections[0]
    assert {slot.slot.code: slot.state for slot in first.slots} == {
        "identity": "present", "staff_roster": "optional", "company_nature": "optional", "pets": "present",
    }  # fmt: skip


def test_a_sealed_dossier_keeps_its_edition(work):
    with work():
        dossier = loan()
        own = find_in_force(DossierKind.loan)
        templates.put_in_force(templates.draft_edition(own))
        service.add_item(dossier, said(dossier))
        assert dossier.template_id == own.id


def test_the_company_confirms_once(work):
    with work():
        shipped = find_in_force(KIND)
        templates.confirm_template(shipped)
        with pytest.raises(DomainError):
            templates.confirm_template(shipped)
        templates.put_in_force(templates.draft_edition(shipped))
        with pytest.raises(DomainError):
            templates.confirm_template(shipped)


def test_a_dossier_carries_the_policy_in_force_at_its_start(work):
    with work():
        later = templates.enter_policy(PolicyScope.credit, "档案管理办法（修订）", date(2026, 5, 1))
        assert policy_on(DossierKind.loan, date(2026, 4, 30)).id != later.id
        assert loan().policy_version_id == later.id
        assert policy_on(KIND, DAY).scope is PolicyScope.property
        assert policy_on(DossierKind.guarantee, date(1999, 1, 1)).effective_from == date(2012, 1, 1)


def test_seeding_twice_adds_nothing(work):
    with work() as db:
        before = {table: db.query(table).count() for table in (type(find_in_force(KIND)),)}
        seed()
        assert {table: db.query(table).count() for table in before} == before


def test_what_the_company_confirmed_is_to_be_confirmed_anew_once_it_is_edited(draft):
    templates.confirm_template(draft)
    templates.rename_template(draft, draft.title)
    assert draft.confirmed
    templates.add_slot(draft, sections_of(draft.id)[0], FACTS)
    assert not draft.confirmed


def test_a_policy_that_was_entered_is_the_companys_to_confirm(work):
    with work():
        assert not templates.enter_policy(PolicyScope.property, "客户档案办法", DAY).confirmed
