"""Supplements to filed dossiers, and who may be named as having brought one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.archive.handover.models import Handover, LateFiling, LatePart, LateSignature, LateState
from crm.auth.actor import actor
from crm.auth.models import User, UserRole
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.db import session
from crm.files.models import Upload


def _whole() -> Select[LateFiling]:
    return select(LateFiling).options(joinedload(LateFiling.archivist), selectinload(LateFiling.signatures))


def late_filings(handover_id: int) -> Sequence[LateFiling]:
    """The newest first."""
    found = _whole().filter_by(handover_id=handover_id).order_by(LateFiling.id.desc())
    return session().scalars(found).all()


def find_late_filing(filing_id: int) -> LateFiling | None:
    """Whoever asks: for comparing a paper with what holds."""
    return session().scalars(_whole().filter_by(id=filing_id)).one_or_none()


def get_late_filing(filing_id: int) -> LateFiling:
    """404 where there is none; whose hand-over one may see is asked by loading that."""
    return find_late_filing(filing_id) or abort(404)


def get_late_signature(filing: LateFiling, part: str) -> LateSignature:
    signed = filing.signature_of(LatePart(part)) if part in LatePart.__members__ else None
    return signed or abort(404)


def upload_of(filing: LateFiling) -> Upload | None:
    """The file that came with the document."""
    return session().get(Upload, filing.upload_id) if filing.upload_id is not None else None


def awaits_me() -> ColumnElement[bool]:
    """Whether a supplement of the hand-over waits for the acting person's confirmation."""
    mine = select(LateFiling.id).where(
        LateFiling.handover_id == Handover.id,
        LateFiling.state == LateState.pending,
        LateFiling.giver_id == actor().user_id,
    )
    return mine.exists()


def givers(handover: Handover) -> dict[int, str]:
    """Who may be named: A and B first, then whoever oversees the projects and not only reads; never who acts."""
    seeing = [role for role, may in ROLES.items() if Permission.credit_oversee in may and role is not RoleName.auditor]
    overseeing = select(UserRole.user_id).where(UserRole.role.in_(seeing))
    pair = (handover.project.a_id, handover.project.b_id)
    found = select(User.id, User.full_name).where(
        User.active, User.id != actor().user_id, or_(User.id.in_(pair), User.id.in_(overseeing))
    )
    rows = session().execute(found.order_by(User.id.in_(pair).desc(), User.full_name)).all()
    return {row.id: row.full_name for row in rows}
