"""A process that files and prints what others do as well: `python -m tests.archive.dossiers.racing prepare|race`."""

from __future__ import annotations

import sys
from datetime import date

from flask import g

from crm.app import create_app
from crm.archive.dossiers import proof, service
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.service import DocumentFacts, Purpose, Used
from crm.auth.actor import Actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import unit_of_work
from crm.properties.models import Estate

SUBJECT = ("project", 1)


TIMES = 8


def prepare() -> None:
    """The dossier they all file into, and its first print."""
    with unit_of_work() as db:
        estate = Estate(name="阳光花园", company="和安物业服务有限公司")
        db.add(estate)
        db.add(User(id=1, username="racing", full_name="racing", password_hash="", created_at=utc_now()))
        db.flush()
        given = {"opened_on": date(2026, 5, 7), "estate_id": estate.id, "code": "3-1-502/01"}
        service.open_dossier(DossierKind.property, *SUBJECT, "欧阳娜娜", **given)
        proof.issue("note_sheet", 1, "n", {"turn": -1})


def race() -> None:
    for turn in range(TIMES):
        with unit_of_work():
            facts = DocumentFacts(title=f"材料{turn}", pages=1, source_kind="bill", source_id=turn + 1)
            service.file_document(*SUBJECT, "identity", facts)
        for content in ({"turn": turn}, {"turn": 0}):
            with unit_of_work():
                proof.issue("note_sheet", 1, "n", content)
        with unit_of_work():
            service.note_use(1, Used(paper=f"list {turn}"), Purpose("audit", ""))


if __name__ == "__main__":
    with create_app().app_context():
        g.actor, g.request_id = Actor(name="racing", permissions=frozenset(Permission), user_id=1), ""
        {"prepare": prepare, "race": race}[sys.argv[1]]()
