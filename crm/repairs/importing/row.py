"""One row of a history of repairs: how urgent, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from crm.imports.histories.row import HistoryRow, to_the_fen
from crm.repairs.categories.models import Priority
from crm.repairs.importing.words import PRIORITIES
from crm.workbooks import readers

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Yuan; `other` is what the file's total has beyond the two."""

    material: Decimal
    labour: Decimal
    other: Decimal

    @property
    def total(self) -> Decimal:
        return self.material + self.labour + self.other


class Row(HistoryRow):
    sum_fields = ("number", "reported", "unit", "spot", "category")

    def priority(self) -> Priority | None:
        found: Priority | None = self.read("priority", readers.one_of(PRIORITIES))
        return found

    @property
    def category(self) -> str:
        """What the file calls it."""
        return self.word("category")

    def cost(self) -> Cost:
        total, material, labour = (self.read(field, _sum) for field in ("cost", "material", "labour"))
        parts = (material or NOUGHT) + (labour or NOUGHT)
        if total and total < parts:
            raise self.out("cost", _("Materials and labour come to more than this. Correct one of them."))
        return Cost(material=material or NOUGHT, labour=labour or NOUGHT, other=max((total or NOUGHT) - parts, NOUGHT))


def _negative() -> str:
    return _("A sum is at least 0. Leave the cell empty where nothing was spent.")


_sum = to_the_fen(_negative)
