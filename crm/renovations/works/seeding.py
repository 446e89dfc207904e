"""The shipped papers and kinds of work, where there are none yet: `crm init` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from crm.db import session
from crm.renovations.works.defaults import PAPERS, Work, tree
from crm.renovations.works.models import RenovationPaperKind, RenovationWork, RenovationWorkPaper


def seed() -> None:
    if session().scalar(select(RenovationWork.id).limit(1)) is not None:
        return
    papers = _papers()
    for position, (name, kinds) in enumerate(tree()):
        group = RenovationWork(name=name, position=position)
        session().add(group)
        session().flush()
        _add(group, kinds, papers)
    session().flush()


def _papers() -> dict[str, int]:
    """Title -> id."""
    kept = [
        RenovationPaperKind(
            title=each.title,
            advice=each.advice,
            asked=each.asked,
            form=each.form,
            slot=each.slot,
            position=position,
        )
        for position, each in enumerate(PAPERS)
    ]
    session().add_all(kept)
    session().flush()
    return {each.title: each.id for each in kept}


def _add(group: RenovationWork, kinds: Sequence[Work], papers: Mapping[str, int]) -> None:
    for position, kind in enumerate(kinds):
        work = RenovationWork(
            parent_id=group.id,
            name=kind.name,
            deposit=kind.deposit,
            days=kind.days,
            alters_structure=kind.alters_structure,
            wets=kind.wets,
            position=position,
        )
        session().add(work)
        session().flush()
        session().add_all(
            RenovationWorkPaper(
                work_id=work.id, paper_id=papers[title.removesuffix("?")], required=not title.endswith("?")
            )
            for title in kind.papers
        )
