"""What holds a project's papers back from disposal: facts, asked by whoever decides about retention (2.5)."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from crm.archive.credit.models import Project, ProjectKind, ProjectState


class Hold(StrEnum):
    undecided = "undecided"
    loan_unsettled = "loan_unsettled"
    guarantee_not_released = "guarantee_not_released"


HOLD_TITLES = {
    Hold.undecided: _l("Not decided or not disbursed yet"),
    Hold.loan_unsettled: _l("The loan is not settled"),
    Hold.guarantee_not_released: _l("The guarantee is not released"),
}


def holds(project: Project) -> list[Hold]:
    """Empty once the project is settled, refused or withdrawn."""
    if project.state in (ProjectState.applied, ProjectState.approved):
        return [Hold.undecided]
    if project.state is not ProjectState.ended:
        return []
    return [Hold.loan_unsettled if project.kind is ProjectKind.loan else Hold.guarantee_not_released]
