"""The start page and the search, as those see them who hand over and receive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.archive.credit import queries as credit
from crm.archive.credit import service as projects
from crm.archive.dossiers.models import Dossier
from crm.archive.handover.models import HandoverState
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.desk import index
from crm.numbering import Number
from tests import factories as make
from tests.archive.handover.desk import ARCHIVIST, MANAGER, A, B, Desk, actor_called, handover_row

S = HandoverState
SignIn = Callable[[str], FlaskClient]
WORK = {S.preparing: A, S.with_b: B, S.supplementing: A, S.coded: B, S.checking: ARCHIVIST}


@pytest.mark.parametrize("state", WORK)
def test_the_day_opens_with_what_is_ones_own_turn(desk: Desk, sign_in: SignIn, state: HandoverState) -> None:
    desk.bring_to(state)
    here = f'href="/archive/handover/{desk.handover_id}"'
    both = {A, B} if state is S.supplementing else {WORK[state]}  # A brings, B audits on
    for who in (A, B, ARCHIVIST):
        assert (here in sign_in(who).get("/").text) == (who in both), who


def test_what_is_filed_waits_for_nobody(desk: Desk, sign_in: SignIn) -> None:
    desk.bring_to(S.filed)
    for who in (A, B, ARCHIVIST, MANAGER):
        assert f'href="/archive/handover/{desk.handover_id}"' not in sign_in(who).get("/").text


def test_a_project_manager_finds_the_own_dossier_and_nobody_elses(
    desk: Desk, work: Callable[..., Any], sign_in: SignIn, db: Any
) -> None:
    """By number and by title; after both were replaced it is others' and found no more."""
    dossier = db.get_one(Dossier, handover_row(db, desk).dossier_id)
    number = db.scalars(select(Number.text).where(Number.id == dossier.number_id)).one()
    here = f"/archive/dossiers/{dossier.id}"
    with work():
        index.rebuild()
    for typed in (number, dossier.title[:4]):
        assert here in sign_in(A).get("/search", query_string={"q": typed}, follow_redirects=True).text, typed
    with work(actor_called(MANAGER)) as session:
        for role in ("a", "b"):
            project, successor = credit.get_project(desk.project_id), make.make_user(RoleName.project_manager)
            projects.replace(project, role, session.get_one(User, successor.id), "调岗", "全部资料")
    for typed in (number, dossier.title[:4]):
        assert here not in sign_in(A).get("/search", query_string={"q": typed}, follow_redirects=True).text, typed
