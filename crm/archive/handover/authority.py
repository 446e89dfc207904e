"""Who may decide about a hand-over: the deputy general manager who supervises the department, or above (A-05).

Pure. A, B and an archivist never decide about their own hand-over, and nobody about what was asked by oneself (2.9).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _

from crm.auth.permissions import RoleName

ABOVE_ALL = frozenset({RoleName.chairman, RoleName.general_manager})
RANKS = ABOVE_ALL | {RoleName.deputy_general_manager}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Somebody who would decide; `supervises` are departments."""

    user_id: int | None
    roles: Collection[RoleName]
    supervises: Collection[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is decided about: whose hand-over it is, of which department, and who asked."""

    parties: frozenset[int]  # A, B, whoever was one of them and signed, the archivists
    department_id: int | None
    asked_by_id: int | None = None


def not_entitled(decider: Decider, matter: Matter) -> str:
    """Why the person cannot decide, in a sentence that says who can; "" when nothing hinders."""
    if decider.user_id is None or decider.user_id == matter.asked_by_id:
        return _("Whoever asks does not decide. The supervising deputy, the general manager or the chairman does.")
    if decider.user_id in matter.parties:
        return _("A, B and the archivist do not decide about their own hand-over. Somebody above them does.")
    return outranked(decider, matter.department_id)


def outranked(decider: Decider, department_id: int | None) -> str:
    """Why the person's rank does not reach to what that department asks, or ""; borrowing asks the same (L-33)."""
    if not ABOVE_ALL.isdisjoint(decider.roles):
        return ""
    if RoleName.deputy_general_manager in decider.roles:
        if department_id is not None and department_id in decider.supervises:
            return ""
        return _("You do not supervise the department that asks. Its deputy, the general manager or chairman decides.")
    return _("Only a deputy general manager, the general manager or the chairman decides this.")
