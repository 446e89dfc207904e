"""Every state × action: what cannot be done is refused with a sentence that says why, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.archive.dossiers import service
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.models.template import DossierKind, Form
from crm.archive.dossiers.queries import items_of
from crm.archive.dossiers.service import DocumentFacts, Giver
from crm.archive.numbers import service as numbers
from crm.errors import DomainError
from tests.archive.dossiers.acting import ARCHIVIST, DAY, acting, appointed, filed_loan, loan, said, slot


def forming(_estate: Any) -> Dossier:
    dossier = loan()
    service.add_item(dossier, said(dossier))
    return dossier


def filed(_estate: Any) -> Dossier:
    return filed_loan("application")


def opened(estate: Any) -> Dossier:
    dossier = service.open_dossier(
        DossierKind.property, "customer", 7, "欧阳娜娜", opened_on=DAY, estate_id=estate.id, code="3-1-502/01"
    )
    service.file_document("customer", 7, "identity", DocumentFacts(title="身份证明"))
    return dossier


def closed(estate: Any) -> Dossier:
    dossier = opened(estate)
    service.close_dossier(dossier, "迁出", day=DAY)
    return dossier


STATES: dict[str, Callable[[Any], Dossier]] = {
    "forming": forming, "filed": filed, "open": opened, "closed": closed,
}  # fmt: skip


def item(dossier: Dossier) -> Item:
    return items_of(dossier.id)[0]


def facts(dossier: Dossier) -> Any:
    return said(dossier, "application" if dossier.sealed else "identity", title="另一份", pages=4, form=Form.copy)


def file_sealed(dossier: Dossier) -> None:
    service.file_sealed(dossier, numbers.reserve("鸿借", 2026, "又一次"), DAY)


def file_into(dossier: Dossier) -> None:
    wanted = slot(dossier, "application" if dossier.sealed else "identity")
    service.file_into(dossier, wanted.section_id, wanted, DocumentFacts(title="一份"))


def supplement(dossier: Dossier) -> None:
    service.file_supplement(dossier, facts(dossier), Giver(name="王磊"), "后补")


ACTIONS: dict[str, tuple[Callable[[Dossier], object], set[str]]] = {
    "add": (lambda dossier: service.add_item(dossier, facts(dossier)), {"forming"}),
    "change": (lambda dossier: service.change_item(item(dossier), facts(dossier)), {"forming"}),
    "take_out": (lambda dossier: service.take_out(item(dossier)), {"forming"}),
    "move": (lambda dossier: service.move_item(item(dossier), 1), {"forming"}),
    "arrange": (service.arrange, {"forming"}),
    "give_number": (lambda d: service.give_number(d, numbers.reserve("鸿借", 2026, "预留")), {"forming"}),
    "file_sealed": (file_sealed, {"forming"}),
    "file_into": (file_into, {"open"}),
    "supplement": (supplement, {"filed"}),
    "close": (lambda dossier: service.close_dossier(dossier, "迁出", day=DAY), {"open"}),
    "reopen": (lambda dossier: service.reopen_dossier(dossier, "迁回"), {"closed"}),
    "correct": (
        lambda dossier: service.ask_correction(dossier, item(dossier), "note", "更正", "写错"),
        {"filed", "open", "closed"},
    ),
    "correct_title": (
        lambda dossier: service.ask_correction(dossier, None, "title", "更正", "写错"),
        {"filed", "open", "closed"},
    ),
    "remove": (
        lambda dossier: service.ask_removal(dossier, item(dossier), "取回", "客户"),
        {"filed", "open", "closed"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_every_cell(work, estate, state, action):
    appointed()
    with work():
        dossier = STATES[state](estate)
        act, allowed = ACTIONS[action]
        with acting(ARCHIVIST):
            if state in allowed:
                act(dossier)
                return
            before = service.content_hash(service.list_content(dossier))
            with pytest.raises(DomainError) as refused:
                act(dossier)
        assert len(str(refused.value)) > 8
        assert service.content_hash(service.list_content(dossier)) == before


def test_a_living_dossier_that_was_closed_goes_on_in_another(work, estate):
    with work():
        old = opened(estate)
        new = service.open_dossier(
            DossierKind.property, "customer", 8, "欧阳娜娜", opened_on=DAY, estate_id=estate.id, code="3-1-502/02"
        )
        service.close_dossier(old, "合并", day=DAY, continued_in=new)
        filed_item = service.file_document("customer", 7, "phone_card", DocumentFacts(title="联系人卡"))
        assert filed_item.dossier_id == new.id


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"pages": 0}, "页数"),
        ({"sheets": 0}, "页数"),
        ({"pages": 2, "sheets": 3}, "张数"),
        ({"section_id": 999_999}, "部分"),
        ({"slot_id": 999_999}, "部分里的材料"),
    ],
)
def test_what_is_said_of_a_document_must_be_sound(work, given, why):
    with work():
        dossier = loan()
        facts = {name: getattr(said(dossier), name) for name in said(dossier).__slots__} | given
        with pytest.raises(DomainError, match=why):
            service.add_item(dossier, service.ItemFacts(**facts))


def test_the_original_of_a_title_document_is_never_filed(work):
    with work():
        dossier = loan()
        with pytest.raises(DomainError, match="权证"):
            service.add_item(dossier, said(dossier, "title_copies", form=Form.original))
        service.add_item(dossier, said(dossier, "title_copies", form=Form.copy))


def test_an_unknown_slot_or_matter_is_refused(work, estate):
    with work():
        opened(estate)
        with pytest.raises(DomainError, match="nowhere"):
            service.file_document("customer", 7, "nowhere", DocumentFacts(title="x"))
        with pytest.raises(DomainError):
            service.file_document("customer", 999, "identity", DocumentFacts(title="x"))


def test_an_empty_dossier_is_not_filed(work):
    with work(), acting(ARCHIVIST), pytest.raises(DomainError):
        service.file_sealed(loan(), numbers.reserve("鸿借", 2026, "空"), DAY)
