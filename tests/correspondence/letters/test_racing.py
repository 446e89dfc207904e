"""Two at the same moment and on real connections: a letter is pressed and mailed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm.auth.actor import Actor, system_actor
from crm.correspondence.letters import papers, queries, service
from crm.correspondence.letters.models import LetterFile
from crm.db import unit_of_work
from crm.demo.storing import store_cast
from crm.outbox.models import Mail, MailState
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.correspondence.letters.making import make_letter_out
from tests.meeting import both

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]


@pytest.fixture
def committing(app: Flask, own_engine: Engine) -> Work:
    """Units of work of 李敏 that are really committed, from any thread."""

    @contextmanager
    def work(actor: Actor | None = None) -> Iterator[Session]:
        with app.test_request_context():
            g.actor, g.request_id = actor or as_("limin"), ""
            with unit_of_work() as db:
                yield db

    with work(system_actor("tests")) as db:
        estate = Estate(name="阳光花园", company="和安物业服务有限公司")
        db.add(estate)
        db.flush()
        store_cast({"YG": estate.id})
    return work


def test_a_letter_mailed_twice_at_once_is_kept_and_mailed_once(committing: Work) -> None:
    with committing() as db:
        estate = db.scalars(select(Estate)).one()
    made = make_letter_out(estate, customer=make.make_customer(estate, email="ouyang@example.com"))

    def mail() -> str:
        letter = queries.get_letter(made.id)
        return service.post_letter(letter, papers.keep_letter(letter)).recipient

    assert both(committing, mail, mail) == ["ouyang@example.com"] * 2
    with committing() as db:
        assert [db.scalar(select(func.count(kind.id))) for kind in (LetterFile, Mail)] == [1, 1]
        db.scalars(select(Mail)).one().state = MailState.failed
    assert both(committing, mail, mail) == ["ouyang@example.com"] * 2
    with committing() as db:
        states = db.scalars(select(Mail.state).order_by(Mail.id)).all()
        assert states == [MailState.failed, MailState.waiting], "what came back goes anew, once"
