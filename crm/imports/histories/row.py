"""One row of a history: its unit as people write it, its moments, its sums to the fen, its number as it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from crm.identity import id_number_fault
from crm.imports.understanding.addresses import address
from crm.money import round_to_fen
from crm.phones import is_placeholder_phone, normalise_phone
from crm.properties.models import label_as_typed, unit_label
from crm.workbooks import readers, rows
from crm.workbooks.cells import Cell, as_text
from crm.workbooks.discretion import discreet, shown
from crm.workbooks.readers import Wrong

NOISE = Decimal("0.000001")  # what a workbook's arithmetic leaves of a sum of whole fen
LARGEST = Decimal(100_000_000)  # yuan of one row
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
NOBODY_ROW = 0  # of what stands already, not a row of this file
NO_WORD = "–"  # what a row without a word for it is listed under


def plain(text: str) -> str:
    """A name without blanks, in one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True, slots=True)
class When:
    """A moment; without `exact` the file tells its day alone, and `at` is where the day begins."""

    at: datetime
    exact: bool

    def after(self, earlier: datetime) -> datetime:
        """Where it stands among the steps: a day alone is as late as what came before it on that day."""
        return earlier if not self.exact and self.at <= earlier < self.at + ONE_DAY else self.at


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, and where the company is."""

    now: datetime
    zone: ZoneInfo

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


class Standing(rows.RowRefused):
    """What the row says was taken over already."""


class HistoryRow(rows.Row):
    sum_fields: tuple[str, ...] = ()  # where the foot of a page says 合计

    @property
    def is_foot(self) -> bool:
        return self.is_sum(*self.sum_fields)

    # Where

    def labels(self) -> list[str]:
        """What the unit may be called here, as we write labels."""
        told, building, entrance = self.text("unit"), self.text("building"), self.text("entrance")
        if not told:
            raise self.out("unit", _("The unit is missing. Fill it in."))
        found = unit_label(*address(building, entrance, readers.text_code(told)))
        return [found.upper()] if building else [label_as_typed(told), found.upper()]

    def expect_estate(self, name: str) -> None:
        """Raises `RowRefused` where the row names another estate than the import goes into."""
        if (estate := self.text("estate")) and plain(estate) != plain(name):
            raise self.out("estate", _("This import goes into %(estate)s. Send the others by themselves.", estate=name))

    # In words

    def serial(self, field: str) -> str:
        """As it stands, however many digits it has; unless it is a person's number."""
        text: str = self.read(field, readers.known_text) or ""
        return text if id_number_fault(text, date.max) else discreet(text)

    def words(self, field: str, most: int = 2_000) -> str:
        """As people wrote it, with nobody's number in it."""
        return shown(self.text(field))[:most]

    def word(self, field: str) -> str:
        """What the file calls it, to be asked what it means."""
        return shown(plain(as_text(self.cell(field)))) or NO_WORD

    def names(self, field: str) -> list[str]:
        return [plain(name) for name in self.read(field, readers.parts) or ()]

    def digits(self) -> str:
        """Of the first number in the cell that is one; what is none is left out."""
        numbers = map(normalise_phone, self.read("phone", readers.parts) or ())
        return next((each for each in numbers if each and not is_placeholder_phone(each)), "")

    # When

    def when(self, field: str, zone: ZoneInfo) -> When | None:
        told: date | None = self.read(field, readers.moment)
        if told is None:
            return None
        exact = isinstance(told, datetime)
        local = told if isinstance(told, datetime) else datetime.combine(told, time.min)
        return When(local.replace(tzinfo=zone).astimezone(UTC), exact)

    def begun(self, field: str, clock: Clock) -> datetime:
        """When it was reported. Raises `RowRefused` where nobody wrote it."""
        told = self.when(field, clock.zone)
        if told is None:
            raise self.out(field, _("The day of the report is missing. Fill it in."))
        if told.at < EARLIEST:
            raise self.out(field, _("Before 1990. Look at the year."))
        return self._past(field, told.at, clock)

    def course(self, first: str, steps: Sequence[str], clock: Clock) -> dict[str, datetime | None]:
        """By field: each not before the one before it, none to come."""
        before, last = first, self.begun(first, clock)
        found: dict[str, datetime | None] = {first: last}
        for name in steps:
            told = self.when(name, clock.zone)
            found[name] = None
            if told is not None:
                at = found[name] = self._past(name, told.after(last), clock)
                if at < last:
                    other = self.block.heading(before)
                    raise self.out(name, _("This lies before “%(other)s”. Correct one of the two.", other=other))
                last, before = at, name
        return found

    # Once

    def expect_once(self, mark: Hashable, told: dict[Hashable, int], field: str) -> None:
        """`told`: what stands, and the row of this file that said it. Raises `Standing`, or `RowRefused` where the file
        itself says it twice."""
        other = told.get(mark)
        if other is None:
            told[mark] = self.number
        elif other == NOBODY_ROW:
            raise Standing(self.refusal(field, _("Already there: it was taken over.")))
        else:
            raise self.out(field, _("Row %(row)s says the same. Keep one of the two.", row=other))

    def _past(self, field: str, at: datetime, clock: Clock) -> datetime:
        if at > clock.now:
            raise self.out(field, _("This is still to come."))
        return at


def number(cell: Cell) -> Decimal | None:
    return readers.number_in(cell.lstrip("¥￥ ") if isinstance(cell, str) else cell)


def to_the_fen(below_nought: Callable[[], str]) -> Callable[[Cell], Decimal | None]:
    """A reader for sums in yuan; `below_nought` says what to do about one that is negative."""

    def read(cell: Cell) -> Decimal | None:
        told = number(cell)
        if told is None:
            return None
        if told < 0:
            raise Wrong(below_nought())
        if told > LARGEST:
            raise Wrong(_("The sum is too large. Look at the number of zeros."))
        fen = round_to_fen(told)
        if abs(told - fen) > NOISE:
            raise Wrong(_("The sum has parts of a fen. Write it with two decimals."))
        return fen

    return read
