"""How far the setting up has come, for its page and for a card on the start page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from flask import current_app, g, url_for

from crm.auth.permissions import ROLES, Permission
from crm.auth.titles import ROLE_TITLES
from crm.dates import business_day, utc_now
from crm.desk.start.queries import facts, holders, last_backup, stands
from crm.desk.start.steps import GROUPS, STATE_TITLES, SYSTEM, TONES, Ground, State, Step
from crm.policy import figures, service
from crm.worktime import queries as worktime
from crm.worktime import reports as calendars
from crm.worktime.hours import OFFICE_HOURS

PARTS = (Permission.archive_appoint, Permission.billing_price)  # of the setting up; without them no company works


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A step as it stands. `url`: where the reader does it; "" for whom it is not, and then `whose` it is."""

    step: Step
    state: State
    said: str
    url: str
    whose: str

    @property
    def state_title(self) -> str:
        return str(STATE_TITLES[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True, kw_only=True)
class Progress:
    groups: list[tuple[str, list[Line]]]
    own: list[Line] = field(default_factory=list)  # what a reader who does not keep it all has to do

    @cached_property
    def lines(self) -> list[Line]:
        return [line for _title, lines in self.groups for line in lines]

    @property
    def done(self) -> int:
        return sum(line.state is State.done for line in self.lines)

    @property
    def all(self) -> int:
        return len(self.lines)

    @property
    def finished(self) -> bool:
        """Nothing is left that the company cannot work without."""
        return all(line.state is not State.to_do for line in self.lines)

    @cached_property
    def next(self) -> Line | None:
        """The first to do that the reader may do, else the first at all."""
        left = [line for line in self.lines if line.state is State.to_do]
        return next((line for line in left if line.url), left[0] if left else None)


def begins() -> bool:
    """Whether the acting person keeps an installation in which nothing stands yet."""
    return bool(g.actor.may(Permission.user_edit)) and not stands()


def progress_to_show() -> Progress | None:
    """For the start page of whoever does it, or of whoever has a part in it: None for everybody else, and once nothing
    is left for them to do."""
    may = g.actor.may
    keeps = may(Permission.user_edit)
    if not keeps and not any(may(part) for part in PARTS):
        return None
    found = progress()
    if keeps:
        return None if found.finished else found
    own = [line for line in found.lines if line.state is State.to_do and line.url and line.step not in SYSTEM]
    return replace(found, own=own) if own else None


def progress() -> Progress:
    ground = _ground()
    return Progress(groups=[(str(title), [_line(step, ground) for step in steps]) for title, steps in GROUPS])


def _line(step: Step, ground: Ground) -> Line:
    state, said = step.judge(ground)
    mine = g.actor.may(step.permission)
    arguments: dict[str, Any] = {**step.arguments}
    return Line(
        step=step,
        state=state,
        said=said,
        url=url_for(step.endpoint, **arguments) if mine and step.endpoint else "",
        whose="" if mine else _who_may(step.permission),
    )


def _who_may(permission: Permission) -> str:
    return "、".join(str(ROLE_TITLES[role]) for role, granted in ROLES.items() if permission in granted)


def _ground() -> Ground:
    today, settings = business_day(), current_app.config["SETTINGS"]
    declared = figures.declared.values()
    return Ground(
        facts=facts(),
        holders=holders(),
        figures=len(declared),
        confirmed=sum(service.is_confirmed(figure, today) for figure in declared),
        hours_confirmed=service.is_confirmed(OFFICE_HOURS, today),
        years_missing=tuple(each.year for each in calendars.missing(worktime.calendar(), today)),
        this_year=today.year,
        mails=settings.smtp is not None,
        backed_up=last_backup(),
        now=utc_now(),
    )
