"""Two at the same moment and on real connections: a letter is pressed and mailed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.correspondence.letters import papers, queries, service
from crm.correspondence.letters.models import LetterFile
from crm.outbox.models import Mail, MailState
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.correspondence.letters.making import make_letter_out
from tests.meeting import OwnCompany, both

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]


@pytest.fixture
def committing(app: Flask, own_company: OwnCompany) -> Work:
    """Units of work of 李敏, within a request."""

    @contextmanager
    def work() -> Iterator[Session]:
        with app.test_request_context(), own_company.work(as_("limin")) as db:
            yield db

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
        assert states == [MailState.taken_back, MailState.waiting], "what came back goes anew, once"
