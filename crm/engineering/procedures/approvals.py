"""Versions that were handed in: to be brought into force by somebody who did not write them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, func, select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.engineering.procedures.models import Procedure, ProcedureState, ProcedureStep, ProcedureVersion
from crm.engineering.procedures.service import WRITING
from crm.steps.approvals import Approvals, waits


def _waiting() -> Select[*tuple[Any, ...]]:
    """The last step is the handing in; who wrote any of it does not decide."""
    last = select(func.max(ProcedureStep.id)).where(ProcedureStep.version_id == ProcedureVersion.id)
    mine = exists().where(
        ProcedureStep.version_id == ProcedureVersion.id,
        ProcedureStep.action.in_(WRITING),
        ProcedureStep.taken_by_id == actor().user_id,
    )
    return (
        waits(
            key=ProcedureVersion.id,
            about=Procedure.number + " " + Procedure.title,
            asked_by=ProcedureStep.taken_by,
            asked_at=ProcedureStep.taken_at,
            estate_id=Procedure.estate_id,
        )
        .join(Procedure, Procedure.id == ProcedureVersion.procedure_id)
        .join(ProcedureStep, ProcedureStep.id == last.correlate(ProcedureVersion).scalar_subquery())
        .where(ProcedureVersion.state == ProcedureState.submitted)
        .where(ProcedureVersion.author_id.is_distinct_from(actor().user_id))
        .where(~mine.correlate(ProcedureVersion))
    )


PROCEDURES = Approvals(
    name="procedure",
    title=_l("Work procedure to bring into force"),
    permission=Permission.engineering_decide,
    waiting=_waiting,
    page=lambda key: url_for("procedures.version", procedure_version_id=key),
)
