"""The own sessions: listed, and ended one by one or all the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.models import LoginSession, User
from crm.dates import utc_now

SignIn = Callable[[str], FlaskClient]


def offered(client: FlaskClient) -> list[str]:
    return re.findall(r'name="end" value="(\w+)"', client.get("/account").text)


def test_each_ends_at_once(sign_in: SignIn, db: Session) -> None:
    here, there, third = (sign_in("limin") for _ in range(3))
    ids = db.scalars(select(LoginSession.id).order_by(LoginSession.id)).all()
    assert sorted(offered(here)) == sorted([str(ids[1]), str(ids[2]), "others"])
    assert here.post("/account/sessions", data={"end": str(ids[1])}).location == "/account"
    assert [client.get("/").status_code for client in (here, there, third)] == [200, 302, 200]
    last = db.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert (last.kind, last.data["session_id"]) == ("SessionEnded", ids[1])


def test_all_others_end_together(sign_in: SignIn, db: Session) -> None:
    here, there, third, other = sign_in("limin"), sign_in("limin"), sign_in("limin"), sign_in("zhouhui")
    here.post("/account/sessions", data={"end": "others"})
    assert [client.get("/").status_code for client in (here, there, third, other)] == [200, 302, 302, 200]
    last = db.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert (last.kind, last.data["sessions"]) == ("SessionsEnded", 2)
    assert offered(here) == []


def test_nobody_ends_somebody_elses(sign_in: SignIn, db: Session) -> None:
    here, other = sign_in("limin"), sign_in("zhouhui")
    foreign = db.scalar(
        select(LoginSession.id).join(User, User.id == LoginSession.user_id).filter_by(username="zhouhui")
    )
    assert here.post("/account/sessions", data={"end": str(foreign)}).status_code == 404
    assert here.post("/account/sessions", data={"end": "9" * 15}).status_code == 404
    assert here.post("/account/sessions", data={"end": "-1"}).status_code == 302
    assert other.get("/").status_code == 200


def test_what_has_run_out_is_not_listed(sign_in: SignIn, db: Session) -> None:
    here = sign_in("limin")
    sign_in("limin")
    newest = db.scalar(select(LoginSession.id).order_by(LoginSession.id.desc()).limit(1))
    db.execute(update(LoginSession).where(LoginSession.id == newest).values(seen_at=utc_now() - timedelta(hours=5)))
    db.commit()
    assert offered(here) == []
