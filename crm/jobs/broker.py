"""Celery over Redis or RabbitMQ, where CRM_BROKER_URL names one.

A message is a hint: it names a task and nothing else. What may be done, and by whom, the rows say, so a message that
is lost, late or delivered twice changes nothing; the sweep sends anew what nobody took.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog
from celery import Celery
from celery.exceptions import WorkerLostError
from celery.signals import task_failure, worker_process_init
from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.dates import utc_now
from crm.db import after_commit, open_session, unit_of_work
from crm.jobs import runner
from crm.jobs.holding import release_all
from crm.jobs.queries import Task, open_tasks
from crm.web.application import Crm

NAME = "crm.jobs.run"
QUEUE = "yihu"
PATIENCE = 2  # seconds that a request waits for a broker at most
log = structlog.get_logger()


def connect_broker(app: Crm) -> None:
    if url := app.settings.broker_url:
        app.extensions["broker"] = _celery(app, url)


def _celery(app: Flask, url: str) -> Celery:
    redis = {"socket_connect_timeout": PATIENCE, "socket_timeout": 10 * PATIENCE}
    celery = Celery("yihu", broker=url, set_as_current=False)
    celery.conf.update(
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=PATIENCE,
        broker_transport_options=redis if url.startswith("redis") else {},
        flask_app=app,
        task_acks_late=True,
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_publish_retry=False,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
    )

    @celery.task(name=NAME, bind=True)  # type: ignore[untyped-decorator]
    def run(self: Any, job_id: int, chunk_id: int | None) -> None:
        runner.run(app, Task(job_id, chunk_id), _runner(self.request.id))

    return celery


def _runner(message_id: str) -> str:
    return f"celery-{message_id}"


def send_told(db: Session) -> None:
    """After a commit: the tasks that came up in it."""
    tasks = db.info.pop("tasks", [])
    if tasks and (broker := current_app.extensions.get("broker")):
        _send(broker, tasks)


after_commit.append(send_told)


def sweep() -> None:
    """Send what is open while the queue is empty: its messages were lost, or its runner died."""
    broker: Celery | None = current_app.extensions.get("broker")
    if broker is None:
        return
    with unit_of_work(writes=False):
        tasks = open_tasks(utc_now())
    if tasks and not _queued(broker):
        _send(broker, tasks)


def _queued(broker: Celery) -> int:
    with broker.connection_for_write() as connection:
        return int(broker.amqp.queues[QUEUE].queue_declare(channel=connection.default_channel).message_count)


def _send(broker: Celery, tasks: Iterable[Task]) -> None:
    """A broker that is down is no fault of whoever asked: the sweep comes again."""
    try:
        with broker.producer_or_acquire() as producer:
            for task in tasks:
                broker.send_task(NAME, (task.job_id, task.chunk_id), producer=producer, retry=False)
    except Exception as error:
        log.warning("broker", error=repr(error))


def _own_connections(**_signal: Any) -> None:
    """A forked child must not speak over its parent's connections."""
    open_session.kw["bind"].dispose(close=False)


def _hand_on(sender: Any, task_id: str, exception: Exception, args: tuple[int, int | None], **_signal: Any) -> None:
    """The worker saw its child die: what that held is free at once, and anybody may take it."""
    if not isinstance(exception, WorkerLostError):
        return
    app: Flask = sender.app.conf.flask_app
    with app.app_context():
        g.actor = system_actor(NAME)
        with unit_of_work():
            release_all(_runner(task_id))
        _send(sender.app, [Task(*args)])


worker_process_init.connect(_own_connections)
task_failure.connect(_hand_on)
