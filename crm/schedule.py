"""The clock: what is done every so often, in `crm serve` or `crm schedule`.

Several clocks may run at once: of each due moment one of them stores the row, and does the work (decision 039). A task
is as good twice as once all the same: one that died in the middle is taken over.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, g
from flask_babel import lazy_gettext as _l

from crm.archive.disposal.jobs import tell_of_cooled_off, tell_of_over, wipe_files
from crm.archive.handover.jobs import remind as remind_of_handovers
from crm.archive.lending.jobs import look_after as look_after_lending
from crm.archive.vault.counts.jobs import keep_vault
from crm.archive.vault.documents.jobs import ring_for_late_titles
from crm.archive.vault.vouchers.jobs import ring_for_outside
from crm.auth.actor import system_actor
from crm.billing.arrears.follow_up.jobs import remind as remind_of_arrears
from crm.billing.arrears.jobs import open_reviews
from crm.billing.arrears.limitation.jobs import watch as watch_limitation
from crm.billing.jobs import prove_nightly as prove_books
from crm.bulk import look_again
from crm.calls.jobs import remind
from crm.clock.jobs import prune as prune_runs
from crm.clock.queries import Opening, openings
from crm.clock.running import run
from crm.clock.tasks import Task, tasks
from crm.complaints.actions.jobs import remind as remind_of_actions
from crm.complaints.cases.jobs import escalate as escalate_complaints
from crm.complaints.cases.jobs import prove_nightly as prove_complaints
from crm.correspondence.letters.jobs import remind as remind_of_letters
from crm.correspondence.notices.reminding import remind as remind_of_unreached
from crm.dates import utc_now
from crm.db import unit_of_work
from crm.engineering.procedures.jobs import look_after as look_after_procedures
from crm.files.fixity import read_slice
from crm.jobs.broker import sweep
from crm.jobs.processes import Runners, end_on_signals
from crm.moves.moving_in.jobs import remind as remind_of_move_ins
from crm.notifications.jobs import prune as prune_notifications
from crm.outbox.service import send_due
from crm.recovery.archive import prove_nightly
from crm.recovery.heads import export_head
from crm.renovations.acceptance.jobs import remind as remind_of_checks
from crm.renovations.cases.jobs import remind as remind_of_permits
from crm.renovations.patrols.jobs import look_after as look_after_patrols
from crm.repairs.dispatch.jobs import escalate as ring_for_late_repairs
from crm.repairs.orders.jobs import prove_nightly as prove_repairs
from crm.repairs.plans.jobs import make_due as make_maintenance_jobs
from crm.review.jobs import open_due
from crm.review.jobs import remind as remind_of_filing_reviews
from crm.tenants.unfiled import count_nightly as count_unfiled
from crm.violations.cases.jobs import remind as remind_of_violations

LOOK_EVERY = 2.0  # seconds: so late a task begins at most, and what was asked for
SWEEP_EVERY = 5.0
AT_ONCE = 10  # tasks of one process
HOUR = timedelta(hours=1)
log = structlog.get_logger()

TASKS = (
    Task("mail", _l("Send outgoing mail"), timedelta(seconds=30), send_due),
    Task("call-backs", _l("Remind of call-backs"), timedelta(minutes=1), remind),
    Task("repairs late", _l("Ring for repairs that are late"), timedelta(minutes=1), ring_for_late_repairs),
    Task("complaints late", _l("Put up complaints that are late"), timedelta(minutes=1), escalate_complaints),
    # hourly, though most have something to do once a business day: the first hour that comes to it is soon enough
    Task("destroyed files", _l("Wipe the files of destroyed dossiers"), timedelta(minutes=5), wipe_files),
    Task("retention over", _l("Tell of dossiers whose period is over"), timedelta(days=7), tell_of_over),
    Task("destructions due", _l("Tell of destruction lists that cooled off"), timedelta(days=1), tell_of_cooled_off),
    Task("hand-overs due", _l("Remind of hand-overs"), HOUR, remind_of_handovers),
    Task("lending", _l("Remind of what is lent, close copies whose time is over"), HOUR, look_after_lending),
    Task("titles late", _l("Ring for title documents that are not in the vault"), HOUR, ring_for_late_titles),
    Task("titles outside", _l("Ring for title documents that are to be back"), HOUR, ring_for_outside),
    Task("vault", _l("Order counts of the vault, ring for what is late there"), HOUR, keep_vault),
    Task("arrears reviews", _l("Open the monthly arrears reviews"), HOUR, open_reviews),
    Task(
        "arrears reminders", _l("Remind of promises and contacts about arrears"), HOUR, remind_of_arrears
    ),  # once a business day for each estate
    Task("filing reviews", _l("Open the monthly filing reviews"), HOUR, open_due),
    Task("filing reviews late", _l("Remind of filing reviews that are not signed off"), HOUR, remind_of_filing_reviews),
    Task(
        "letters due", _l("Remind of letters"), HOUR, remind_of_letters
    ),  # each once, and once more when its day has passed
    Task("archive check", _l("Check the archive"), HOUR, prove_nightly),
    Task("books check", _l("Check the books"), HOUR, prove_books),
    Task("repairs check", _l("Check the repairs"), HOUR, prove_repairs),
    Task("complaints check", _l("Check the complaints"), HOUR, prove_complaints),
    Task("stored files", _l("Read stored files again"), HOUR, read_slice),  # each within the days that the company sets
    Task("unfiled papers", _l("Count papers that lie in no dossier"), HOUR, count_unfiled),
    Task(
        "limitation", _l("Watch what can soon not be claimed any more"), HOUR, watch_limitation
    ),  # once a business day
    Task(
        "maintenance", _l("Make the jobs of planned maintenance"), HOUR, make_maintenance_jobs
    ),  # once for each due day of a plan
    Task("renovation checks", _l("Remind of checks of renovations"), HOUR, remind_of_checks),
    Task("patrols", _l("Plan patrols of renovations, remind of those that are late"), HOUR, look_after_patrols),
    Task("permits due", _l("Remind of renovation permits that run out"), HOUR, remind_of_permits),
    Task("violations due", _l("Remind of violations"), HOUR, remind_of_violations),
    Task("procedures", _l("Bring work procedures into force, remind of their reviews"), HOUR, look_after_procedures),
    Task("move-ins late", _l("Remind of move-ins that take too long"), HOUR, remind_of_move_ins),
    Task(
        "notices unreached", _l("Remind of notices that reached nobody"), HOUR, remind_of_unreached
    ),  # once a business day for each notice
    Task(
        "corrective actions", _l("Remind of corrective actions"), HOUR, remind_of_actions
    ),  # once a business day for each
    Task("statistics", _l("Renew the database's own statistics"), timedelta(hours=6), look_again),
    Task(
        "log head", _l("Export the head of the operation log"), HOUR, export_head
    ),  # once a day; the other hours find it done
    Task("old notifications", _l("Clear away what was read under the bell"), timedelta(days=1), prune_notifications),
    Task("old runs", _l("Clear away old runs of the tasks"), timedelta(days=1), prune_runs),
)


def connect_tasks() -> None:
    tasks.update({task.name: task for task in TASKS})


class Clock:
    """Looks for what is due. A task under way here is not begun a second time."""

    def __init__(self, app: Flask) -> None:
        self.app, self.busy, self.pool = app, set[str](), ThreadPoolExecutor(AT_ONCE, "task")

    def look(self) -> None:
        """A database that does not answer stops no clock."""
        try:
            for opening in self._due():
                self.busy.add(opening.task.name)
                self.pool.submit(self._run, opening)
        except Exception as error:
            log.error("clock", exc_info=error)

    def _due(self) -> list[Opening]:
        idle = [task for task in tasks.values() if task.name not in self.busy]
        with self.app.app_context(), unit_of_work(writes=False):
            now = utc_now()
            return openings(idle, now, now)

    def _run(self, opening: Opening) -> None:
        try:
            run(self.app, opening)
        except Exception as error:
            log.error("clock", task=opening.task.name, exc_info=error)
        finally:
            self.busy.discard(opening.task.name)

    def stop(self) -> None:
        """Wait for what is under way; what has not begun, another clock does, or this one at its next start."""
        self.pool.shutdown(cancel_futures=True)


@contextmanager
def clock(app: Flask) -> Iterator[BackgroundScheduler]:
    """A running clock that begins with what became due since the last one ran; at the end it waits for the tasks under
    way."""
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
    ticking, at_once = Clock(app), datetime.now(UTC)
    scheduler.add_job(ticking.look, "interval", seconds=LOOK_EVERY, next_run_time=at_once)
    scheduler.add_job(sweep_once, "interval", seconds=SWEEP_EVERY, next_run_time=at_once, args=(app,))
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown()
        ticking.stop()


def sweep_once(app: Flask) -> None:
    """Plumbing, no task: every clock looks after the broker's queue, and nobody wants to read of it."""
    with app.app_context():
        g.request_id, g.actor = secrets.token_hex(6), system_actor("sweep")
        try:
            sweep()
        except Exception as error:
            log.error("sweep", request_id=g.request_id, exc_info=error)


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
