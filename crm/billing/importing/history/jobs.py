"""A large history in the background, part by part."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.importing.history import service
from crm.billing.importing.history.storing import store
from crm.billing.importing.models import FeeImport
from crm.imports.histories import jobs as histories
from crm.jobs.kinds import Finished, Kind, Plain, Step


def carry_out(step: Step) -> Plain:
    work = histories.Work(
        kind=FeeImport,
        drafted=service.drafted_of,
        prepare=lambda run, drafted: service.make_items(run, drafted.by_item),
        store=store,
        conclude=service.conclude,
    )
    return histories.carry_out(step, work)


def finish(payload: Plain, _results: Iterator[Plain]) -> Finished:
    return Finished(url=f"/billing/imports/{payload['fee_import_id']}")


CARRY_OUT = Kind(
    name=service.CARRY_OUT,
    title=_l("Take over a payment history"),
    work=carry_out,
    finish=finish,
    permission=Permission.billing_run,
)
