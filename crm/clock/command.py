"""`crm schedule --once`: what is due, done here and now, task by task."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.clock import queries
from crm.clock.models import OUTCOME_TITLES, Outcome
from crm.clock.queries import Opening
from crm.clock.reports import in_words
from crm.clock.running import Ran, run
from crm.clock.tasks import Task, tasks
from crm.dates import YEARS, utc_now
from crm.db import unit_of_work


class MomentType(click.ParamType[datetime]):
    """A moment as ISO 8601 writes it; without an offset it is one at the company."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.year not in YEARS or found.year == YEARS.start:
            self.fail(_("%(typed)s is not a moment. Write it as in 2026-12-01 08:00.", typed=value), param, ctx)
        zone = current_app.config["SETTINGS"].timezone
        return found if found.tzinfo else found.replace(tzinfo=zone)


MOMENT = MomentType()
WHY_TITLES = {"paused": _l("paused"), "running": _l("under way elsewhere"), "done": _l("done already")}


@dataclass(frozen=True, slots=True)
class Skipped:
    task: Task
    due_at: datetime
    why: str


def do_once(app: Flask, at: datetime | None, *, as_json: bool) -> int:
    """Do every task that is due at the moment, now when there is none, and say what ran; the exit code."""
    moment = at or utc_now()
    ran = [each for task in tasks.values() for each in _do(app, task, moment, told=at)]
    skipped = _skipped(moment, {each.task.name for each in ran})
    if as_json:
        told = {"ran": [_plain_ran(each) for each in ran], "skipped": [_plain_skipped(each) for each in skipped]}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo("\n".join([*map(_line, ran), *map(_line_skipped, skipped)]))
    return 1 if any(each.outcome is Outcome.failed for each in ran) else 0


def _do(app: Flask, task: Task, moment: datetime, *, told: datetime | None) -> list[Ran]:
    """What was asked for or broken off comes before what is due by the period."""
    done: list[Ran] = []
    while opening := _next(task, moment):
        ran = run(app, opening, at=told)
        if ran is None:  # another clock was first
            break
        done.append(ran)
    return done


def _next(task: Task, moment: datetime) -> Opening | None:
    with unit_of_work(writes=False):
        return next(iter(queries.openings([task], moment, utc_now())), None)


def _skipped(moment: datetime, ran: set[str]) -> list[Skipped]:
    with unit_of_work(writes=False):
        paused, held = queries.pauses(), queries.open_runs()
    left = [task for task in tasks.values() if task.name not in ran]
    why = ("paused" if task.name in paused else "running" if task.name in held else "done" for task in left)
    return [Skipped(task, task.due_at(moment), reason) for task, reason in zip(left, why, strict=True)]


def _plain_ran(ran: Ran) -> dict[str, Any]:
    return {
        "task": ran.task.name,
        "due": ran.due_at.isoformat(),
        "outcome": ran.outcome.value,
        "seconds": ran.milliseconds / 1000,
        "words": in_words(ran.outcome, ran.answer),
    }


def _plain_skipped(skipped: Skipped) -> dict[str, Any]:
    return {"task": skipped.task.name, "due": skipped.due_at.isoformat(), "why": skipped.why}


def _line(ran: Ran) -> str:
    words = (str(ran.task.title), str(OUTCOME_TITLES[ran.outcome]), in_words(ran.outcome, ran.answer))
    return "  ".join([_local(ran.due_at), *filter(None, words)])


def _line_skipped(skipped: Skipped) -> str:
    return "  ".join([_local(skipped.due_at), str(skipped.task.title), f"({WHY_TITLES[skipped.why]})"])


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(current_app.config['SETTINGS'].timezone):%Y-%m-%d %H:%M:%S}"
