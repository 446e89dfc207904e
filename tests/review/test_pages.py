"""The reviews: run by hand, looked through, compared, signed off; and what is due."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.demo.cast import DEMO_PASSWORD
from crm.jobs.models import Job
from crm.properties.models import Estate
from crm.review import checks
from crm.review.models import FilingReview, ReviewState
from crm.review.service import JOB
from crm.tenants.models import Customer
from tests import factories as make
from tests.repairs.making import user_called
from tests.review.reviewing import TODAY, make_finding, make_lacking, make_looked_at, make_review, reviewed

pytestmark = pytest.mark.usefixtures("only_documents")
SignIn = Callable[[str], FlaskClient]
LINKS = re.compile(r'<a [^>]*href="(/[^"]+)"')


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# Running one


def test_a_review_is_run_by_hand_in_the_background_and_once_at_a_time(
    sign_in: SignIn, estate: Estate, db: Session
) -> None:
    make_lacking(estate)
    keeper = sign_in("zhouhui")
    begun = keeper.post("/review/new", data={"scope": estate.id, "which": "all"})
    assert begun.status_code == 303
    [review] = db.scalars(select(FilingReview))
    assert (review.state, review.whole, review.opened_by) == (ReviewState.running, True, "周慧")
    [job] = db.scalars(select(Job).where(Job.kind == JOB))
    assert (job.id, job.payload) == (review.job_id, {"review_id": review.id})
    page = keeper.get(begun.location).text
    assert 'id="running"' in page
    assert f"/jobs/{job.id}" in page
    again = keeper.post("/review/new", data={"scope": estate.id, "which": "due"})
    assert (again.status_code, again.location) == (303, begun.location)
    assert db.scalar(select(func.count()).select_from(FilingReview)) == 1
    assert 'id="running"' in keeper.get(begun.location, headers={"HX-Request": "true"}).text


def test_the_page_that_waits_is_loaded_anew_once_the_review_has_ended(
    sign_in: SignIn, estate: Estate, app: Flask
) -> None:
    make_lacking(estate)
    ended = sign_in("zhouhui").get(f"/review/{reviewed(app, estate)}", headers={"HX-Request": "true"})
    assert (ended.headers["HX-Refresh"], ended.text) == ("true", "")


def test_where_nothing_is_due_no_review_is_opened(sign_in: SignIn, estate: Estate, db: Session) -> None:
    make_lacking(estate, opened_on=TODAY)
    answer = sign_in("zhouhui").post("/review/new", data={"scope": estate.id, "which": "due"})
    assert answer.status_code == 422
    assert db.scalar(select(FilingReview.id)) is None


@pytest.mark.parametrize("typed", [{"which": "all"}, {"scope": "77777"}, {"scope": "0", "which": "all"}])
def test_only_what_is_offered_is_reviewed(
    sign_in: SignIn, estate: Estate, db: Session, typed: Mapping[str, str]
) -> None:
    """周慧 oversees no loans: the company's archive is not hers to review."""
    make_lacking(estate)
    make.make_company_dossier()
    data = typed if "scope" in typed else {"scope": "x", **typed}
    assert sign_in("zhouhui").post("/review/new", data=data).status_code == 422
    assert db.scalar(select(FilingReview.id)) is None


def test_who_only_reads_reviews_runs_and_signs_none(sign_in: SignIn, estate: Estate) -> None:
    review = make_review(estate)
    clerk = sign_in("limin")
    assert "/review/new" not in clerk.get("/review/").text
    assert clerk.get("/review/new").status_code == 403
    assert clerk.get(f"/review/{review.id}/sign").status_code == 403
    assert f"/review/{review.id}/sign" not in clerk.get(f"/review/{review.id}").text


# Looking through


def test_a_review_says_what_it_found_and_the_next_what_became_of_it(
    sign_in: SignIn, estate: Estate, app: Flask, db: Session
) -> None:
    first, second = make_lacking(estate), make_lacking(estate, without=2)
    before = reviewed(app, estate)
    make.make_item(first, "identity")
    third = make_lacking(estate)
    after = reviewed(app, estate)
    review = db.get_one(FilingReview, after)
    assert (review.new, review.repeated, review.cured) == (1, 2, 1)
    assert (review.complete_asked, review.complete_failed) == (12, 3)
    client = sign_in("archivist")
    page = client.get(f"/review/{after}").text
    assert f"/review/findings?review={after}&amp;kind=document_missing&amp;state=new" in page
    assert "75.0 %" in page
    groups = re.split(r"<h2>", client.get(f"/review/{after}/compared").text)[1:4]
    held = [[each.code for each in (first, second, third) if each.code in words(group)] for group in groups]
    assert held == [[third.code], [second.code], [first.code]]
    assert [re.findall(r'class="num"[^>]*>(\d+)<', group) for group in groups] == [["1"], ["2", "2"], ["1"]]
    # what the first one found stands as it was when it ended
    kinds = words(client.get(f"/review/{before}").text)
    assert re.search(r" 3 3 2 ", kinds), kinds


def test_the_dossiers_of_a_review_come_with_the_worst_first(sign_in: SignIn, estate: Estate, app: Flask) -> None:
    good, bad, fair = make_lacking(estate, 0), make_lacking(estate, 3), make_lacking(estate, 1)
    page = sign_in("archivist").get(f"/review/{reviewed(app, estate)}/dossiers").text
    places = [page.index(str(each.code)) for each in (bad, fair, good)]
    assert places == sorted(places)


