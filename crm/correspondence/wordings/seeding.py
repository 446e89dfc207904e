"""The shipped texts, where there are none yet: `crm init` calls it."""

from __future__ import annotations

from sqlalchemy import select

from crm.correspondence.wordings.defaults import TEXTS
from crm.correspondence.wordings.models import Wording
from crm.db import session


def seed() -> None:
    if session().scalar(select(Wording.id).limit(1)) is not None:
        return
    texts = (Wording(kind=each.kind, name=each.name, subject=each.subject, body=each.body) for each in TEXTS)
    session().add_all(texts)
    session().flush()
