"""The forms and papers of a move-in: which there are, for whom they are wanted, where they are filed (P-08)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.tenants.models import CustomerKind, OccupancyRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`slot`: of the customers' checklist. `printed`: we print it, filled in, and it can be signed on the screen; any
    other is brought, and scanned."""

    code: str
    title: Any
    slot: str
    printed: bool
    wanted: Callable[[CustomerKind, OccupancyRole], bool]


def _always(_kind: CustomerKind, _role: OccupancyRole) -> bool:
    return True


def _never(_kind: CustomerKind, _role: OccupancyRole) -> bool:
    return False


def _of_companies(kind: CustomerKind, _role: OccupancyRole) -> bool:
    return kind is CustomerKind.company


def _of_tenants(_kind: CustomerKind, role: OccupancyRole) -> bool:
    return role is OccupancyRole.tenant


DOCUMENTS = (
    Document(
        code="registration",
        title=_l("Registration form"),
        slot="registration_form",
        printed=True,
        wanted=_always,
    ),
    Document(
        code="convention",
        title=_l("Receipt of the management convention"),
        slot="convention",
        printed=True,
        wanted=_always,
    ),
    Document(
        code="commitment",
        title=_l("Commitment of the residents"),
        slot="convention",
        printed=True,
        wanted=_always,
    ),
    Document(
        code="fire",
        title=_l("Commitment to fire safety"),
        slot="convention",
        printed=True,
        wanted=_of_companies,
    ),
    Document(code="identity", title=_l("Copy of the identity paper"), slot="identity", printed=False, wanted=_never),
    Document(code="licence", title=_l("Business licence"), slot="identity", printed=False, wanted=_of_companies),
    Document(code="lease", title=_l("Lease"), slot="lease", printed=False, wanted=_of_tenants),
    Document(code="purchase", title=_l("Purchase contract"), slot="lease", printed=False, wanted=_never),
    Document(
        code="spare_key",
        title=_l("Authority over spare keys"),
        slot="spare_key",
        printed=True,
        wanted=_never,
    ),
)
BY_CODE = {each.code: each for each in DOCUMENTS}
