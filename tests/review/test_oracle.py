"""The review and the slow oracle say the same of every dossier of a company in which everything is wrong once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select

from crm.archive.dossiers.models import Dossier
from crm.bulk import look_anew
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Estate
from crm.review.checks import checks
from crm.review.models import Finding
from crm.review.service import carry_out_at_once, open_review
from crm.review.wording import title_of_kind
from tests.review import (
    faults_cases,
    faults_customers,
    faults_dossiers,
    faults_engineering,
    faults_handover,
    faults_leaving,
    faults_lending,
    faults_loans,
    faults_money,
    faults_moves,
    faults_renovations,
    faults_units,
    faults_vault,
    oracle,
)
from tests.review.faults_cases import Maker
from tests.review.making import clean_company, clean_customer
from tests.review.sampling.making import make_count, make_reviewed, make_sampling

Work = Callable[..., Any]
ROOMS = (
    faults_cases,
    faults_customers,
    faults_dossiers,
    faults_engineering,
    faults_handover,
    faults_leaving,
    faults_lending,
    faults_loans,
    faults_money,
    faults_moves,
    faults_renovations,
    faults_units,
    faults_vault,
)


def paper_differs(estate: Estate) -> int:
    """Counted again, the paper agrees with the books; of the other dossier it does not."""
    dossiers = [faults_loans.dossier_called(clean_customer(estate).dossier) for _each in range(2)]
    sampling = make_sampling(make_reviewed(estate, dossiers), dossiers)
    for dossier in dossiers:
        make_count(sampling, dossier, agrees=False)
    again = make_sampling(make_reviewed(estate, dossiers[1:]), dossiers[1:])
    make_count(again, dossiers[1])
    return dossiers[0].id


FAULTS = {kind: maker for room in ROOMS for kind, maker in room.FAULTS.items()} | {"paper_differs": paper_differs}


def _makers() -> Iterator[Maker]:
    yield from FAULTS.values()
    for room in ROOMS:
        yield from (maker for _kind, maker in room.MORE)
        yield from room.INNOCENT


def _review(*estates: Estate) -> None:
    """All of them, and the loan archive."""
    for scope in (*(estate.id for estate in estates), None):
        review = open_review(scope, business_day())
        if review is not None:
            carry_out_at_once(review)


def test_one_look_finds_what_the_oracle_finds_and_every_kind(app: Flask, work: Work, estate: Estate) -> None:
    with app.app_context():
        for maker in _makers():
            maker(estate)

    with work():
        look_anew()  # PostgreSQL may have planned for the few that other tests had
        _review(estate)

    with work():
        ids = session().scalars(select(Dossier.id).order_by(Dossier.id)).all()
        wrong = {each: told for each in ids if (told := oracle.difference(each, business_day()))}
        found = set(session().scalars(select(Finding.kind).where(Finding.cured_at.is_(None)).distinct()))
    assert wrong == {}
    assert found == checks.keys()


def test_every_check_has_a_maker_of_its_fault_and_the_oracle_knows_it() -> None:
    assert checks.keys() == FAULTS.keys() == oracle.KINDS


def test_a_clean_company_has_no_finding(app: Flask, work: Work, estate: Estate) -> None:
    with app.app_context():
        for _each in range(2):
            clean_customer(estate)
            clean_company(estate)
            faults_handover.clean_project(estate)

    with work():
        _review(estate)

    with work():
        findings = session().scalars(select(Finding)).all()
        assert [(each.dossier_id, str(title_of_kind(each.kind)), each.detail) for each in findings] == []
