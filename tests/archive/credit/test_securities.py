"""What stands behind a project: entered by A, released by a manager with the paper, contracts and their numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from crm.archive.credit import queries
from crm.archive.credit.models import Client, Collateral, Contract, Guarantor, Project, ProjectState
from crm.archive.credit.papers import sheet_content
from crm.archive.credit.reports import ProjectSheet, sheet
from tests import factories as make
from tests.archive.credit.test_importing import FIRST, carried_out, checked, register
from tests.archive.credit.test_steps import SCAN

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
NUMBER = "110101199003071233"
CONTRACT = {"title": "借款合同", "original_no": "JK-1"}


def paper() -> dict[str, Any]:
    return {"reason": "已换抵押物", "evidence": (BytesIO(SCAN), "同意书.png")}


def links(client: FlaskClient, page: str, words: str) -> list[str]:
    text = client.get(f"{page}?tab=securities").text
    return [part.split('"')[0] for part in text.split('href="') if part.split('"')[0].endswith(words)]


@pytest.mark.parametrize("state", [ProjectState.approved, ProjectState.ended])
def test_a_enters_and_a_manager_releases(sign_in: SignIn, db: Session, state: ProjectState) -> None:
    project = make.make_project(state)
    a, manager, page = sign_in("wanglei"), sign_in("hanbing"), f"/credit/projects/{project.id}"
    guarantor = {"client_id": "", "kind": "company", "name": "恒泰建材", "amount": "200万", "version": project.version}
    assert a.post(f"{page}/guarantors/new", data=guarantor).status_code == 302
    collateral = {"kind": "real_estate", "description": "解放路8号商铺", "owner": "鑫源", "version": project.version}
    assert a.post(f"{page}/collateral/new", data=collateral).status_code == 302
    assert links(a, page, "/release") == []
    addresses = links(manager, page, "/release")
    assert len(addresses) == 2
    for address in addresses:
        version = {"version": project.version}
        assert a.post(address, data=paper() | version).status_code == 403
        assert manager.post(address, data={"reason": "已换抵押物"} | version).status_code == 422, "no paper"
        assert manager.post(address, data=paper() | version | {"reason": ""}).status_code == 422
        assert manager.post(address, data=paper() | version).status_code == 302
        assert manager.post(address, data=paper() | version).status_code == 422, "twice"
    assert manager.get(f"{page}?tab=securities").text.count("已换抵押物") >= 2
    [released] = db.scalars(select(Guarantor))
    assert a.get(f"{page}/evidence/{released.end_evidence_id}").status_code == 200


def test_a_person_stands_surety_as_a_registered_client_whose_number_stays_masked(
    sign_in: SignIn, db: Session, work: Work
) -> None:
    project = make.make_project(ProjectState.approved)
    a, b, page = sign_in("wanglei"), sign_in("zhaoqian"), f"/credit/projects/{project.id}"
    person = {"name": "周建民", "id_number": NUMBER}
    assert a.post("/credit/clients/new?kind=person", data=person).status_code == 302
    surety = db.scalars(select(Client).filter_by(name="周建民")).one()
    assert b.get(f"/credit/clients/{surety.id}").status_code == 404, "not yet B's affair"
    assert "周建民 110101********1233" in a.get(f"{page}/guarantors/new").text
    nobody = {"client_id": "", "kind": "company", "version": project.version}
    assert a.post(f"{page}/guarantors/new", data=nobody).status_code == 422
    own = {"client_id": project.client_id, "kind": "company", "version": project.version}
    refused = a.post(f"{page}/guarantors/new", data=own)
    assert (refused.status_code, "本人的债务" in refused.text) == (422, True)
    chosen = {"client_id": surety.id, "kind": "company", "version": project.version}
    assert a.post(f"{page}/guarantors/new", data=chosen).status_code == 302
    [row] = db.scalars(select(Guarantor))
    assert (row.kind, row.name, row.client_id) == ("person", "周建民", surety.id)
    shown = b.get(f"{page}?tab=securities").text
    assert f'/credit/clients/{surety.id}">周建民</a>' in shown
    assert ("110101********1233" in shown, NUMBER in shown) == (True, False)
    assert project.title in b.get(f"/credit/clients/{surety.id}").text
    paper = sheet_content(sheet_of(work, project))["guarantors"]
    assert paper == [{"name": "周建民", "kind": "person", "amount": None, "client_paper": "110101********1233"}]


def sheet_of(work: Work, project: Project) -> ProjectSheet:
    with work():
        return sheet(queries.get_project(project.id))


def test_a_guarantor_of_somebody_elses_clients_is_not_found(sign_in: SignIn, db: Session) -> None:
    """The list offers one's own; another's id is no choice."""
    project, foreign = make.make_project(ProjectState.approved), make.make_client("别家")
    data = {"client_id": foreign.id, "kind": "company", "name": "x", "version": project.version}
    assert sign_in("wanglei").post(f"/credit/projects/{project.id}/guarantors/new", data=data).status_code == 422
    assert db.scalars(select(Guarantor)).all() == []


def test_nothing_is_released_where_nothing_runs(sign_in: SignIn, db: Session) -> None:
    project = make.make_project(ProjectState.refused)
    row = make.make_guarantor(project)
    address = f"/credit/projects/{project.id}/guarantors/{row.id}/release"
    assert sign_in("hanbing").post(address, data=paper() | {"version": project.version}).status_code == 422
    db.expire_all()
    assert db.get_one(Guarantor, row.id).ended_at is None


def test_a_contract_has_one_number_and_is_corrected_by_a_void(sign_in: SignIn, db: Session) -> None:
    project = make.make_project(ProjectState.approved)
    a, page = sign_in("wanglei"), f"/credit/projects/{project.id}"
    contract = CONTRACT | {"version": project.version}
    assert a.post(f"{page}/contracts/new", data=contract).status_code == 302
    again = a.post(f"{page}/contracts/new", data=contract)
    assert again.status_code == 422
    assert "JK-1" in again.text
    [address] = links(a, page, "/void")
    assert a.post(address, data={"reason": "", "version": project.version}).status_code == 422
    assert a.post(address, data={"reason": "金额写错", "version": project.version}).status_code == 302
    assert a.post(address, data={"reason": "再来", "version": project.version}).status_code == 422
    assert "金额写错" in a.get(f"{page}?tab=securities").text
    assert a.post(f"{page}/contracts/new", data=contract | {"amount": "100万"}).status_code == 302
    assert a.post(f"{page}/sheet.pdf").status_code == 200


def test_a_filed_contract_shows_its_number_in_the_archive(sign_in: SignIn, db: Session) -> None:
    project = make.make_project(ProjectState.ended)
    dossier = make.make_company_dossier(
        project.title, (project.a_id, project.b_id), number_id=make.make_archive_number().id
    )
    make.make_item(dossier, "loan_contract", original_no="JK-1", derived_no="2026鸿借字第001-01号")
    db.execute(update(Project).where(Project.id == project.id).values(dossier_id=dossier.id))
    db.commit()
    a, page = sign_in("wanglei"), f"/credit/projects/{project.id}"
    db.expire_all()
    version = db.get_one(Project, project.id).version
    assert a.post(f"{page}/contracts/new", data=CONTRACT | {"version": version}).status_code == 302
    assert "2026鸿借字第001-01号" in a.get(f"{page}?tab=securities").text


def test_the_database_keeps_what_was_entered(db: Session) -> None:
    project = make.make_project(ProjectState.ended)
    rows = {
        Guarantor: (make.make_guarantor(project), {"name": "别人", "note": "改", "entered_by": "别人"}),
        Collateral: (make.make_collateral(project), {"description": "别处", "owner": "别人"}),
        Contract: (make.make_contract(project), {"original_no": "x", "title": "x", "signed_on": date(2026, 1, 1)}),
    }
    for table, (row, values) in rows.items():
        for name, value in values.items():
            with pytest.raises(DatabaseError, match="append-only"), db.begin_nested():
                db.execute(table.__table__.update().where(table.id == row.id).values({name: value}))
    ended = {"ended_at": make.NOW, "end_reason": "换"}
    for table in (Guarantor, Collateral):
        with pytest.raises(DatabaseError), db.begin_nested():
            db.execute(table.__table__.update().values(ended))
    contract = Contract.__table__.update()
    db.execute(contract.values(ended))
    with pytest.raises(DatabaseError, match="append-only"), db.begin_nested():
        db.execute(contract.values(end_reason="别的"))


@pytest.mark.parametrize(
    ("state", "values"),
    [
        (ProjectState.approved, {"approved_on": date(2026, 4, 21)}),
        (ProjectState.ended, {"end_evidence_id": None}),
        (ProjectState.ended, {"basis": "other"}),
        (ProjectState.settled, {"settled_on": date(2026, 10, 9)}),
        (ProjectState.settled, {"settled_evidence_id": None}),
        (ProjectState.settled, {"settled_remark": "x"}),
    ],
)
def test_the_database_keeps_what_was_said_once(db: Session, state: ProjectState, values: dict[str, Any]) -> None:
    project = make.make_project(state)
    with pytest.raises(DatabaseError, match="append-only"), db.begin_nested():
        db.execute(Project.__table__.update().where(Project.id == project.id).values(values))


def test_a_settlement_has_its_paper(db: Session) -> None:
    with pytest.raises(DatabaseError, match="settlement_evidence"), db.begin_nested():
        make.make_project(ProjectState.settled, settled_evidence_id=None)


def test_a_project_taken_over_says_that_its_papers_lie_in_the_archive(sign_in: SignIn, db: Session) -> None:
    archivist = sign_in("archivist")
    page, _result = checked(archivist, db, register(FIRST))
    carried_out(archivist, db, page)
    [project] = db.scalars(select(Project))
    text = sign_in("wanglei").get(f"/credit/projects/{project.id}").text
    assert "2012鸿借字第001号</b> (已用)" in text
    assert "预留" not in text
    assert "/handover/" not in text.split("<main")[1]
    assert "由旧台账接收" in text
