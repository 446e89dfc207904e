"""The project's dossier and archive number, as the project goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.archive.credit.models import Project, ProjectKind
from crm.archive.dossiers import service as dossiers
from crm.archive.dossiers.events import DossierNumbered
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.numbers import service as numbers
from crm.archive.numbers.figures import WORD_GUARANTEE, WORD_LOAN
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.log import record
from crm.dates import business_day
from crm.db import session
from crm.numbering import NumberState
from crm.web.language import kept

SUBJECT = "project"  # by which a dossier names the matter it is about
KINDS = {ProjectKind.loan: DossierKind.loan, ProjectKind.guarantee: DossierKind.guarantee}
keepers: list[Callable[[int], bool]] = []  # whether something of a dossier, by id, is kept under its number
WORDS = {ProjectKind.loan: WORD_LOAN, ProjectKind.guarantee: WORD_GUARANTEE}


def subjects(project: Project) -> dict[str, Any]:
    """What every event of a project is about."""
    return {"project_id": project.id, "dossier_id": project.dossier_id}


def open_dossier(project: Project) -> Dossier:
    """At the application already, so that A can collect; A and B read it."""
    dossier = dossiers.open_dossier(
        KINDS[project.kind],
        SUBJECT,
        project.id,
        project.title,
        opened_on=project.applied_on,
        readers=(project.a_id, project.b_id),
    )
    project.dossier_id = dossier.id
    session().flush()
    return dossier


def follow(project: Project) -> None:
    """A, B or the title have changed: the dossier has them too, unless it is filed under another title."""
    dossier = _dossier(project)
    if dossier is None:
        return
    if dossier.state is DossierState.forming:
        dossier.title = project.title
    dossiers.set_readers(dossier, (project.a_id, project.b_id))


def reserve_number(project: Project, year: int) -> None:
    """At the end, or at the first title document before it (A-09); a second call does nothing."""
    dossier = _dossier(project) or open_dossier(project)
    if dossier.number_id is None:
        dossiers.give_number(dossier, numbers.reserve(word_of(project.kind), year, project.title))


def word_of(kind: ProjectKind) -> str:
    """鸿借 or 鸿保, as the company has it today."""
    return WORDS[kind].on(business_day())


def give_number_up(project: Project, reason: LazyString) -> None:
    """A number that was reserved and will not be needed is void, with the reason, for good. The dossier keeps it.

    Where something is kept under it, such as title documents, it stays (A-09).
    """
    dossier = _dossier(project)
    if dossier is not None and any(keeps(dossier.id) for keeps in keepers):
        return
    if number := _reserved(dossier):
        numbers.void(number, kept(reason))


def move_number(project: Project, year: int, reason: str) -> None:
    """The end lies in another year than was thought: a reserved number is void and another taken; a committed one
    stays (A-10)."""
    dossier = _dossier(project)
    number = _reserved(dossier)
    if dossier is None or number is None or number.year == year:
        return
    numbers.void(number, kept(_l("The project's end lies in %(year)s: %(reason)s", year=year, reason=reason)))
    taken = numbers.reserve(word_of(project.kind), year, project.title)
    dossier.number_id = taken.id
    session().flush()
    record(DossierNumbered(dossier_id=dossier.id, archive_number_id=taken.id, number=taken.text))


def _dossier(project: Project) -> Dossier | None:
    return session().get(Dossier, project.dossier_id) if project.dossier_id else None


def _reserved(dossier: Dossier | None) -> ArchiveNumber | None:
    if dossier is None or dossier.number_id is None:
        return None
    number = session().get_one(ArchiveNumber, dossier.number_id)
    return number if number.number.state is NumberState.reserved else None
