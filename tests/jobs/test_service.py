"""Asking for work, and the table of a job's states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.permissions import RoleName
from crm.errors import DomainError
from crm.jobs import service
from crm.jobs.models import Job, JobState
from crm.notifications.models import Notification
from crm.settings import read_settings
from tests import factories as make
from tests.jobs.conftest import acting

ALLOWED = {
    (JobState.waiting, JobState.running),
    (JobState.waiting, JobState.failed),
    (JobState.waiting, JobState.cancelled),
    (JobState.running, JobState.done),
    (JobState.running, JobState.failed),
    (JobState.running, JobState.cancelled),
}
Ask = Callable[..., Job]
Work = Callable[..., object]


def kinds_of_log(db: Session) -> list[str]:
    return list(db.scalars(select(LogEntry.kind).order_by(LogEntry.id)))


def test_asking_again_under_the_same_key_gives_the_first_job(ask: Ask, db: Session) -> None:
    before = len(kinds_of_log(db))
    first, second = ask([1], key="once"), ask([9], key="once")
    assert first.id == second.id
    assert first.payload["chunks"] == [1]
    assert kinds_of_log(db)[before:] == ["JobAsked"]


def test_asking_without_a_key_asks_anew(ask: Ask) -> None:
    assert ask([1]).id != ask([1]).id


def test_a_job_of_a_kind_that_nobody_offers_is_a_bug(ask: Ask) -> None:
    with pytest.raises(KeyError):
        ask([1], kind_name="nothing")


@pytest.mark.parametrize("target", [state for state in JobState if state is not JobState.waiting])
@pytest.mark.parametrize("source", JobState)
def test_every_cell_of_the_workflow(ask: Ask, db: Session, work: Work, source: JobState, target: JobState) -> None:
    job = ask([1])
    job.state = source
    db.commit()
    with work():
        moved = service.move(job.id, target)
    db.refresh(job)
    assert moved is ((source, target) in ALLOWED)
    assert job.state is (target if moved else source)


@pytest.mark.parametrize("state", JobState)
def test_what_has_ended_cannot_be_cancelled(ask: Ask, db: Session, work: Work, state: JobState) -> None:
    job = ask([1])
    job.state = state
    db.commit()
    if state in (JobState.waiting, JobState.running):
        with work() as unit:
            service.cancel(unit.get_one(Job, job.id))
        db.refresh(job)
        assert job.state is JobState.cancelled
        assert job.ended_at
        assert kinds_of_log(db)[-1] == "JobCancelled"
    else:
        with pytest.raises(DomainError), work() as unit:
            service.cancel(unit.get_one(Job, job.id))
        assert "JobCancelled" not in kinds_of_log(db)


def test_whoever_asked_hears_that_somebody_else_cancelled(ask: Ask, db: Session, work: Work) -> None:
    user, other = make.make_user(locale="en"), make.make_user(RoleName.administrator, full_name="刘洋")
    job = ask([1], user)
    with work(acting(other)) as unit:
        service.cancel(unit.get_one(Job, job.id))
    told = db.scalars(select(Notification).where(Notification.user_id == user.id)).one()
    assert told.text == "刘洋 has cancelled: 数到头"
    assert told.url == f"/jobs/{job.id}"


def test_who_cancels_the_own_work_is_not_told(ask: Ask, db: Session, work: Work) -> None:
    user = make.make_user()
    job = ask([1], user)
    with work(acting(user)) as unit:
        service.cancel(unit.get_one(Job, job.id))
    assert db.scalar(select(func.count()).select_from(Notification).where(Notification.user_id == user.id)) == 0


def test_a_request_that_fails_has_asked_for_nothing(ask: Ask, app: Flask, db: Session, work: Work) -> None:
    with pytest.raises(RuntimeError), work():  # noqa: PT012 - the request goes on after asking
        service.enqueue("test.count", "数到头", {"chunks": [1]}, key="rolled back")
        raise RuntimeError
    assert db.scalars(select(Job).where(Job.key == "rolled back")).all() == []


@pytest.mark.parametrize("url", ["http://broker", "redis:", "localhost:6379"])
def test_a_brokers_address_that_cannot_be_used_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(DomainError, match="CRM_BROKER_URL"):
        read_settings({"CRM_DATA_DIR": str(tmp_path), "CRM_BROKER_URL": url})


def test_without_an_address_there_is_no_broker(tmp_path: Path) -> None:
    assert read_settings({"CRM_DATA_DIR": str(tmp_path)}).broker_url == ""
