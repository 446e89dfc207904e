"""The path from application to settlement, on the database."""

from __future__ import annotations

from datetime import date

from crm.archive.credit import queries, service
from crm.archive.credit.models import EndBasis, ProjectState
from crm.auth.models import User
from crm.files.models import Upload
from tests import factories as make


def test_end_correct_replace(work) -> None:
    made, paper = make.make_project(ProjectState.approved), make.make_upload(None, "credit")
    successor = make.make_user(role="project_manager")
    with work() as db:
        project, evidence = queries.get_project(made.id), db.get_one(Upload, paper.id)
        service.end_project(project, date(2026, 5, 7), EndBasis.disbursement, evidence)
        assert (project.state, project.due_on) == (ProjectState.ended, date(2027, 5, 7))
        service.correct_end(project, date(2026, 5, 8), "放款凭证上是8日", evidence)
        assert project.due_on == date(2027, 5, 8)
        service.replace(project, "a", db.get_one(User, successor.id), "调岗", "全部纸质资料")
        assert project.a_id == successor.id
