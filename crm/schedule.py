"""The clock: what is done every so often, in `crm serve` or `crm schedule`.

Several clocks may run at once: what a tick does is claimed in the database, so that twice is as good as once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, g

from crm.archive.handover.jobs import remind as remind_of_handovers
from crm.auth.actor import system_actor
from crm.billing.arrears.follow_up.jobs import remind as remind_of_arrears
from crm.billing.arrears.jobs import open_reviews
from crm.billing.arrears.limitation.jobs import watch as watch_limitation
from crm.billing.jobs import prove_nightly as prove_books
from crm.bulk import look_again
from crm.calls.jobs import remind
from crm.complaints.actions.jobs import remind as remind_of_actions
from crm.complaints.cases.jobs import escalate as escalate_complaints
from crm.complaints.cases.jobs import prove_nightly as prove_complaints
from crm.correspondence.letters.jobs import remind as remind_of_letters
from crm.correspondence.notices.reminding import remind as remind_of_unreached
from crm.dates import utc_now
from crm.jobs.broker import sweep
from crm.jobs.processes import Runners, end_on_signals
from crm.outbox.service import send_due
from crm.recovery.archive import prove_nightly
from crm.recovery.heads import export_head
from crm.repairs.dispatch.jobs import escalate as ring_for_late_repairs
from crm.repairs.orders.jobs import prove_nightly as prove_repairs
from crm.repairs.plans.jobs import make_due as make_maintenance_jobs
from crm.tenants.unfiled import count_nightly as count_unfiled
from crm.violations.cases.jobs import remind as remind_of_violations

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tick:
    """`run` gets an application context and the system as the one who acts; it opens its own units of work."""

    name: str
    every: timedelta
    run: Callable[[], object]


TICKS = (
    Tick("sweep", timedelta(seconds=5), sweep),
    Tick("mail", timedelta(seconds=30), send_due),
    Tick("call-backs", timedelta(minutes=1), remind),
    Tick("repairs late", timedelta(minutes=1), ring_for_late_repairs),
    Tick("complaints late", timedelta(minutes=1), escalate_complaints),
    Tick("hand-overs due", timedelta(hours=1), remind_of_handovers),
    Tick("arrears reviews", timedelta(hours=1), open_reviews),  # once a month for each estate
    Tick("arrears reminders", timedelta(hours=1), remind_of_arrears),  # once a business day for each estate
    Tick("letters due", timedelta(hours=1), remind_of_letters),  # each once, and once more when its day has passed
    Tick("archive check", timedelta(hours=1), prove_nightly),  # once a business day
    Tick("books check", timedelta(hours=1), prove_books),  # once a business day
    Tick("repairs check", timedelta(hours=1), prove_repairs),  # once a business day
    Tick("complaints check", timedelta(hours=1), prove_complaints),  # once a business day
    Tick("unfiled papers", timedelta(hours=1), count_unfiled),  # once a business day
    Tick("limitation", timedelta(hours=1), watch_limitation),  # once a business day
    Tick("maintenance", timedelta(hours=1), make_maintenance_jobs),  # once for each due day of a plan
    Tick("violations due", timedelta(hours=1), remind_of_violations),  # once a business day
    Tick("notices unreached", timedelta(hours=1), remind_of_unreached),  # once a business day for each notice
    Tick("corrective actions", timedelta(hours=1), remind_of_actions),  # once a business day for each
    Tick("statistics", timedelta(hours=6), look_again),
    Tick("log head", timedelta(hours=1), export_head),  # once a day; the other hours find it done
)


@contextmanager
def clock(app: Flask) -> Iterator[BackgroundScheduler]:
    """A running clock that begins with every tick; at the end it waits for the tick under way."""
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
    for tick in TICKS:
        every, at_once = tick.every.total_seconds(), utc_now()
        scheduler.add_job(run, "interval", seconds=every, next_run_time=at_once, args=(app, tick), id=tick.name)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown()


@contextmanager
def working(app: Flask, count: int) -> Iterator[None]:
    """The clock and, where no broker hands the work out, `count` runners; SIGTERM and SIGINT end them all."""
    end_on_signals()
    runners = Runners(app, 0 if app.config["SETTINGS"].broker_url else count)
    try:
        with clock(app) as ticking:
            ticking.add_job(runners.watch, "interval", seconds=1)
            yield
    finally:
        runners.stop()


def run(app: Flask, tick: Tick) -> None:
    """One tick. What goes wrong in it is logged and does not stop the clock."""
    with app.app_context():
        g.request_id, g.actor = secrets.token_hex(6), system_actor(tick.name)
        try:
            tick.run()
        except Exception as error:
            log.error("tick", tick=tick.name, request_id=g.request_id, exc_info=error)
