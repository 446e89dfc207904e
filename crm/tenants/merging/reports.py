"""Two files side by side, field by field, and what merging them will do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.tenants import facts
from crm.tenants.models import FACT_TITLES, Customer, FactField
from crm.tenants.reports import CustomerFile, Parted, customer_file, shown_value


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPair:
    """One fact in both files; `open`: the other file says something else, so that one of them must stand."""

    field: FactField
    title: str
    kept: str
    other: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPair:
    """What comes in numbers, as one line each: nothing is chosen, all of it will be shown."""

    title: str
    kept: Sequence[str]
    other: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    kept: Customer
    other: Customer
    facts: Sequence[FactPair]
    parts: Sequence[PartPair]

    @property
    def open_facts(self) -> list[FactPair]:
        return [pair for pair in self.facts if pair.open]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a merge will do: the kept file's changes as (title, old, new), how many lines join it, who comes along."""

    changes: Sequence[tuple[str, str, str]]
    joining: Sequence[tuple[str, int]]
    following: Sequence[str]


def comparison(kept: Customer, other: Customer, day: date) -> Comparison:
    """Both come from `queries.get_file`."""
    one, two = customer_file(kept, day), customer_file(other, day)
    return Comparison(
        kept=kept,
        other=other,
        facts=[_fact_pair(kept, other, field) for field in facts.fields_of(kept.kind)],
        parts=[PartPair(title=title, kept=lines(one), other=lines(two)) for title, lines in _parts().items()],
    )


def outlook(compared: Comparison, taken: Collection[FactField]) -> Outlook:
    return Outlook(
        changes=[(pair.title, pair.kept, pair.other) for pair in compared.open_facts if pair.field in taken],
        joining=[(pair.title, len(pair.other)) for pair in compared.parts if pair.other],
        following=[f"{file.name} {file.code}" for file in compared.other.merged_files],
    )


def _fact_pair(kept: Customer, other: Customer, field: FactField) -> FactPair:
    differs = facts.differs(kept, field, facts.value_of(other, field))
    texts = [shown_value(field, facts.present_text(customer, field)) for customer in (kept, other)]
    title = str(FACT_TITLES[field])
    return FactPair(field=field, title=title, kept=texts[0], other=texts[1], open=bool(texts[1]) and differs)


def _parts() -> dict[str, Callable[[CustomerFile], list[str]]]:
    return {
        _("Units"): lambda file: _lines(file.units, lambda unit: (unit.label, unit.role)),
        _("Telephones"): lambda file: _lines(file.phones, lambda phone: (phone.number, phone.note)),
        _("People"): lambda file: _lines(file.people, lambda person: (person.name, person.role, person.phone)),
        _("Emergency contacts"): lambda file: _lines(
            file.contacts, lambda each: (each.name, each.relation, each.phone)
        ),
        _("Vehicles"): lambda file: _lines(file.vehicles, lambda vehicle: (vehicle.plate, vehicle.brand)),
        _("Remark"): lambda file: [file.customer.remark] if file.customer.remark else [],
    }


def _lines(parts: Parted[Any], words: Callable[[Any], tuple[str, ...]]) -> list[str]:
    """What is true first; what has ended says until when."""
    ended = [(*words(line), _("until %(day)s", day=line.ends.isoformat())) for line in parts.before]
    return [" ".join(filter(None, texts)) for texts in (*map(words, parts.now), *ended)]
