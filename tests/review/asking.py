"""Checks that ask nothing but a dossier's title, so that a test says by a word what is to be found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from crm.archive.dossiers.checking import EVERY_KIND, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import RoleName
from crm.review import checks


def asks_for(word: str, **given: Any) -> Check:
    """Finds the dossiers whose title has the word."""

    def find(_day: date) -> Select[*tuple[Any, ...]]:
        return select(*finding(detail=Dossier.title)).where(Dossier.title.contains(word))

    facts = {"measure": Measure.complete, "kinds": EVERY_KIND, "role": RoleName.archivist, "find": find}
    words = {"title": _l("Files"), "advice": _l("Files"), "page": _page}
    return Check(kind=f"has_{word}", **(facts | words | given))


def _page(where: Where) -> str:
    return f"/archive/{where.dossier_id}"


@contextmanager
def asking(*contributed: Check) -> Iterator[None]:
    """Nothing but these is asked meanwhile."""
    before = dict(checks.checks)
    checks.connect(list(contributed))
    try:
        yield
    finally:
        checks.connect(list(before.values()))
