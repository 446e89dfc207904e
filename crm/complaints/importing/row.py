"""One row of a history of complaints: who, how it came, whether it is settled."""

from __future__ import annotations

from crm.complaints.cases.models import Channel, Outcome
from crm.complaints.importing.words import ANONYMOUS, CHANNELS, NAMELESS, OUTCOMES
from crm.imports.histories.row import HistoryRow, plain
from crm.workbooks import readers
from crm.workbooks.cells import as_text

SAYS_REAL = ("是否实名", "实名")  # headings under which a yes means the contrary


class Row(HistoryRow):
    sum_fields = ("number", "received", "unit", "spot", "category")

    @property
    def category(self) -> str:
        """What the file calls it."""
        return self.word("category")

    def is_anonymous(self) -> bool:
        told: bool | None = self.read("anonymous", readers.one_of(ANONYMOUS))
        if told is None:
            return self.is_nameless
        says_real = self.block.heading("anonymous") in SAYS_REAL and plain(as_text(self.cell("anonymous"))) not in (
            "匿名",
            "实名",
        )
        return told is not says_real

    @property
    def is_nameless(self) -> bool:
        """Whether a word stands where the name would."""
        return plain(self.text("caller")) in NAMELESS

    def name(self) -> str:
        return "" if self.is_nameless else self.words("caller", 100)

    def channel(self) -> Channel | None:
        """None where the word is none of ours: it is kept as a word."""
        return CHANNELS.get(plain(self.text("channel")).casefold())

    def outcome(self) -> Outcome | None:
        found: Outcome | None = self.read("outcome", readers.one_of(OUTCOMES))
        return found

    def has_column(self, field: str) -> bool:
        return field in self.block.columns
