"""A sealed dossier from its first document to the archive, and a living one that takes them one by one."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfWriter
from sqlalchemy import select

from crm.archive.dossiers import service
from crm.archive.dossiers.models import Custody, Dossier, DossierTemplate, Item
from crm.archive.dossiers.models.dossier import DossierState, Stage
from crm.archive.dossiers.models.template import DossierKind, TemplateState
from crm.archive.dossiers.queries import items_of, sections_of
from crm.archive.dossiers.service import DocumentFacts, ItemFacts
from crm.archive.numbers import service as numbers
from crm.errors import DomainError
from crm.files import store

DAY = date(2012, 5, 7)


def pdf(pages=1):
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def opened(kind=DossierKind.loan, subject_id=1, **given):
    return service.open_dossier(kind, "project", subject_id, "鑫源商贸 500 万元", opened_on=DAY, **given)


def slot(dossier, code):
    return next(s for section in sections_of(dossier.template_id) for s in section.slots if s.code == code)


def said(dossier, code="application", **given):
    wanted = slot(dossier, code)
    facts = {"title": wanted.title, "pages": 3, "sheets": 2} | given
    return ItemFacts(section_id=wanted.section_id, slot_id=wanted.id, **facts)


def codes(content):
    return [line["code"] for section in content["sections"] for line in section["lines"]]


def test_a_loan_from_its_first_document_to_the_archive(work):
    with work():
        dossier = opened()
        assert opened() is dossier
        assert dossier.state is DossierState.forming
        service.add_item(dossier, said(dossier, "loan_contract", pages=8, sheets=4, original_no="JK-7"))
        service.add_item(dossier, said(dossier, "surety_contract", pages=5, sheets=5))
        first = service.add_item(dossier, said(dossier, "application"))
        service.add_attachment(dossier, "客户留存合同", "鑫源商贸", copies=2)
        content = service.list_content(dossier)
        assert [line["code"] for section in content["sections"] for line in section["lines"]] == [
            "1-01",
            "2-01",
            "2-02",
        ]
        number = numbers.reserve("鸿借", 2012, dossier.title)
        service.give_number(dossier, number)
        service.file_sealed(dossier, number, DAY)
        assert dossier.code == "2012鸿借字第001号"
        filed = items_of(dossier.id)
        assert [item.derived_no for item in filed] == [None, "2012鸿借字第001-01号", "2012鸿借字第001-02号"]
        assert [(item.page_from, item.page_to) for item in filed] == [(1, 3), (4, 11), (12, 16)]
        with pytest.raises(DomainError, match="已归档"):
            service.change_item(first, said(dossier, "application", pages=4))
        after = service.list_content(dossier)
        assert service.content_hash(after) == service.content_hash(service.list_content(dossier))
        assert codes(after) == ["1-01", "2-01", "2-02"]


def test_what_lies_in_a_forming_dossier_can_be_changed_moved_and_taken_out(work):
    with work() as db:
        dossier = opened()
        one = service.add_item(dossier, said(dossier, "application"))
        other = service.add_item(dossier, said(dossier, "decision", pages=1, sheets=1))
        service.arrange(dossier)
        assert (one.code, other.code, one.stage) == ("1-01", "1-02", Stage.arranged)
        service.move_item(other, 1)
        assert (one.code, one.stage) == (None, Stage.collected)
        service.arrange(dossier)
        assert (one.code, other.code) == ("1-02", "1-01")
        service.change_item(one, said(dossier, "application", pages=6, sheets=6))
        upload = store.keep(pdf(2), "申请书.pdf", purpose="dossier", estate_id=None)
        kept = service.attach_file(one, upload)
        assert kept.checks["complete"] == {"passed": False, "claimed": 6, "measured": 2}
        assert kept.checks["safe"]["passed"]
        service.take_out(one)
        assert db.scalars(select(Item)).all() == [other]


def test_a_customers_dossier_takes_documents_one_by_one(work, estate):
    with work() as db:
        dossier = service.open_dossier(
            DossierKind.property, "customer", 7, "欧阳娜娜", opened_on=DAY, estate_id=estate.id, code="3-1-502/01"
        )
        assert dossier.state is DossierState.open
        facts = DocumentFacts(title="入驻登记表", pages=2, source_kind="move_in", source_id=5)
        one = service.file_document("customer", 7, "registration_form", facts)
        assert service.file_document("customer", 7, "registration_form", facts) is one
        other = service.file_document("customer", 7, "lease", DocumentFacts(title="租赁合同", pages=4, sheets=2))
        assert [(item.code, item.page_from, item.page_to) for item in (one, other)] == [("4-01", 1, 2), ("4-02", 3, 6)]
        assert len(db.scalars(select(Custody).filter_by(dossier_id=dossier.id, ends_at=None)).all()) == 1


def test_thousands_are_opened_in_a_fixed_number_of_queries(work, estate, queries):
    def some(first, count):
        return [
            service.Opening(
                subject_kind="customer",
                subject_id=n,
                title=f"客户 {n}",
                opened_on=DAY,
                estate_id=estate.id,
                code=str(n),
            )
            for n in range(first, first + count)
        ]

    with work():
        service.open_dossier(DossierKind.property, "customer", 9, "先", opened_on=DAY, estate_id=estate.id)
        with queries() as few:
            service.open_dossiers(DossierKind.property, some(10, 5))
        with queries() as many:
            assert service.open_dossiers(DossierKind.property, some(10, 300)) == 295
        assert len(many) <= len(few) + 2


def test_the_shipped_checklists_are_to_be_confirmed(work):
    with work() as db:
        opened()
        shipped = db.scalars(select(DossierTemplate).order_by(DossierTemplate.kind)).all()
        assert [(each.state, each.confirmed) for each in shipped] == [(TemplateState.in_force, False)] * 3
        assert sorted(len(sections_of(each.id)) for each in shipped) == [4, 4, 12]
        assert db.scalars(select(Dossier)).one().template_id in {each.id for each in shipped}
