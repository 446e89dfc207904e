"""The filing review at size: `--units 60000 --months 2 --only "filing review"` makes some 100,000 dossiers.

Every living dossier is asked every check; then once more, when nothing has changed; then one by itself. What is found
of a sample is held against the oracle, which looks at one dossier after the other and shares no query.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from flask import g
from sqlalchemy import func, select

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.auth.actor import system_actor
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.properties.models import Estate
from crm.review.models import Finding
from crm.review.service import carry_out, look_again, open_review
from tests.bench.figure import Figure, Reading, seconds, spread
from tests.bench.installation import Installation
from tests.review import oracle

SAMPLE = 300
RECHECKED = 20
MEGABYTE = 1024


def _whole(bench: Installation) -> Iterator[Reading]:
    with bench.app.app_context():
        g.actor = system_actor("bench")
        for name in ("every dossier", "again, nothing changed"):
            longest: list[float] = []
            taken = seconds(lambda: _reviewed(longest))  # noqa: B023 - called at once
            told = f"{_counts()}, longest unit of work {max(longest):.2f} s, {_height():.0f} MB"
            yield Reading(name, taken, note=told)
        wrong = _against_the_oracle(bench.seed)
        yield Reading(f"{SAMPLE} dossiers that the oracle sees otherwise", len(wrong), note=", ".join(wrong[:5]))


def _reviewed(longest: list[float]) -> None:
    """All estates and the loan archive, as `crm review run` does."""

    @contextmanager
    def timed(_done: int) -> Iterator[None]:
        started = time.perf_counter()
        with unit_of_work():
            yield
        longest.append(time.perf_counter() - started)

    with unit_of_work():
        scopes: list[Any] = [*session().scalars(select(Estate.id).order_by(Estate.id)), None]
    for scope in scopes:
        with unit_of_work():
            review = open_review(scope, business_day())
        if review is not None:
            carry_out(review.id, timed)


def _counts() -> str:
    with unit_of_work(writes=False):
        dossiers = session().scalar(select(func.count()).where(Dossier.state == DossierState.open))
        counted = select(func.count(), func.count(Finding.kind.distinct())).where(Finding.cured_at.is_(None))
        findings, kinds = session().execute(counted).one()
    return f"{dossiers:,} living dossiers of customers, {findings:,} findings of {kinds} kinds"


def _height() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def _against_the_oracle(seed: int) -> list[str]:
    with unit_of_work(writes=False):
        living = select(Dossier.id).where(Dossier.state != DossierState.closed).order_by(Dossier.id)
        ids = session().scalars(living).all()
        sample = Random(seed).sample(ids, min(SAMPLE, len(ids)))
        return [f"{each}: {difference}" for each in sample if (difference := oracle.difference(each, business_day()))]


def _one(bench: Installation) -> Iterator[Reading]:
    """What somebody waits for who has mended something."""
    with bench.app.app_context():
        g.actor = system_actor("bench")
        with unit_of_work(writes=False):
            ids = session().scalars(select(Dossier.id).where(Dossier.state == DossierState.open)).all()
        yield spread("looked at again", [1000 * seconds(lambda: _again(each)) for each in ids[: RECHECKED + 3]][3:])  # noqa: B023


def _again(dossier_id: int) -> None:
    with unit_of_work():
        look_again(session().get_one(Dossier, dossier_id))


FIGURES = (
    Figure(name="filing review: whole", unit="s", target=60, measure=_whole, slow=True),
    Figure(name="filing review: one dossier", unit="ms p95", target=300, measure=_one, slow=True),
)
