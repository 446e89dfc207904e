"""A long answer is booked in the background, part by part; whoever goes on after a killed runner doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.collection import service
from crm.billing.collection.models import BatchState, CollectionBatch
from crm.db import session, unit_of_work
from crm.jobs.kinds import Finished, Kind, Plain, Step


def book(step: Step) -> Plain:
    with unit_of_work(writes=False):
        batch = _batch(step)
        if batch.state is BatchState.booked:
            return {}  # by a runner that was killed before it could say so
        lines = batch.lines
    with step.unit():
        step.expect(lines)
    booked = service.PART
    while booked == service.PART:
        with step.unit(done=booked):
            booked = service.book_part(_batch(step))
    with step.unit():
        service.conclude(_batch(step))
    return {}


def _batch(step: Step) -> CollectionBatch:
    return session().get_one(CollectionBatch, step.job_payload["batch_id"])


def finish(payload: Plain, _results: Iterator[Plain]) -> Finished:
    return Finished(url=f"/billing/collection/{payload['batch_id']}")


BOOK = Kind(
    name="billing.book_collection",
    title=_l("Book the bank's answer"),
    work=book,
    finish=finish,
    permission=Permission.billing_run,
)
