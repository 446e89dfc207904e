"""Asking for more time and deciding about it (L-18, A-05)."""

from __future__ import annotations

from datetime import date, timedelta

from flask import g
from flask_babel import gettext as _

from crm.archive.handover.authority import not_entitled
from crm.archive.handover.events import PostponementAsked, PostponementDecided
from crm.archive.handover.models import (
    ASK_TITLES,
    CLOCK_TITLES,
    POSTPONING,
    AskState,
    Clock,
    HandoverState,
    Party,
    Postponement,
)
from crm.archive.handover.queries import deadlines as queries
from crm.archive.handover.queries.authority import decider, deciding, matter_of
from crm.archive.handover.service import deadlines
from crm.archive.handover.service.telling import tell_at
from crm.archive.handover.standing import Standing
from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError

MOST = timedelta(days=366)
PAGE = "/archive/handover/postponements/{}"
RUNS = {  # while the dossier is with whom the clock belongs to
    Clock.a: (Party.a, {HandoverState.preparing}),
    Clock.b: (Party.b, {HandoverState.with_b, HandoverState.supplementing, HandoverState.coded}),
}


def own_clock(standing: Standing) -> Clock | None:
    """The clock that runs for the acting person now."""
    return next(
        (clock for clock, (party, states) in RUNS.items() if standing.plays(party) and standing.state in states), None
    )


def hindrance(standing: Standing) -> str:
    """Why the acting person cannot ask for more time now, or ""."""
    if not standing.plays(Party.a) and not standing.plays(Party.b):
        return _("Only %(a)s or %(b)s asks for more time.", a=standing.who(Party.a), b=standing.who(Party.b))
    clock = own_clock(standing)
    if clock is None or clock not in queries.newest(queries.deadlines(standing.handover.id)):
        return _("None of your clocks runs now. More time is asked for while the dossier is with you.")
    asked = queries.postponements(standing.handover.id)
    if any(each.state is AskState.asked and each.clock is clock for each in asked):
        return _("A postponement is asked for already. Wait until it is decided.")
    return ""


def ask(standing: Standing, new_due: date, reason: str) -> Postponement:
    """Raises `DomainError` without a reason, or for a day not in the year after the present due date and today."""
    clock = own_clock(standing)
    if refusal := hindrance(standing):
        raise DomainError(refusal)
    if not reason.strip() or clock is None:
        raise DomainError(_("Write why more time is needed: whoever decides has to weigh it."))
    handover, today = standing.handover, business_day()
    due = queries.newest(queries.deadlines(handover.id))[clock].due_on
    if refusal := _no_new_due(new_due, max(due, today)):
        raise DomainError(refusal)
    made = Postponement(
        handover_id=handover.id,
        clock=clock,
        reason=reason,
        old_due=due,
        new_due=new_due,
        after_due=today > due,
        state=AskState.asked,
        asked_by_id=g.actor.user_id,
        asked_at=utc_now(),
        a_id=standing.a_id,
        b_id=standing.b_id,
    )
    session().add(made)
    session().flush()
    record(
        PostponementAsked(
            handover_id=handover.id,
            project_id=handover.project_id,
            postponement_id=made.id,
            clock=clock.value,
            old=due,
            new=new_due,
            reason=reason,
            after_due=made.after_due,
        )
    )
    _tell_who_decides(standing, made)
    return made


def _no_new_due(new_due: date, present: date) -> str:
    """Why that day cannot be asked for, or ""."""
    if new_due <= present:
        return _("The new due date must be later than %(day)s.", day=present.isoformat())
    latest = present + MOST
    if new_due > latest:
        return _("More than a year is not asked for at once: %(day)s at the latest.", day=latest.isoformat())
    return ""


def _tell_who_decides(standing: Standing, postponement: Postponement) -> None:
    title, who = standing.handover.project.title, g.actor.name

    def words() -> str:
        return _(
            "%(who)s asks for more time: %(title)s, %(clock)s until %(day)s.",
            who=who,
            title=title,
            clock=CLOCK_TITLES[postponement.clock],
            day=postponement.new_due,
        )

    people = deciding(matter_of(standing, postponement.asked_by_id))
    tell_at(PAGE.format(postponement.id), people, words)


def not_to_decide(standing: Standing, postponement: Postponement) -> str:
    """Why the acting person does not decide about it, or ""."""
    if postponement.state is not AskState.asked:
        return _("It is decided already: %(state)s.", state=ASK_TITLES[postponement.state])
    return not_entitled(decider(), matter_of(standing, postponement.asked_by_id))


def decide(standing: Standing, postponement: Postponement, action: str, words: str) -> None:
    """`action` is approve or refuse; a refusal says why. An approval moves the due date from now on."""
    if refusal := not_to_decide(standing, postponement):
        raise DomainError(refusal)
    if action == "refuse" and not words.strip():
        raise DomainError(_("Write why it is refused."))
    postponement.decision, postponement.decided_at = words, utc_now()
    postponement.decided_by_id = g.actor.user_id
    POSTPONING.take(postponement, action)
    session().flush()
    handover = standing.handover
    if postponement.state is AskState.approved:
        deadlines.postpone(handover, postponement)
    record(
        PostponementDecided(
            handover_id=handover.id,
            project_id=handover.project_id,
            postponement_id=postponement.id,
            outcome=postponement.state.value,
            words=words,
        )
    )
    state, title = postponement.state, handover.project.title
    tell_at(
        PAGE.format(postponement.id),
        {postponement.asked_by_id},
        lambda: _("Your request for more time is decided: %(title)s: %(state)s.", title=title, state=ASK_TITLES[state]),
    )
