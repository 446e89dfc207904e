"""Whoever asked for a job acts in it, with what they may see and do by then."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from crm.auth.actor import system_actor
from crm.auth.queries import get_user
from crm.auth.service import acting_as
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.jobs.kinds import Kind
from crm.jobs.models import Job


def act_as_asker(job: Job) -> None:
    """Raises `DomainError` when the account was closed since."""
    if job.user_id is None:
        g.actor = system_actor(job.actor_name)
        return
    with unit_of_work(writes=False):
        user = get_user(job.user_id)
    g.actor = acting_as(user, job.estate_id)  # the top bar may show another estate by now
    if not user.active:
        raise DomainError(_("The account of %(name)s is closed, so the work was not done.", name=user.full_name))


def expect_permission(kind: Kind) -> None:
    """Raises `DomainError` when the right was taken away since."""
    if kind.permission and not g.actor.may(kind.permission):
        raise DomainError(_("Your role no longer includes this, so the work was not done."))
