"""Keeping the tree of works and the papers. Renovations keep what they have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm.attributes import flag_modified

from crm.audit.log import differences, record
from crm.db import session
from crm.errors import DomainError
from crm.renovations.works.events import (
    RenovationPaperKindAdded,
    RenovationPaperKindChanged,
    RenovationWorkAdded,
    RenovationWorkChanged,
)
from crm.renovations.works.models import RenovationPaperKind, RenovationWork, RenovationWorkPaper
from crm.trees.keeping import Tree

Papers = Mapping[int, bool]  # paper -> whether nothing goes on without it


class _Tree(Tree[RenovationWork]):
    model, key = RenovationWork, "renovation_work"
    added, changed = RenovationWorkAdded, RenovationWorkChanged


TREE = _Tree()


def add_group(name: str) -> RenovationWork:
    made: RenovationWork = TREE.add(RenovationWork(name=name))
    return made


def add_work(group: RenovationWork, given: Mapping[str, Any], papers: Papers) -> RenovationWork:
    made: RenovationWork = TREE.add_kind(group, given)
    _ask_for(made, papers)
    return made


def change_work(work: RenovationWork, given: Mapping[str, Any], papers: Papers | None = None) -> None:
    """A group has no papers."""
    TREE.change(work, given)
    if papers is not None:
        _ask_for(work, papers)


def _ask_for(work: RenovationWork, papers: Papers) -> None:
    standing = session().scalars(select(RenovationWorkPaper).filter_by(work_id=work.id)).all()
    before = {row.paper_id: row.required for row in standing}
    if before == dict(papers):
        return
    session().execute(delete(RenovationWorkPaper).where(RenovationWorkPaper.work_id == work.id))
    session().add_all(
        RenovationWorkPaper(work_id=work.id, paper_id=paper_id, required=required)
        for paper_id, required in papers.items()
    )
    flag_modified(work, "name")  # a form opened before finds that somebody was here
    session().flush()
    told = {"papers": [_titles(before), _titles(papers)]}
    record(RenovationWorkChanged(renovation_work_id=work.id, name=work.name, changes=told))


def _titles(paper_ids: Collection[int]) -> str:
    found = select(RenovationPaperKind.title).where(RenovationPaperKind.id.in_(paper_ids))
    return "、".join(session().scalars(found.order_by(RenovationPaperKind.position)))


# The papers


def add_paper(given: Mapping[str, Any]) -> RenovationPaperKind:
    _refuse_taken(given["title"])
    last = session().scalar(select(func.max(RenovationPaperKind.position)))
    made = RenovationPaperKind(position=0 if last is None else last + 1, **given)
    session().add(made)
    session().flush()
    record(RenovationPaperKindAdded(renovation_paper_kind_id=made.id, title=made.title))
    return made


def change_paper(kind: RenovationPaperKind, given: Mapping[str, Any]) -> None:
    if kind.active:
        _refuse_taken(given["title"], kind.id)
    changes = differences(kind, given)
    for name, value in given.items():
        setattr(kind, name, value)
    _tell(kind, changes)


def use_paper(kind: RenovationPaperKind, *, active: bool) -> None:
    """Take it out of use, or bring it back."""
    if kind.active == active:
        return
    if active:
        _refuse_taken(kind.title, kind.id)
    kind.active = active
    _tell(kind, {"active": [not active, active]})


def _refuse_taken(title: str, besides: int = 0) -> None:
    same = select(RenovationPaperKind.id).where(RenovationPaperKind.title == title, RenovationPaperKind.active)
    if session().scalar(same.where(RenovationPaperKind.id != besides)) is not None:
        raise DomainError(_("There is %(name)s already. Choose another name, or change that one.", name=title))


def _tell(kind: RenovationPaperKind, changes: dict[str, list[Any]]) -> None:
    if changes:
        session().flush()
        record(RenovationPaperKindChanged(renovation_paper_kind_id=kind.id, title=kind.title, changes=changes))
