"""What is known while a violation is noted: what the type proposes, and what went before here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.properties.models import Unit
from crm.violations.cases.present import Case, shown
from crm.violations.cases.queries import previous_of, previous_of_type
from crm.violations.types.models import ViolationType


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`here`: the last three of the unit or the customer; `alike`: the last three of the type in the estate."""

    type: ViolationType | None
    here: Sequence[Case]
    alike: Sequence[Case]


def known_of(estate_id: int, unit: Unit | None, customer_id: int | None, meant: ViolationType | None) -> Known:
    here = previous_of(unit.id if unit else None, customer_id)
    ids = {row.id for row in here}
    alike = previous_of_type(estate_id, meant.id) if meant and estate_id else []
    return Known(type=meant, here=shown(here), alike=shown([row for row in alike if row.id not in ids]))
