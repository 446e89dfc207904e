"""The acting person's own sessions: each can be ended, at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import g
from sqlalchemy import ColumnElement, select, update

from crm.audit.log import record
from crm.auth.events import SessionEnded, SessionsEnded
from crm.auth.models import LoginSession
from crm.dates import utc_now
from crm.db import session


def own_sessions(now: datetime, idle: timedelta, absolute: timedelta) -> Sequence[LoginSession]:
    """Those that still open a page, the last used first."""
    lives = *_own(), LoginSession.seen_at > now - idle, LoginSession.started_at > now - absolute
    return session().scalars(select(LoginSession).where(*lives).order_by(LoginSession.seen_at.desc())).all()


def end_own(session_id: int) -> bool:
    """False when the acting person has no such session, or it has ended."""
    own = session().scalars(select(LoginSession).where(*_own()))
    login = next((login for login in own if login.id == session_id), None)
    if login is None:
        return False
    login.ended_at = utc_now()
    record(SessionEnded(user_id=login.user_id, session_id=login.id, address=login.address))
    return True


def end_others() -> int:
    """Every session but the one that asks; how many there were."""
    others = update(LoginSession).where(*_own(), LoginSession.id != g.actor.session_id).values(ended_at=utc_now())
    ended = len(session().execute(others.returning(LoginSession.id)).all())
    if ended:
        record(SessionsEnded(user_id=g.actor.user_id, sessions=ended))
    return ended


def _own() -> tuple[ColumnElement[bool], ...]:
    return LoginSession.user_id == g.actor.user_id, LoginSession.ended_at.is_(None)
