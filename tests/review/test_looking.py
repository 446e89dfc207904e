"""One look at some dossiers: what is found, what stays, what is cured, whose it is and what it scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import func, select, update

from crm.archive.dossiers.checking import CREDIT, PROPERTY, Measure
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import DossierKind
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Estate
from crm.review.checks import asked
from crm.review.looking import Seen, look
from crm.review.models import Finding, FoundNow
from crm.review.queries import per_cent, scores_of
from tests.factories import make_company_dossier, make_dossier, make_project, user_called
from tests.review.asking import asking, asks_for

Work = Callable[..., object]


@pytest.fixture(autouse=True)
def _asked() -> Iterator[None]:
    with asking(
        asks_for("红"),
        asks_for("蓝", measure=Measure.accurate, kinds=PROPERTY, role=RoleName.service_desk),
        asks_for("绿", measure=Measure.valid, sieve=lambda row: row.detail.endswith("!")),
    ):
        yield


def looked_at(*dossiers: Dossier) -> Seen:
    return look(select(Dossier.id).where(Dossier.id.in_([each.id for each in dossiers])), business_day())


def retitled(dossier: Dossier, title: str) -> None:
    session().execute(update(Dossier).where(Dossier.id == dossier.id).values(title=title))


def open_kinds(dossier: Dossier) -> list[str]:
    found = select(Finding.kind).where(Finding.dossier_id == dossier.id, Finding.cured_at.is_(None))
    return sorted(session().scalars(found))


def test_a_fault_is_found_once_however_often_one_looks(work: Work, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    with work():
        assert [looked_at(dossier), looked_at(dossier)] == [Seen(1, 0), Seen(0, 0)]
        [finding] = session().scalars(select(Finding).where(Finding.dossier_id == dossier.id))
        assert (finding.kind, finding.detail, finding.estate_id) == ("has_红", "红", estate.id)


def test_what_is_mended_is_cured_and_what_comes_back_is_another(work: Work, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    with work():
        looked_at(dossier)
        retitled(dossier, "好")
        assert looked_at(dossier) == Seen(0, 1)
        retitled(dossier, "红")
        assert looked_at(dossier) == Seen(1, 0)
        count = select(func.count()).where(Finding.dossier_id == dossier.id)
        assert session().scalar(count) == 2


def test_only_the_dossiers_looked_at_are_cured(work: Work, estate: Estate) -> None:
    one, other = make_dossier(estate, "红"), make_dossier(estate, "红")
    with work():
        looked_at(one, other)
        retitled(one, "好")
        retitled(other, "好")
        assert looked_at(one) == Seen(0, 1)
        assert (open_kinds(one), open_kinds(other)) == ([], ["has_红"])


def test_the_words_of_a_finding_follow_what_is_there(work: Work, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    with work():
        looked_at(dossier)
        retitled(dossier, "更红")
        assert looked_at(dossier) == Seen(0, 0)
        assert session().scalars(select(Finding.detail).where(Finding.dossier_id == dossier.id)).one() == "更红"


def test_a_sieve_keeps_what_the_database_cannot_tell(work: Work, estate: Estate) -> None:
    wrong, right = make_dossier(estate, "绿!"), make_dossier(estate, "绿")
    with work():
        assert looked_at(wrong, right) == Seen(1, 0)
        assert (open_kinds(wrong), open_kinds(right)) == (["has_绿"], [])


def test_a_kind_of_dossier_is_asked_its_own_questions(work: Work, estate: Estate) -> None:
    loan = make_company_dossier("红蓝")
    with work():
        looked_at(loan)
        assert open_kinds(loan) == ["has_红"]


def test_a_check_that_is_gone_leaves_no_task(work: Work, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    with work():
        looked_at(dossier)
        with asking():
            assert looked_at(dossier) == Seen(0, 1)


def test_nothing_of_a_look_is_left_over(work: Work, estate: Estate) -> None:
    dossier = make_dossier(estate, "红蓝绿!")
    with work():
        looked_at(dossier)
        assert session().scalar(select(func.count()).select_from(FoundNow)) == 0


def test_scores_count_questions_and_not_findings(work: Work, estate: Estate) -> None:
    dossier, clean = make_dossier(estate, "红蓝"), make_dossier(estate, "好")
    with work():
        looked_at(dossier, clean)
        scores = scores_of([dossier, clean])
    assert scores[dossier.id] == {"complete": (1, 1), "accurate": (1, 1), "valid": (1, 0), "findings": 2}
    assert scores[clean.id] == {"complete": (1, 0), "accurate": (1, 0), "valid": (1, 0), "findings": 0}


def test_every_key_is_a_question_where_the_check_says_so() -> None:
    several = asks_for("红", questions=lambda kind: 3 if kind is DossierKind.loan else 2)
    with asking(several, asks_for("蓝")):
        assert asked(DossierKind.loan)[Measure.complete] == 4
        assert asked(DossierKind.property)[Measure.complete] == 3


@pytest.mark.parametrize(
    ("questions", "failed", "shown"),
    [(0, 0, None), (10, 0, 100.0), (1000, 1, 99.9), (100_000, 1, 99.9), (3, 1, 66.6), (5, 5, 0.0)],
)
def test_a_hundred_per_cent_means_all(questions: int, failed: int, shown: float | None) -> None:
    assert per_cent(questions, failed) == shown


# Whose it is


def owner_of(dossier: Dossier) -> int | None:
    return session().scalars(select(Finding.owner_id).where(Finding.dossier_id == dossier.id)).one()


def test_a_finding_is_the_desks_of_its_estate(work: Work, estate: Estate, other_estate: Estate) -> None:
    """李敏 does not see 科创大厦, and nobody else is at its service desk."""
    hers, nobodys = make_dossier(estate, "蓝"), make_dossier(other_estate, "蓝")
    with work():
        looked_at(hers, nobodys)
        assert (owner_of(hers), owner_of(nobodys)) == (user_called("limin").id, None)


def test_a_projects_finding_is_its_project_managers(work: Work) -> None:
    project = make_project()
    dossier = make_company_dossier("红", subject_id=project.id)
    with work():
        project = session().merge(project)
        project.dossier_id = dossier.id
        session().flush()
        with asking(asks_for("红", kinds=CREDIT, role=RoleName.project_manager)):
            looked_at(dossier)
        assert owner_of(dossier) == project.a_id


def test_what_is_handed_out_goes_on_going_there(work: Work, estate: Estate) -> None:
    first, second = make_dossier(estate, "红"), make_dossier(estate, "红")
    longest, other = user_called("zhangjg"), user_called("maqiang")
    with asking(asks_for("红", role=RoleName.repair_worker)), work():
        looked_at(first)
        assert owner_of(first) == longest.id
        session().execute(update(Finding).values(owner_id=other.id))
        looked_at(second)
        assert owner_of(second) == other.id


def test_who_has_left_gets_nothing_more(work: Work, estate: Estate) -> None:
    first, second = make_dossier(estate, "红"), make_dossier(estate, "红")
    with asking(asks_for("红", role=RoleName.repair_worker)), work():
        looked_at(first)
        session().execute(update(User).where(User.username == "zhangjg").values(active=False))
        looked_at(second)
        assert owner_of(second) == user_called("maqiang").id


def test_there_is_time_to_mend_it_by_working_days(work: Work, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    with work():
        look(select(Dossier.id).where(Dossier.id == dossier.id), date(2026, 9, 28))
        due = session().scalars(select(Finding.due_on).where(Finding.dossier_id == dossier.id)).one()
    assert due == date(2026, 10, 30)  # over the holidays of October, with the make-up days
