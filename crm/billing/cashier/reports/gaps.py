"""号码缺号报告: of each series every number is there, on a receipt, and the void ones say why. It is always empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from crm.billing.cashier import queries
from crm.billing.cashier.models import RECEIPT_TITLES
from crm.properties.models import Estate


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The numbers 1 to `last` of one kind, estate and year; `missing` are those without a receipt."""

    estate: str
    kind: LazyString
    year: int
    last: int
    receipts: int
    void: Sequence[Any]
    missing: Sequence[int]

    @property
    def is_whole(self) -> bool:
        return not self.missing


def gap_report(estates: Sequence[Estate]) -> list[Series]:
    """The newest year first."""
    names, called = queries.series_names([estate.id for estate in estates]), {each.id: each.name for each in estates}
    rows = queries.series(names)
    void: dict[int, list[Any]] = defaultdict(list)
    for row in queries.void_receipts([row.id for row in rows if row.voided]):
        void[row.series_id].append(row)
    return [
        Series(
            estate=called[names[row.name][0]],
            kind=RECEIPT_TITLES[names[row.name][1]],
            year=row.year,
            last=row.last,
            receipts=row.receipts,
            void=void[row.id],
            missing=_missing(row),
        )
        for row in rows
    ]


def _missing(row: Any) -> list[int]:
    """Looked for one by one only where the counts disagree."""
    if row.last == row.numbers == row.receipts:
        return []
    return sorted(set(range(1, row.last + 1)) - queries.serials_with_receipt(row.id))
