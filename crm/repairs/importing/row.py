"""One row of a history of repairs: when, how urgent, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from crm.imports.histories.row import HistoryRow, plain, to_the_fen
from crm.phones import is_placeholder_phone, normalise_phone
from crm.repairs.categories.models import Priority
from crm.repairs.importing.words import PRIORITIES
from crm.workbooks import readers
from crm.workbooks.cells import as_text
from crm.workbooks.discretion import shown

SUM_FIELDS = ("number", "reported", "unit", "spot", "category")  # where the foot of a page says 合计
NO_CATEGORY = "–"  # what a row without a word for it is listed under
NOUGHT = Decimal(0)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class When:
    """A moment; without `exact` the file tells its day alone, and `at` is where the day begins."""

    at: datetime
    exact: bool

    def after(self, earlier: datetime) -> datetime:
        """Where it stands among the steps: a day alone is as late as what came before it on that day."""
        return earlier if not self.exact and self.at <= earlier < self.at + ONE_DAY else self.at


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
    def words(self, field: str, most: int = 2_000) -> str:
        """As people wrote it, with nobody's number in it."""
        return shown(self.text(field))[:most]

    def when(self, field: str, zone: ZoneInfo) -> When | None:
        told: date | None = self.read(field, readers.moment)
        if told is None:
            return None
        exact = isinstance(told, datetime)
        local = told if isinstance(told, datetime) else datetime.combine(told, time.min)
        return When(local.replace(tzinfo=zone).astimezone(UTC), exact)

    def digits(self) -> str:
        """Of the first number in the cell that is one; what is none is left out."""
        numbers = map(normalise_phone, self.read("phone", readers.parts) or ())
        return next((each for each in numbers if each and not is_placeholder_phone(each)), "")

    def priority(self) -> Priority | None:
        found: Priority | None = self.read("priority", readers.one_of(PRIORITIES))
        return found

    @property
    def category(self) -> str:
        """What the file calls it."""
        return shown(plain(as_text(self.cell("category")))) or NO_CATEGORY

    def names(self, field: str) -> list[str]:
        return [plain(name) for name in self.read(field, readers.parts) or ()]

    def cost(self) -> Cost:
        total, material, labour = (self.read(field, _sum) for field in ("cost", "material", "labour"))
        parts = (material or NOUGHT) + (labour or NOUGHT)
        if total and total < parts:
            raise self.out("cost", _("Materials and labour come to more than this. Correct one of them."))
        return Cost(material=material or NOUGHT, labour=labour or NOUGHT, other=max((total or NOUGHT) - parts, NOUGHT))


def _negative() -> str:
    return _("A sum is at least 0. Leave the cell empty where nothing was spent.")


_sum = to_the_fen(_negative)
