"""Held while a slip is issued or put back: nobody lends, moves or destroys its dossiers meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.models import Dossier
from crm.archive.lending import queries
from crm.archive.lending.models import LendingSlip, SlipLine
from crm.db import session
from crm.errors import DomainError


def hold_dossiers(dossier_ids: Collection[int]) -> None:
    """In one order, so that two slips never wait for one another."""
    wanted = select(Dossier.id).where(Dossier.id.in_(dossier_ids)).order_by(Dossier.id)
    session().execute(wanted.with_for_update(key_share=True)).all()


def hold_kept(slip: LendingSlip, lines: Sequence[SlipLine]) -> None:
    """Their dossiers, until the commit. Raises `DomainError` naming what was removed or destroyed."""
    hold_dossiers({line.dossier_id for line in lines})
    still = queries.still_lendable(slip.id)
    if gone := [line for line in lines if line.item_id not in still]:
        raise DomainError(_("No longer to be lent: %(what)s. It was removed or destroyed.", what=named(gone)))


def named(lines: Sequence[SlipLine]) -> str:
    return _(", ").join(f"{line.item.code or ''} {line.item.title}".strip() for line in lines)
