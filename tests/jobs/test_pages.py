"""What whoever asked sees of the work, and what others do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.permissions import RoleName
from crm.dates import utc_now
from crm.files.store import keep
from crm.jobs.kinds import Finished, Plain
from crm.jobs.models import Job, JobState
from crm.jobs.reports import progress
from crm.jobs.runner import run_all
from crm.properties.models import Estate
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
OWNER, OTHER, OVERSEER = RoleName.service_desk, RoleName.desk_supervisor, RoleName.auditor


@pytest.fixture
def with_file(app: Flask, kind: Callable[..., None]) -> Callable[..., Job]:
    """A job whose end is a file."""

    def end(_payload: Plain, _results: Iterator[Plain]) -> Finished:
        upload = keep("姓名\n欧阳娜娜\n".encode(), "业主.csv", purpose="export", estate_id=None)
        return Finished(result={"counted": 1}, upload=upload)

    kind(finish=end)

    def made(estate: Estate, **given: object) -> Job:
        payload = {"chunks": [1], "name": "计数"}
        job = make.make_job(estate, OWNER, kind="test.count", payload=payload, **given)
        run_all(app)
        return job

    return made


def test_another_persons_job_does_not_exist(sign_in: SignIn, estate: Estate) -> None:
    job = make.make_job(estate, OWNER)
    other = sign_in(OTHER)
    assert other.get(f"/jobs/{job.id}").status_code == 404
    assert other.post(f"/jobs/{job.id}/cancel").status_code == 404
    assert f"/jobs/{job.id}" not in other.get("/jobs/").text
    assert f"/jobs/{job.id}" in sign_in(OWNER).get("/jobs/").text


def test_who_oversees_sees_and_cancels_but_gets_no_file(
    sign_in: SignIn, estate: Estate, db: Session, with_file: Callable[..., Job]
) -> None:
    ended, waiting = with_file(estate), make.make_job(estate, OWNER)
    overseer = sign_in(OVERSEER)
    assert f"/jobs/{ended.id}/file" not in overseer.get(f"/jobs/{ended.id}").text
    assert overseer.get(f"/jobs/{ended.id}/file").status_code == 404
    assert overseer.post(f"/jobs/{waiting.id}/cancel").status_code == 302
    assert db.get_one(Job, waiting.id, populate_existing=True).state is JobState.cancelled


def test_whoever_asked_fetches_the_file(sign_in: SignIn, estate: Estate, with_file: Callable[..., Job]) -> None:
    job, owner = with_file(estate), sign_in(OWNER)
    page = owner.get(f"/jobs/{job.id}").text
    assert f"/jobs/{job.id}/file" in page
    answer = owner.get(f"/jobs/{job.id}/file")
    assert answer.data.decode() == "姓名\n欧阳娜娜\n"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_of_an_estate_that_was_taken_away_is_not_given_out(
    sign_in: SignIn, other_estate: Estate, with_file: Callable[..., Job]
) -> None:
    job, owner = with_file(other_estate), sign_in(OWNER)
    assert owner.get(f"/jobs/{job.id}").status_code == 200
    assert owner.get(f"/jobs/{job.id}/file").status_code == 404


def test_a_job_without_a_file_has_none_to_fetch(sign_in: SignIn, estate: Estate) -> None:
    job = make.make_job(estate, OWNER)
    assert sign_in(OWNER).get(f"/jobs/{job.id}/file").status_code == 404


@pytest.mark.parametrize("state", JobState)
def test_the_page_asks_again_until_the_end(sign_in: SignIn, estate: Estate, state: JobState) -> None:
    job = make.make_job(estate, OWNER, state=state, error="没有这个小区。" if state is JobState.failed else "")
    page = sign_in(OWNER).get(f"/jobs/{job.id}").text
    under_way = state in (JobState.waiting, JobState.running)
    assert ('hx-trigger="every 2s"' in page) is under_way
    assert (f"/jobs/{job.id}/cancel" in page) is under_way
    assert ("<progress" in page) is (state is JobState.running)
    assert ("没有这个小区。" in page) is (state is JobState.failed)
    said = re.search(r'role="status" id="job-said">([^<]*)<', page)
    assert said
    assert bool(said[1]) is not under_way


def test_cancelling_what_has_ended_says_so(sign_in: SignIn, estate: Estate) -> None:
    job = make.make_job(estate, OWNER, state=JobState.done)
    assert sign_in(OWNER).post(f"/jobs/{job.id}/cancel").status_code == 409


def test_the_result_and_its_page_are_shown(app: Flask, sign_in: SignIn, estate: Estate) -> None:
    job = make.make_job(estate, OWNER, kind="test.count", payload={"chunks": [2, 1], "name": "计数"})
    run_all(app)
    page = sign_in(OWNER).get(f"/jobs/{job.id}").text
    assert "[2, 1]" in page
    assert 'id="job-result" href="/jobs/"' in page


@pytest.mark.parametrize(
    ("elapsed", "done", "words"),
    [
        (2, 50, ""),
        (60, 0, ""),
        (30, 50, "less than a minute left"),
        (60, 50, "about one minute left"),
        (180, 50, "about 3 minutes left"),
        (7200, 25, "about 6 hours left"),
    ],
)
def test_the_remaining_time_goes_by_the_pace(app: Flask, elapsed: int, done: int, words: str) -> None:
    now = utc_now()
    job = Job(state=JobState.running, started_at=now - timedelta(seconds=elapsed), done=done, total=100)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert progress(job, now).remaining == words


def test_more_done_than_was_expected_is_still_the_whole(app: Flask) -> None:
    job = Job(state=JobState.running, started_at=utc_now(), done=7, total=5)
    with app.test_request_context():
        assert progress(job, utc_now()).percent == 100


def test_ten_jobs_cost_as_many_queries_as_one(sign_in: SignIn, estate: Estate, queries: Callable[..., object]) -> None:
    client = sign_in(OWNER)
    make.make_job(estate, OWNER)
    client.get("/jobs/")
    with queries() as one:  # type: ignore[attr-defined]
        assert client.get("/jobs/").status_code == 200
    for _ in range(9):
        make.make_job(estate, OWNER, state=JobState.running, total=10, done=3, started_at=make.NOW)
    with queries() as ten:  # type: ignore[attr-defined]
        assert client.get("/jobs/").status_code == 200
    assert len(one) == len(ten) > 0


def test_many_jobs_stand_on_several_pages(sign_in: SignIn, estate: Estate) -> None:
    jobs = [make.make_job(estate, OWNER) for _ in range(51)]
    client = sign_in(OWNER)
    assert f'"/jobs/{jobs[0].id}"' not in client.get("/jobs/").text
    assert f'"/jobs/{jobs[0].id}"' in client.get("/jobs/?page=2").text
    assert client.get("/jobs/?page=99").status_code == 200


def test_the_operation_log_is_proved_on_request(app: Flask, sign_in: SignIn, db: Session) -> None:
    auditor = sign_in(OVERSEER)
    entries = db.scalar(select(func.count()).select_from(LogEntry))
    answer = auditor.post("/jobs/proof")
    assert auditor.post("/jobs/proof").location == answer.location
    run_all(app)
    job = db.get_one(Job, int(answer.location.rsplit("/", 1)[1]), populate_existing=True)
    assert (job.state, job.error) == (JobState.done, "")
    assert (job.result["entries"], job.result["fault_count"]) == (entries, 0)
    assert (job.done, job.total) == (entries, entries)
    assert auditor.post("/jobs/proof").location != answer.location
    assert sign_in(OWNER).post("/jobs/proof").status_code == 403


def test_a_proof_names_what_is_wrong(app: Flask, sign_in: SignIn, db: Session) -> None:
    auditor = sign_in(OVERSEER)
    last = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
    forged = {name: getattr(last, name) for name in LogEntry.__table__.columns.keys()}  # noqa: SIM118
    db.add(LogEntry(**(forged | {"id": last.id + 1, "previous_hash": last.hash, "data": {}})))
    db.commit()
    address = auditor.post("/jobs/proof").location
    run_all(app)
    job = db.get_one(Job, int(address.rsplit("/", 1)[1]), populate_existing=True)
    assert job.result["fault_count"] == 1
    assert f"entry {last.id + 1}: changed after it was written" in auditor.get(address).text
