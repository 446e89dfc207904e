"""A runner and what can happen to it: fence, takeover, cancelling, failing, ending once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask, g
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.actor import Actor, system_actor
from crm.auth.models import Department, User, UserRole
from crm.auth.permissions import RoleName
from crm.dates import utc_now
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.jobs import service
from crm.jobs.holding import LEASE, ChunkHold, Hold, release_all, take
from crm.jobs.kinds import Cancelled, Finished, LeaseLost, Plain, Step
from crm.jobs.models import ChunkState, Job, JobChunk, JobState
from crm.jobs.queries import Task, open_tasks
from crm.jobs.runner import MOST_ATTEMPTS, run, run_all
from crm.notifications.models import Notification
from crm.properties.models import Estate
from tests import factories as make
from tests.jobs.conftest import expire_leases

Ask = Callable[..., Job]
ChangeKind = Callable[..., None]


@pytest.fixture
def as_runner(app: Flask, db: Session) -> Iterator[None]:
    """The test itself holds tasks, as a runner does."""
    with app.app_context():
        g.actor = system_actor("runner")
        yield


def planned(app: Flask, db: Session, job: Job) -> list[Task]:
    assert run(app, Task(job.id), "planner")
    return [Task(job.id, chunk_id) for chunk_id in db.scalars(select(JobChunk.id).order_by(JobChunk.position))]


def taken(task: Task, name: str = "first") -> Hold | None:
    with unit_of_work():
        return take(task, name)


def taken_chunk(task: Task, name: str = "first") -> ChunkHold:
    hold = taken(task, name)
    assert isinstance(hold, ChunkHold)
    return hold


def open_later(wait: timedelta = timedelta(0)) -> list[Task]:
    with unit_of_work(writes=False):
        return open_tasks(utc_now() + wait)


def departments(db: Session) -> list[str]:
    return sorted(db.scalars(select(Department.name).where(Department.name.startswith("计数"))))


def test_a_job_is_planned_worked_off_and_finished(app: Flask, ask: Ask, db: Session) -> None:
    job = ask([3, 2])
    assert run_all(app) == 3  # the plan and two chunks; the last chunk's runner finishes as well
    db.refresh(job)
    assert (job.state, job.error) == (JobState.done, "")
    assert (job.done, job.total) == (5, 5)
    assert job.result == {"counted": [3, 2]}
    assert job.result_url == "/jobs/"
    assert job.started_at
    assert job.ended_at
    assert departments(db) == ["计数-0-0", "计数-0-1", "计数-0-2", "计数-1-0", "计数-1-1", "计数-finished"]


def test_a_job_without_chunks_is_finished_as_well(app: Flask, ask: Ask, db: Session) -> None:
    job = ask([])
    run_all(app)
    db.refresh(job)
    assert (job.state, job.result) == (JobState.done, {"counted": []})


def test_the_size_that_a_plan_knows_counts_at_once(app: Flask, ask: Ask, db: Session, kind: ChangeKind) -> None:
    kind(size=lambda chunk: chunk["steps"])
    job = ask([3, 4])
    planned(app, db, job)
    db.refresh(job)
    assert job.total == 7
    run_all(app)
    db.refresh(job)
    assert (job.done, job.total) == (7, 7)


def test_one_of_two_takes_a_task(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([1])
    assert taken(Task(job.id))
    assert taken(Task(job.id), "second") is None
    expire_leases(db)
    [chunk] = planned(app, db, job)
    assert taken(chunk)
    assert taken(chunk, "second") is None


def test_a_job_whose_chunks_are_not_done_is_not_finished(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([1, 1])
    first, _second = planned(app, db, job)
    run(app, first, "first")
    assert taken(Task(job.id)) is None


def test_a_message_delivered_twice_changes_nothing(app: Flask, ask: Ask, db: Session) -> None:
    job = ask([2])
    [chunk] = planned(app, db, job)
    assert not run(app, Task(job.id), "again")
    assert run(app, chunk, "first")
    assert not run(app, chunk, "again")
    assert not run(app, Task(job.id), "again")
    db.refresh(job)
    assert (job.state, job.done) == (JobState.done, 2)


def test_a_dead_runners_chunk_goes_on_where_it_stood(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([3])
    [chunk] = planned(app, db, job)
    dead = taken_chunk(chunk, "dead")
    with dead.unit():
        dead.expect(3)
    with dead.unit(done=1) as unit:
        unit.add(Department(name="计数-0-0"))
        dead.place = {"next": 1}
    assert open_later() == []
    assert open_later(2 * LEASE) == [chunk]
    expire_leases(db)
    run_all(app)
    db.refresh(job)
    assert (job.state, job.done, job.total) == (JobState.done, 3, 3)
    assert departments(db) == ["计数-0-0", "计数-0-1", "计数-0-2", "计数-finished"]


def test_what_a_dead_runner_held_is_free_at_once_when_somebody_saw_it_die(
    app: Flask, ask: Ask, db: Session, as_runner: None
) -> None:
    job = ask([1, 1])
    first, second = planned(app, db, job)
    taken(first, "serve-1")
    taken(second, "serve-10")
    with unit_of_work():
        release_all("serve-1")
    assert open_later() == [first]


def test_a_late_runners_unit_writes_nothing(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([3])
    [chunk] = planned(app, db, job)
    late = taken_chunk(chunk, "late")
    expire_leases(db)
    other = taken_chunk(chunk, "other")
    with pytest.raises(LeaseLost), late.unit(done=1) as unit:
        unit.add(Department(name="计数-late"))
    with pytest.raises(LeaseLost), late.last_unit(state=ChunkState.done):
        pass
    with other.unit(done=1):
        other.place = {"next": 1}
    db.expire_all()
    assert departments(db) == []
    assert db.get_one(JobChunk, chunk.chunk_id).place == {"next": 1}
    assert job.done == 1


def test_a_late_runners_fault_does_not_fail_the_job(app: Flask, ask: Ask, db: Session, kind: ChangeKind) -> None:
    def overtaken(step: Step) -> Plain:
        expire_leases(db)
        with unit_of_work():
            assert take(chunk, "other")
        raise DomainError("too late to matter")

    kind(work=overtaken)
    job = ask([1])
    [chunk] = planned(app, db, job)
    run(app, chunk, "late")
    db.refresh(job)
    assert job.state is JobState.running


def test_a_unit_that_fails_takes_its_place_back(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([3])
    [chunk] = planned(app, db, job)
    hold = taken_chunk(chunk)
    with pytest.raises(RuntimeError), hold.unit(done=1):  # noqa: PT012 - it is the whole unit that fails
        hold.place = {"next": 1}
        hold.expect(9)
        raise RuntimeError
    assert hold.place == {}
    with hold.unit():
        pass
    db.refresh(job)
    assert (job.done, job.total) == (0, 0)


def test_saying_the_size_again_corrects_it(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([3])
    [chunk] = planned(app, db, job)
    hold = taken_chunk(chunk)
    for size in (3, 3, 5, 4):
        with hold.unit():
            hold.expect(size)
    expire_leases(db)
    later = taken_chunk(chunk, "later")
    with later.unit():
        later.expect(6)
    db.refresh(job)
    assert job.total == 6


def test_a_unit_sees_what_others_have_changed_since(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    [chunk] = planned(app, db, ask([3]))
    hold, user = taken_chunk(chunk), make.make_user(full_name="林青")
    with hold.unit() as unit:
        seen = unit.get_one(User, user.id)
    db.execute(update(User).where(User.id == user.id).values(full_name="林清"))
    db.commit()
    with hold.unit():
        assert seen.full_name == "林清"


def test_a_unit_renews_the_lease(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    [chunk] = planned(app, db, ask([3]))
    hold = taken_chunk(chunk)
    expire_leases(db)
    with hold.unit():
        pass
    row = db.get_one(JobChunk, chunk.chunk_id, populate_existing=True)
    assert row.leased_until
    assert row.leased_until > utc_now() + LEASE / 2
    assert taken(chunk, "other") is None


def test_a_running_job_stops_at_the_next_unit_after_it_was_cancelled(
    app: Flask, ask: Ask, db: Session, as_runner: None
) -> None:
    job = ask([3])
    [chunk] = planned(app, db, job)
    hold = taken_chunk(chunk)
    with hold.unit(done=1):
        hold.place = {"next": 1}
    with unit_of_work() as unit:
        service.cancel(unit.get_one(Job, job.id))
    with pytest.raises(Cancelled), hold.unit(done=1):
        raise AssertionError("nothing is begun any more")
    assert open_later(2 * LEASE) == []


def test_what_is_cancelled_under_a_unit_is_not_written(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([3])
    [chunk] = planned(app, db, job)
    hold = taken_chunk(chunk)
    with pytest.raises(Cancelled), hold.unit(done=1) as unit:  # noqa: PT012 - at its end
        unit.add(Department(name="计数-0-0"))
        unit.execute(update(Job).where(Job.id == job.id).values(state=JobState.cancelled))
    assert departments(db) == []


def test_a_waiting_job_that_was_cancelled_never_begins(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([3])
    with unit_of_work() as unit:
        service.cancel(unit.get_one(Job, job.id))
    assert run_all(app) == 0
    assert not run(app, Task(job.id), "late message")
    assert departments(db) == []


@pytest.mark.parametrize("where", ["plan", "work", "finish"])
def test_a_refusal_fails_the_job_with_its_text(app: Flask, ask: Ask, db: Session, kind: ChangeKind, where: str) -> None:
    def refuse(*_arguments: object) -> Plain:
        raise DomainError("没有这个小区。")

    kind(**{where: refuse})
    job = ask([1, 1])
    run_all(app)
    db.refresh(job)
    assert (job.state, job.error) == (JobState.failed, "没有这个小区。")
    assert job.ended_at
    assert "计数-finished" not in departments(db)


@pytest.mark.parametrize("where", ["plan", "work", "finish"])
def test_a_bug_fails_the_job_with_a_number_and_nothing_of_itself(
    app: Flask, ask: Ask, db: Session, kind: ChangeKind, where: str
) -> None:
    def stumble(*_arguments: object) -> Plain:
        raise ZeroDivisionError("欧阳娜娜")

    kind(**{where: stumble})
    job = ask([1])
    run_all(app)
    db.refresh(job)
    assert job.state is JobState.failed
    assert "欧阳娜娜" not in job.error
    last = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
    assert (last.kind, last.data["state"]) == ("JobEnded", "failed")
    assert last.request_id in job.error


def test_a_failed_chunk_ends_the_others(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([2, 2])
    first, second = planned(app, db, job)
    hold = taken_chunk(first)
    with unit_of_work():
        service.move(job.id, JobState.failed)
    with pytest.raises(Cancelled), hold.unit():
        pass
    assert not run(app, second, "second")


def test_a_database_that_stumbles_is_tried_again(app: Flask, ask: Ask, db: Session, kind: ChangeKind) -> None:
    tries: list[int] = []

    def stumble_once(step: Step) -> Plain:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("UPDATE", {}, Exception("deadlock"))
        return {"counted": 0}

    kind(work=stumble_once)
    job = ask([1])
    run_all(app)
    expire_leases(db)
    run_all(app)
    db.refresh(job)
    assert (job.state, len(tries)) == (JobState.done, 2)


@pytest.mark.parametrize("stage", ["plan", "chunk"])
def test_a_task_that_kills_its_runners_fails_in_the_end(
    app: Flask, ask: Ask, db: Session, as_runner: None, stage: str
) -> None:
    job = ask([1])
    task = Task(job.id) if stage == "plan" else planned(app, db, job)[0]
    for _attempt in range(MOST_ATTEMPTS):
        assert taken(task, "dies")
        expire_leases(db)
    run_all(app)
    db.refresh(job)
    assert job.state is JobState.failed
    assert str(MOST_ATTEMPTS) in job.error
    assert departments(db) == []


def test_only_attempts_without_progress_count(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([MOST_ATTEMPTS + 3])
    [chunk] = planned(app, db, job)
    for number in range(MOST_ATTEMPTS + 2):
        hold = taken_chunk(chunk, "dies")
        with hold.unit(done=1) as unit:
            unit.add(Department(name=f"计数-0-{number}"))
            hold.place = {"next": number + 1}
        expire_leases(db)
    run_all(app)
    db.refresh(job)
    assert (job.state, job.done) == (JobState.done, MOST_ATTEMPTS + 3)


def test_a_runner_that_is_told_to_stop_gives_its_chunk_back(
    app: Flask, ask: Ask, db: Session, kind: ChangeKind
) -> None:
    def told(step: Step) -> Plain:
        with step.unit(done=1):
            raise SystemExit(0)

    kind(work=told)
    job = ask([1])
    [chunk] = planned(app, db, job)
    with pytest.raises(SystemExit):
        run(app, chunk, "first")
    row = db.get_one(JobChunk, chunk.chunk_id, populate_existing=True)
    assert (row.state, row.runner, row.attempts) == (ChunkState.waiting, "", 0)
    with app.app_context():
        assert open_later() == [chunk]


def test_whoever_finishes_second_finds_it_finished(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    job = ask([])
    planned(app, db, job)
    slow = taken(Task(job.id), "slow")
    assert slow
    expire_leases(db)
    run_all(app)
    with pytest.raises(LeaseLost), slow.last_unit():
        pass
    ended = select(LogEntry.id).where(LogEntry.kind == "JobEnded")
    assert len(db.scalars(ended).all()) == 1
    assert departments(db) == ["计数-finished"]


def test_a_job_with_fewer_runners_comes_first(app: Flask, ask: Ask, db: Session, as_runner: None) -> None:
    long, short = ask([1, 1, 1]), ask([1])
    for job in (long, short):
        run(app, Task(job.id), "planner")
    first, *_rest = open_later()
    assert first.job_id == long.id
    taken(first)
    assert open_later()[0].job_id == short.id


def watching(seen: list[Actor]) -> Callable[[Step], Plain]:
    def watch(step: Step) -> Plain:
        seen.append(g.actor)
        return {"counted": 0}

    return watch


def test_whoever_asked_acts_with_what_they_may_now(
    app: Flask, ask: Ask, db: Session, estate: Estate, kind: ChangeKind
) -> None:
    seen: list[Actor] = []
    kind(work=watching(seen))
    user = make.make_user(RoleName.service_desk, estates=[estate], locale="en")
    ask([1], user, estate_id=estate.id)
    db.execute(update(UserRole).where(UserRole.user_id == user.id).values(role=RoleName.auditor))
    db.commit()
    run_all(app)
    [actor] = seen
    assert (actor.user_id, actor.roles, actor.locale) == (user.id, (RoleName.auditor,), "en")
    assert (actor.estate_ids, actor.estate_id) == ({estate.id}, estate.id)


def test_the_systems_work_runs_as_the_system(app: Flask, ask: Ask, kind: ChangeKind) -> None:
    seen: list[Actor] = []
    kind(work=watching(seen))
    ask([1])
    run_all(app)
    assert seen == [system_actor("tests")]


def test_the_work_of_a_closed_account_fails(app: Flask, ask: Ask, db: Session) -> None:
    user = make.make_user(full_name="林青", locale="en")
    job = ask([1], user)
    db.execute(update(User).where(User.id == user.id).values(active=False))
    db.commit()
    run_all(app)
    db.refresh(job)
    assert job.state is JobState.failed
    assert job.error == "The account of 林青 is closed, so the work was not done."
    assert departments(db) == []


def test_the_work_of_who_lost_the_right_fails(app: Flask, ask: Ask, db: Session) -> None:
    lost, kept = make.make_user(RoleName.service_desk, locale="en"), make.make_user(RoleName.auditor)
    jobs = [ask([], user, kind_name="test.right") for user in (lost, kept)]
    run(app, Task(jobs[0].id), "first")
    run(app, Task(jobs[1].id), "first")
    for job in jobs:
        db.refresh(job)
    assert jobs[0].error == "Your role no longer includes this, so the work was not done."
    assert jobs[1].state is JobState.running


def test_a_kind_that_this_version_does_not_know_fails(app: Flask, ask: Ask, db: Session) -> None:
    job = ask([1])
    job.kind = "of.later"
    db.commit()
    run_all(app)
    db.refresh(job)
    assert job.state is JobState.failed
    assert "of.later" in job.error


@pytest.mark.parametrize(("error", "text"), [("", "Finished: 数到头"), ("no", "Failed: 数到头")])
def test_whoever_asked_is_told_of_the_end(
    app: Flask, ask: Ask, db: Session, kind: ChangeKind, error: str, text: str
) -> None:
    def end(payload: Plain, _results: Iterator[Plain]) -> Finished:
        if error:
            raise DomainError(error)
        return Finished()

    kind(finish=end)
    user = make.make_user(locale="en")
    job = ask([1], user)
    run_all(app)
    told = db.scalars(select(Notification).where(Notification.user_id == user.id)).one()
    assert (told.text, told.url) == (text, f"/jobs/{job.id}")


def test_a_lease_is_much_longer_than_a_heartbeat() -> None:
    from crm.jobs.heartbeat import BEAT

    assert timedelta(seconds=2 * BEAT) < LEASE
