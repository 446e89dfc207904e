"""The tree of works and the papers that can be asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.db import session
from crm.renovations.works.models import RenovationPaperKind, RenovationWork, RenovationWorkPaper
from crm.renovations.works.service import TREE

works, tree, get_work = TREE.kinds, TREE.branches, TREE.get


def papers() -> Sequence[RenovationPaperKind]:
    """All, those out of use at the end."""
    ordered = RenovationPaperKind.active.desc(), RenovationPaperKind.position, RenovationPaperKind.id
    return session().scalars(select(RenovationPaperKind).order_by(*ordered)).all()


def get_paper_kind(renovation_paper_kind_id: int) -> RenovationPaperKind:
    return session().get(RenovationPaperKind, renovation_paper_kind_id) or abort(404)


def works_called(work_ids: Collection[int]) -> Sequence[RenovationWork]:
    """These, in the order of their groups."""
    found = select(RenovationWork).where(RenovationWork.id.in_(work_ids)).options(joinedload(RenovationWork.parent))
    rows = session().scalars(found).all()
    return sorted(rows, key=lambda each: (each.parent.position if each.parent else 0, each.position, each.id))


def papers_of_works(work_ids: Collection[int]) -> Sequence[RenovationWorkPaper]:
    """What these kinds of work ask for, of what is still in use, with the papers."""
    found = (
        select(RenovationWorkPaper)
        .join(RenovationPaperKind, RenovationPaperKind.id == RenovationWorkPaper.paper_id)
        .where(RenovationWorkPaper.work_id.in_(work_ids), RenovationPaperKind.active)
        .options(joinedload(RenovationWorkPaper.paper))
    )
    return session().scalars(found.order_by(RenovationPaperKind.position, RenovationWorkPaper.id)).all()


def papers_by_work() -> dict[int, list[RenovationWorkPaper]]:
    """All of the tree's, by the kind of work."""
    found = (
        select(RenovationWorkPaper)
        .join(RenovationPaperKind, RenovationPaperKind.id == RenovationWorkPaper.paper_id)
        .order_by(RenovationPaperKind.position, RenovationWorkPaper.id)
        .options(joinedload(RenovationWorkPaper.paper))
    )
    by_work: dict[int, list[RenovationWorkPaper]] = {}
    for row in session().scalars(found):
        by_work.setdefault(row.work_id, []).append(row)
    return by_work
