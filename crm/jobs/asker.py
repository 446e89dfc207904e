"""Whoever asked for a job acts in it, with what they may see and do by then."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from crm.auth.actor import Actor, permissions_of, system_actor
from crm.auth.models import User
from crm.auth.queries import get_user
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
    g.actor = _actor(user, job)
    if not user.active:
        raise DomainError(_("The account of %(name)s is closed, so the work was not done.", name=user.full_name))


def expect_permission(kind: Kind) -> None:
    """Raises `DomainError` when the right was taken away since."""
    if kind.permission and not g.actor.may(kind.permission):
        raise DomainError(_("Your role no longer includes this, so the work was not done."))


def _actor(user: User, job: Job) -> Actor:
    """The estate in the top bar may have changed since: what counts is the one the work was asked for."""
    roles = tuple(row.role for row in user.roles)
    return Actor(
        name=user.full_name,
        permissions=permissions_of(roles),
        user_id=user.id,
        estate_ids=None if user.all_estates else frozenset(row.estate_id for row in user.estates),
        estate_id=job.estate_id,
        roles=roles,
        locale=user.locale,
    )
