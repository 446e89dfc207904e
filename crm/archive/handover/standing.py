"""Where a hand-over stands: everything the rules of its path read, gathered once. No session here.

`crm.archive.handover.queries` gathers it; the page, the refusals and the tests ask the same object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from crm.archive.dossiers.content import content_hash
from crm.archive.handover.content import line_hash, lines, of_version
from crm.archive.handover.models import (
    PARTY_TITLES,
    Handover,
    HandoverState,
    LateFiling,
    LineCheck,
    LineKind,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    SupplementLine,
)

MOST_NAMED = 5  # things a sentence counts up before it says how many more there are


@dataclass(slots=True, kw_only=True)
class Standing:
    """`content` is what a list issued now would say; `version` the newest issued, None before the first.

    `signatures` are those on the newest version that are not void; `checks` the newest of each line by party.
    """

    handover: Handover
    actor_id: int | None
    a_id: int
    b_id: int
    names: Mapping[Party, str]  # of today's A and B, and of who received it
    appointed: bool  # whether the acting person is an archivist today
    ended: bool  # whether the project's end is known
    content: Mapping[str, Any]
    missing: Sequence[str] = ()  # required documents neither there nor marked as not applicable
    version: ListVersion | None = None
    signatures: Sequence[ListSignature] = ()
    transferors: frozenset[int] = frozenset()  # whoever is or was A or B
    deciders: frozenset[int] = frozenset()  # whoever decided about more time or waived a line
    checks: Mapping[Party, Mapping[int, LineCheck]] = field(default_factory=dict)
    supplements: Sequence[SupplementLine] = ()
    late: Sequence[LateFiling] = ()  # what came after filing, the newest first
    _hashes: dict[int, str] = field(default_factory=dict, init=False, repr=False)  # of `content` as each version

    @property
    def state(self) -> HandoverState:
        return self.handover.state

    @state.setter
    def state(self, state: HandoverState) -> None:
        self.handover.state = state

    def plays(self, party: Party) -> bool:
        """Whether the acting person is that party today."""
        if party is Party.archivist:
            return self.appointed and not self.is_transferor and not self.is_decider
        return self.actor_id is not None and self.actor_id == (self.a_id if party is Party.a else self.b_id)

    @property
    def parties(self) -> list[Party]:
        return [party for party in Party if self.plays(party)]

    @property
    def is_transferor(self) -> bool:
        """Whether the acting person is or ever was A or B of this hand-over; such a one never receives it (2.9)."""
        return self.actor_id in (self.a_id, self.b_id) or self.actor_id in self.transferors

    @property
    def is_decider(self) -> bool:
        """Whether the acting person decided about this hand-over; such a one never receives it (2.9)."""
        return self.actor_id in self.deciders

    def who(self, party: Party) -> str:
        name = self.names.get(party, "")
        return f"{PARTY_TITLES[party]} {name}".strip()

    @property
    def issued(self) -> int:
        """The newest version's number, 0 before the first."""
        return self.version.version if self.version else 0

    def late_of(self, version: ListVersion) -> LateFiling | None:
        """The supplement that a list was issued for; None for what A issued."""
        return next((each for each in self.late if each.list_version_id == version.id), None)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return list(lines(self.content))

    @property
    def is_current(self) -> bool:
        """Whether the newest list says what lies in the dossier now."""
        if self.version is None:
            return False
        if self.issued not in self._hashes:
            self._hashes[self.issued] = content_hash(of_version(self.content, self.issued))
        return self._hashes[self.issued] == self.version.hash

    def signature_of(self, party: Party) -> ListSignature | None:
        """The one that counts: on the newest list while that is current, by today's A or B."""
        if not self.is_current:
            return None
        wanted = {Party.a: self.a_id, Party.b: self.b_id}.get(party)
        return next(
            (each for each in self.signatures if each.party is party and wanted in (None, each.signer_id)),
            None,
        )

    def check_of(self, party: Party, line: Mapping[str, Any]) -> LineCheck | None:
        """The newest check of the line as it is now; None when it was not checked, or changed since."""
        check = self.checks.get(party, {}).get(line["item_id"])
        return check if check is not None and check.line_hash == line_hash(line) else None

    def passes(self, party: Party, line: Mapping[str, Any]) -> bool:
        check = self.check_of(party, line)
        return check is not None and self.in_order(check)

    def in_order(self, check: LineCheck) -> bool:
        """It agrees, and the signatures it needs are there or were waived."""
        return check.matches and (check.signed or self.is_waived(check.item_id))

    def is_waived(self, item_id: int) -> bool:
        """Whether somebody above said that a signature of the document may stay missing."""
        return any(
            each.item_id == item_id and each.kind is LineKind.missing_signature and each.state is LineState.waived
            for each in self.supplements
        )

    def unchecked(self, party: Party) -> list[dict[str, Any]]:
        """Lines that the party has not found in order as they are now."""
        return [line for line in self.lines if not self.passes(party, line)]

    @property
    def open_lines(self) -> list[SupplementLine]:
        return [line for line in self.supplements if not line.is_closed]


def named(things: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    shown = _(", ").join(things[:MOST_NAMED])
    more = len(things) - MOST_NAMED
    return shown if more <= 0 else _("%(shown)s and %(more)d more", shown=shown, more=more)


def line_name(line: Mapping[str, Any]) -> str:
    return f"{line['code']} {line['title']}"