def test_the_head_says_how_the_archives_stand(sign_in: SignIn, estate: Estate, app: Flask) -> None:
    make_lacking(estate)
    reviewed(app, estate)
    mine = make_lacking(estate, 0, opened_on=TODAY - timedelta(days=400))
    late = {"due_on": TODAY - timedelta(days=1), "owner_id": user_called("fengxue").id}
    make_finding(mine, **late)
    page = sign_in("fengxue").get("/review/").text
    figures = re.findall(r'<p class="figure-value">\s*<a[^>]*>([\d,]+)</a>', page)
    assert figures == ["2", "1", "1", "1"]
    assert f"/review/findings?estate={estate.id}" in page
    assert "75.0 %" in page  # two dossiers, eight questions, two of them not passed
    assert "<polyline" not in page
    reviewed(app, estate)
    assert "<polyline" in sign_in("fengxue").get("/review/").text


def test_whoever_sees_only_own_projects_has_findings_and_no_reviews(sign_in: SignIn, estate: Estate) -> None:
    review = make_review(None)
    manager = user_called("wanglei")
    own, other = make.make_company_dossier("甲借款", readers=[manager.id]), make.make_company_dossier("乙借款")
    make_finding(own, kind="gone")
    make_finding(other, kind="gone")
    make_finding(make_lacking(estate))
    client = sign_in("wanglei")
    page = client.get("/review/").text
    assert 'class="standings"' not in page
    assert client.get(f"/review/{review.id}").status_code == 403
    listed = client.get("/review/findings").text
    assert ("甲借款" in listed, "乙借款" in listed, "欧阳娜娜" in listed) == (True, False, False)


@pytest.mark.parametrize("who", ["wanglei", "hefang", "fengxue"])
def test_no_finding_leads_its_reader_to_a_refusal(sign_in: SignIn, estate: Estate, app: Flask, who: str) -> None:
    """A project manager opens no custody, an arrears reviewer no dossier."""
    readers = [user_called("wanglei").id]
    loan = make_finding(make.make_company_dossier("甲借款", readers=readers), kind="document_missing")
    customers = make_finding(make_lacking(estate), kind="document_missing")
    reviewed(app, estate)
    client = sign_in(who)
    pages = [f"/review/findings/{each.id}" for each in (loan, customers)]
    seen = [page for page in ("/review/findings", *pages) if client.get(page).status_code == 200]
    links = {link for page in seen for link in LINKS.findall(client.get(page).text.partition("<main")[2])}
    assert len(seen) > 1
    assert {link for link in links if client.get(link).status_code == 403} == set()


def test_another_estates_review_and_the_loans_are_not_there(
    sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    clerk = sign_in("limin")
    for hidden in (make_review(other_estate), make_review(None)):
        for page in ("", "/dossiers", "/compared"):
            assert clerk.get(f"/review/{hidden.id}{page}").status_code == 404
    assert sign_in("archivist").get(f"/review/{make_review(None).id}").status_code == 200


# Signing off


def signing(client: FlaskClient, review_id: int, **given: Any) -> Any:
    page = client.get(f"/review/{review_id}/sign").text
    version = re.findall(r'name="version"[^>]*value="(\d+)"', page)
    data = {"version": version[0] if version else "1", "remark": "已逐项催办", "confirming_password": DEMO_PASSWORD}
    return client.post(f"/review/{review_id}/sign", data=data | given)


def test_a_review_is_signed_once(sign_in: SignIn, estate: Estate, db: Session) -> None:
    review, keeper = make_review(estate), sign_in("fengxue")
    assert signing(keeper, review.id, confirming_password="").status_code != 303
    assert signing(keeper, review.id).status_code == 303
    signed = db.get_one(FilingReview, review.id)
    assert (signed.state, signed.signed_by, signed.remark) == (ReviewState.signed, "冯雪", "已逐项催办")
    page = keeper.get(f"/review/{review.id}").text
    assert "已逐项催办" in page
    assert f"/review/{review.id}/sign" not in page
    twice = keeper.post(
        f"/review/{review.id}/sign",
        data={"version": signed.version, "remark": "再签", "confirming_password": DEMO_PASSWORD},
    )
    assert twice.status_code == 422
    assert "再签" in twice.text
    db.expire_all()
    assert db.get_one(FilingReview, review.id).remark == "已逐项催办"
    assert keeper.get(f"/review/{review.id}/sign").status_code == 409


def test_what_is_running_and_what_has_changed_meanwhile_is_not_signed(
    sign_in: SignIn, estate: Estate, db: Session
) -> None:
    keeper, running, review = sign_in("fengxue"), make_review(estate, ReviewState.running), make_review(None)
    assert signing(keeper, running.id).status_code == 422
    assert signing(keeper, review.id, version="0").status_code == 409
    assert db.scalar(select(func.count()).where(FilingReview.state == ReviewState.signed)) == 0


# What is due


def test_due_are_the_dossiers_whose_period_is_over_and_those_that_press(
    sign_in: SignIn, estate: Estate, other_estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = TODAY.replace(day=1)
    late = make_lacking(estate, opened_on=first - timedelta(days=200))
    fresh = make_lacking(estate, opened_on=TODAY)
    looked = make_lacking(estate, opened_on=first - timedelta(days=300))
    make_looked_at(make_review(estate), looked)
    pressing = make_lacking(estate, opened_on=first - timedelta(days=1))
    make_lacking(other_estate, opened_on=first - timedelta(days=200))
    monkeypatch.setattr(
        checks, "pressing", [lambda _day: select(Customer.id).where(Customer.id == pressing.subject_id)]
    )
    clerk = sign_in("limin")

    def listed(address: str) -> list[bool]:
        page = clerk.get(address).text
        return [str(each.code) in page for each in (late, fresh, looked, pressing)]

    assert listed("/review/due") == [True, False, False, True]
    assert listed("/review/due?late=1") == [True, False, False, False]
    assert listed("/review/due?why=pressing") == [False, False, False, True]
    assert clerk.get("/review/due").text.count("<tbody>") == 1
