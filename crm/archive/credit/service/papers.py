"""The project's dossier and archive number, as the project goes on."""

from __future__ import annotations

from typing import Any

from crm.archive.credit.models import Project


def subjects(project: Project) -> dict[str, Any]:
    """What every event of a project is about."""
    return {"project_id": project.id, "dossier_id": project.dossier_id}


def open_dossier(project: Project) -> None:
    """At the application already, so that A can collect; A and B read it."""


def follow(project: Project) -> None:
    """A, B or the title have changed: the dossier has them too."""


def reserve_number(project: Project, year: int) -> None:
    """At the end, or at the first title document before it, whichever comes first (A-09)."""


def give_number_up(project: Project, reason: str) -> None:
    """A number that was reserved and will not be needed is void, with the reason, for good."""


def move_number(project: Project, old: int, new: int, reason: str) -> None:
    """The end lies in another year than was thought: a number only reserved is taken anew; a committed one stays."""
