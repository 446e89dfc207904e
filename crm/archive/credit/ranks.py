"""Who may approve how much: deputy general manager, general manager, chairman. Pure but for the figures' rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import RoleName
from crm.policy.figures import Figure

DEPUTY_LIMIT = Figure(
    key="credit.deputy_limit",
    title=_l("A deputy general manager approves projects up to"),
    unit=_l("yuan"),
    default=Decimal(3_000_000),
    least=Decimal(0),
    source=_l("The company confirms its ranks of approval; the archive policy names the ranks and no sums."),
)
MANAGER_LIMIT = Figure(
    key="credit.manager_limit",
    title=_l("The general manager approves projects up to"),
    unit=_l("yuan"),
    default=Decimal(20_000_000),
    least=Decimal(0),
    source=_l("Larger projects need the chairman. The company confirms its ranks of approval."),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Inclusive, in yuan."""

    deputy: Decimal
    manager: Decimal


def may_approve(roles: Collection[RoleName], amount: Decimal, limits: Limits, *, supervises: bool) -> bool:
    """`supervises`: the project's department is one of the deputy's own (as L-33 has it for lending)."""
    if RoleName.chairman in roles:
        return True
    if RoleName.general_manager in roles:
        return amount <= limits.manager
    return RoleName.deputy_general_manager in roles and supervises and amount <= limits.deputy


def rank_needed(amount: Decimal, limits: Limits) -> RoleName:
    """The lowest rank that may approve so much."""
    if amount <= limits.deputy:
        return RoleName.deputy_general_manager
    return RoleName.general_manager if amount <= limits.manager else RoleName.chairman
