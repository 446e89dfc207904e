"""The page 档案质量: the three measures of each estate and of each of the twelve categories (P-03)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.archive.dossiers import measures
from crm.properties.models import Estate
from crm.properties.queries import visible_estates
from crm.tenants.quality import queries

CONTACTS = "phone_card"  # a document of the category whose data are the telephones (P-10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of `whole` are wanting."""

    whole: int
    wanting: int

    @property
    def per_cent(self) -> int | None:
        """Of those in order; 100 only when all are, None of nothing."""
        return (self.whole - self.wanting) * 100 // self.whole if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """`key` is the estate's id or the category's place; `accurate` is None where nothing is said of it."""

    key: int
    title: str
    complete: Share
    accurate: Share | None
    valid: Share
    ending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    whole: Measures
    estates: list[Measures]
    categories: list[Measures]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Everything counted, by estate and category's place; `contacts` by estate."""

    sections: Collection[Any]
    dossiers: dict[int | None, int]
    missing: Collection[Any]
    limited: Collection[Any]
    contacts: Collection[Any]

    def of_estates(self, estates: Collection[Estate]) -> list[Measures]:
        return [self._measures(each.id, each.name, {each.id}, self.sections) for each in estates]

    def of_categories(self, estate_ids: set[int]) -> list[Measures]:
        return [self._measures(each.position, each.title, estate_ids, [each]) for each in self.sections]

    def of_all(self, estate_ids: set[int]) -> Measures:
        return self._measures(0, "", estate_ids, self.sections)

    def _measures(self, key: int, title: str, estate_ids: set[int], sections: Collection[Any]) -> Measures:
        places = {section.position for section in sections}

        def total(rows: Iterable[Any], figure: int) -> int:
            return sum(row[figure] for row in rows if row[0] in estate_ids and row[1] in places)

        required = sum(slot.required for section in sections for slot in section.slots)
        expected = required * sum(count for estate_id, count in self.dossiers.items() if estate_id in estate_ids)
        return Measures(
            key=key,
            title=title,
            complete=Share(whole=expected, wanting=total(self.missing, 2)),
            accurate=self._accurate(estate_ids) if any(map(_of_contacts, sections)) else None,
            valid=Share(whole=total(self.limited, 2), wanting=total(self.limited, 3)),
            ending=total(self.limited, 4),
        )

    def _accurate(self, estate_ids: set[int]) -> Share:
        own = [row for row in self.contacts if row[0] in estate_ids]
        return Share(whole=sum(row[1] for row in own), wanting=sum(row[2] for row in own))


def _of_contacts(section: Any) -> bool:
    return any(slot.code == CONTACTS for slot in section.slots)


def quality(day: date, chosen: int | None) -> Quality:
    """Of the person's estates, or of the chosen one; as many queries whatever the size."""
    counts = Counts(
        sections=measures.categories(),
        dossiers=queries.dossiers_by_estate(day),
        missing=queries.missing_by_estate_and_category(day),
        limited=queries.limited_by_estate_and_category(day),
        contacts=queries.contacts_by_estate(day),
    )
    estates = [each for each in visible_estates() if chosen in (None, each.id)]
    ids = {each.id for each in estates}
    return Quality(whole=counts.of_all(ids), estates=counts.of_estates(estates), categories=counts.of_categories(ids))
