"""Loans and guarantees: each fault is found, what is like it is not, and what is mended is found no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.archive.credit import service as projects
from crm.archive.credit.models import Client, ClientKind, Project
from crm.archive.credit.service import ClientFacts
from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.handover.models import HandoverState
from crm.archive.handover.service import supplements
from crm.properties.models import Estate
from crm.review.checks import asked, checks, of_kind
from tests.acting import as_
from tests.archive.handover.desk import DEPUTY, A, appoint, open_desk
from tests.review import faults_handover
from tests.review import faults_loans as faults
from tests.review.looked import found_in, places

Work = Callable[..., Any]
FAULTS = {**faults.FAULTS, **faults_handover.FAULTS}
MORE, INNOCENT = (*faults.MORE, *faults_handover.MORE), (*faults.INNOCENT, *faults_handover.INNOCENT)


def test_every_fault_is_found_and_nothing_else(app: Flask, work: Work, estate: Estate) -> None:
    wrong = [(kind, maker(estate)) for kind, maker in (*FAULTS.items(), *MORE)]
    wrong.append(("client_number_wrong", faults.project(of=faults.person(app, faults.WRONG_ID)).dossier_id or 0))
    innocent = {maker(estate): maker.__name__ for maker in INNOCENT}
    innocent[faults.project(of=faults.person(app)).dossier_id or 0] = "person"

    found = found_in(work, [*(dossier_id for _kind, dossier_id in wrong), *innocent])

    mine = FAULTS.keys()
    assert [(kind, found[key].keys() & mine) for kind, key in wrong] == [(kind, {kind}) for kind, _key in wrong]
    assert {name: found[key].keys() & mine for key, name in innocent.items() if found[key].keys() & mine} == {}


def test_a_number_that_nobody_can_read_any_more_is_wrong_and_stops_no_review(
    app: Flask, work: Work, db: Session
) -> None:
    client = faults.person(app)
    key = faults.project(of=client).dossier_id or 0
    with work() as own:
        own.get_one(Client, client.id).id_sealed = b"sealed with a key that is lost"

    assert found_in(work, [key])[key].keys() & FAULTS.keys() == {"client_number_wrong"}


def test_each_names_the_place_that_mends_it(
    app: Flask, work: Work, estate: Estate, sign_in: Callable[[str], FlaskClient], db: Session
) -> None:
    appoint(db)
    addresses = places(app, work, {kind: maker(estate) for kind, maker in FAULTS.items()})

    answers = {
        kind: sign_in(checks[kind].role).get(address, follow_redirects=True).status_code
        for kind, address in addresses.items()
    }
    assert answers == dict.fromkeys(FAULTS, 200)


def test_a_dossier_on_its_way_is_faultless_once_it_is_mended(work: Work, db: Session) -> None:
    """Through the product's own verbs; the project ended long ago."""
    appoint(db)
    desk = open_desk(work, ends_on=faults.day_ago(60))
    with work() as own:
        key = own.get_one(Project, desk.project_id).dossier_id or 0
    late = found_in(work, [key])[key]
    with work(as_(A)) as own:
        others = sum(check.measure is Measure.complete for check in of_kind(DossierKind.loan) if not check.questions)
        assert len(late["project_paper_missing"]) == asked(DossierKind.loan)[Measure.complete] - others
        project = own.get_one(Project, desk.project_id)
        facts = {"name": "鑫源商贸", "credit_code": faults.CODE, "legal_representative": "陈志远", "phone": PHONE}
        projects.change_client(own.get_one(Client, project.client_id), ClientFacts(kind=ClientKind.company, **facts))
    assert late.keys() == {"project_paper_missing", "handover_late_a", *OF_CLIENTS}

    desk.bring_to(HandoverState.with_b)
    desk.ask()
    assert found_in(work, [key])[key] == {"signature_missing": ["董事签字"]}

    desk.line(DEPUTY, supplements.waive, "董事在国外")
    assert found_in(work, [key])[key] == {}


PHONE = "13907315678"
OF_CLIENTS = ("client_number_missing", "client_phone_missing", "representative_missing")
