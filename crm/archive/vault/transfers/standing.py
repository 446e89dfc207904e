"""Where a transfer list stands: everything the rules of its path read, gathered once. No session here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.credit.models import Project
from crm.archive.handover.models import Party
from crm.archive.vault.models import TitleSignature, TitleTick, TitleTransfer, TransferLine, TransferState

PARTY_TITLES = {Party.a: _l("A"), Party.b: _l("B"), Party.archivist: _l("Title custodian")}
FIELD_TITLES: dict[str, LazyString] = {
    "name": _l("name"),
    "certificate_no": _l("certificate number"),
    "quantity": _l("quantity"),
}


@dataclass(slots=True, kw_only=True)
class Standing:
    """`ticks`: the newest of each line by party; of the custodian's those of whoever is or was it for this list.

    `names`: A and B as the list says, and the custodian of today or who received it; "" while nobody is appointed.
    """

    transfer: TitleTransfer
    project: Project
    actor_id: int | None
    custodian_id: int | None  # appointed today
    names: Mapping[Party, str]
    lines: Sequence[TransferLine]
    signatures: Sequence[TitleSignature] = ()
    ticks: Mapping[Party, Mapping[int, TitleTick]] = field(default_factory=dict)
    transferors: frozenset[int] = frozenset()  # whoever is or was A or B of the project

    @property
    def state(self) -> TransferState:
        return self.transfer.state

    @state.setter
    def state(self, state: TransferState) -> None:
        self.transfer.state = state

    @property
    def number(self) -> str:
        return self.transfer.number.text

    @property
    def open(self) -> bool:
        return self.state is TransferState.issued

    @property
    def party(self) -> Party | None:
        """The acting person's own, today."""
        if self.actor_id is None:
            return None
        if self.actor_id in (self.project.a_id, self.project.b_id):
            return Party.a if self.actor_id == self.project.a_id else Party.b
        return Party.archivist if self.actor_id == self.custodian_id else None

    @property
    def replaced(self) -> bool:
        """Whether A or B is another one than when the list was issued."""
        return (self.transfer.a_id, self.transfer.b_id) != (self.project.a_id, self.project.b_id)

    def who(self, party: Party) -> str:
        return " ".join(part for part in (str(PARTY_TITLES[party]), self.names.get(party, "")) if part)

    def signature_of(self, party: Party) -> TitleSignature | None:
        return next((each for each in self.signatures if each.party is party), None)

    def unticked(self, party: Party) -> list[TransferLine]:
        mine = self.ticks.get(party, {})
        return [line for line in self.lines if line.id not in mine]

    def has_compared(self, party: Party) -> bool:
        return not self.unticked(party)

    def shows(self, party: Party) -> bool:
        """Nobody sees what another found before having compared every line; who is no party, once it is over."""
        if not self.open or party is self.party:
            return True
        return self.party is not None and self.has_compared(self.party)

    def place_of(self, line: TransferLine) -> int:
        return self.lines.index(line) + 1

    def differing(self, party: Party) -> list[str]:
        """What the party found to be other than the list says, line by line, in words."""
        mine = self.ticks.get(party, {})
        return [self._told(line, mine[line.id]) for line in self.lines if line.id in mine and not mine[line.id].agrees]

    def _told(self, line: TransferLine, tick: TitleTick) -> str:
        fields = _(", ").join(str(title) for name, title in FIELD_TITLES.items() if not getattr(tick, name))
        words = {"line": self.place_of(line), "name": line.name, "fields": fields, "note": tick.note}
        return _("line %(line)d, %(name)s, %(fields)s (%(note)s)", **words)
