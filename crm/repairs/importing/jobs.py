"""A large history of repairs in the background, part by part."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.imports.histories import jobs as histories
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.repairs.importing import service
from crm.repairs.importing.models import RepairImport
from crm.repairs.importing.storing import store


def carry_out(step: Step) -> Plain:
    work = histories.Work(kind=RepairImport, drafted=service.drafted_of, store=store, conclude=service.conclude)
    return histories.carry_out(step, work)


def finish(payload: Plain, _results: Iterator[Plain]) -> Finished:
    return Finished(url=f"/repairs/imports/{payload['repair_import_id']}")


CARRY_OUT = Kind(
    name=service.CARRY_OUT,
    title=_l("Take over repairs"),
    work=carry_out,
    finish=finish,
    permission=Permission.import_run,
)
