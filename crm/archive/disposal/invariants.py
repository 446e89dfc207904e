"""What must hold of ended dossiers, proved on the live database with the archive's other invariants."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from crm.archive.disposal.models import ArchiveHold, DisposalLine, DisposalList, Opinion, Tombstone
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.db import session

MOST = 20


def destroyed_has_its_stone() -> list[str]:
    """I2: a destroyed dossier has a tombstone, and nothing else has one; its content still is what was hashed."""
    joined = select(Dossier.id).outerjoin(Tombstone, Tombstone.dossier_id == Dossier.id)
    gone = Dossier.state == DossierState.destroyed
    odd = joined.where(or_(and_(gone, Tombstone.id.is_(None)), and_(~gone, Tombstone.id.is_not(None))))
    stones = session().scalars(select(Tombstone).order_by(Tombstone.id))
    return [
        *(f"dossier {key}: its end and its tombstone do not agree" for key in session().scalars(odd.limit(MOST))),
        *(
            f"dossier {each.dossier_id}: its tombstone was altered"
            for each in stones
            if content_hash(each.content) != each.hash
        ),
    ]


def nobody_has_two_parts() -> list[str]:
    """I11: whoever approved neither proposed nor gave an opinion; a hold is lifted by another."""
    given = select(DisposalList.id).join(DisposalLine, DisposalLine.list_id == DisposalList.id)
    members = given.join(Opinion, Opinion.line_id == DisposalLine.id).where(
        or_(
            Opinion.given_by_id == DisposalList.approved_by_id,
            Opinion.given_by_id == DisposalList.witness_id,
            Opinion.given_by_id == DisposalList.second_witness_id,
        )
    )
    own = select(ArchiveHold.id).where(ArchiveHold.lifted_by_id == ArchiveHold.placed_by_id)
    return [
        *(
            f"destruction list {key}: somebody had two parts"
            for key in session().scalars(members.distinct().limit(MOST))
        ),
        *(f"hold {key}: was lifted by who placed it" for key in session().scalars(own.limit(MOST))),
    ]


CHECKS = {"I2": [destroyed_has_its_stone], "I11": [nobody_has_two_parts]}
