"""Where a voucher stands: everything its rules read, gathered once. No session here.

`crm.archive.vault.vouchers.queries` gathers it; the page, the refusals and the tests ask the same object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from crm.archive.credit.models import Project
from crm.archive.dossiers.content import content_hash
from crm.archive.vault.models import (
    Direction,
    Part,
    Presence,
    Prolongation,
    Purpose,
    TitleVoucher,
    VoucherLine,
    VoucherState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """SHA-256 of what is attached, "" where nothing is."""

    proof: str = ""
    power: str = ""
    receipt: str = ""


@dataclass(kw_only=True)
class Standing:
    """`where`: the place each document is at now by its custody, "" outside a safe; `presences`: the newest word of
    each part; `losses`: numbers of open incidents of loss by document; `counted`: safes being counted that it touches;
    `proofs`: the upload that frees each document of a release; `collateral` in words, by its id.
    """

    voucher: TitleVoucher
    lines: Sequence[VoucherLine]
    project: Project
    number: str  # of the title file, which is the dossier's
    actor_id: int | None
    custodians: frozenset[int]  # appointed today
    may_witness: bool
    now: datetime
    minutes: int
    where: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)  # of whoever confirmed
    presences: Sequence[Presence] = ()
    proofs: Mapping[int, int] = field(default_factory=dict)
    shas: Mapping[int | None, str] = field(default_factory=dict)  # of these proofs
    collateral: Mapping[int | None, str] = field(default_factory=dict)
    transferors: frozenset[int] = frozenset()  # A and B of today and before
    losses: Mapping[int, str] = field(default_factory=dict)
    counted: Sequence[str] = ()
    day_sealed: bool = False
    unsealed: date | None = None  # the first earlier day with a movement that nobody has sealed
    last_out: bool = False  # one of its documents is out by it
    papers: Papers = Papers()
    prolongation: Prolongation | None = None  # asked for and not decided
    id_masked: str = ""

    @property
    def state(self) -> VoucherState:
        return self.voucher.state

    @state.setter
    def state(self, state: VoucherState) -> None:
        self.voucher.state = state

    @property
    def goes_out(self) -> bool:
        return self.voucher.direction is Direction.out

    @property
    def still_out(self) -> bool:
        """Carried out for a time, and not all of it is back; it went out by no later voucher."""
        return self.voucher.back_on is not None and self.last_out

    @property
    def is_release(self) -> bool:
        return self.voucher.purpose is Purpose.release

    @property
    def appointed(self) -> bool:
        return self.actor_id in self.custodians

    def is_transferor(self, user_id: int | None) -> bool:
        """Who is or was A or B of the project."""
        return user_id in self.transferors

    @property
    def freed(self) -> bool:
        """Each document by a proof of its own: of the project's settlement, or that its own collateral is released."""
        return all(line.document_id in self.proofs for line in self.lines)

    @property
    def needs_power(self) -> bool:
        """Whoever is neither the client nor the owner of every document receives by power of attorney only."""
        owners = {line.document.owner for line in self.lines}
        receiver = self.voucher.receiver
        return self.is_release and receiver != self.project.client.name and owners != {receiver}

    @cached_property
    def content(self) -> dict[str, Any]:
        """What both see and confirm."""
        voucher = self.voucher
        return {
            "number": voucher.number.text,
            "direction": voucher.direction.value,
            "purpose": voucher.purpose.value,
            "file": self.number,
            "project": self.project.title,
            "reason": voucher.reason,
            "authority": voucher.authority,
            "back_on": voucher.back_on.isoformat() if voucher.back_on else "",
            "receiver": voucher.receiver,
            "receiver_number": self.id_masked,
            "proof": self.papers.proof,
            "power": self.papers.power,
            "receipt": self.papers.receipt,
            "asked_by": voucher.asked_by.full_name,
            "decided_by": voucher.decided_by.full_name if voucher.decided_by else "",
            "lines": [self._line(line) for line in self.lines],
        }

    def _line(self, line: VoucherLine) -> dict[str, Any]:
        laid = line.location.path if line.location else ""
        document = line.document
        return {
            "kind": document.kind.value,
            "title": document.name,
            "certificate_no": document.certificate_no,
            "quantity": document.quantity,
            "collateral": self.collateral.get(document.collateral_id, ""),
            "proof": self.shas.get(line.proof_id or self.proofs.get(document.id), "") if self.is_release else "",
            "new_certificate_no": line.new_certificate_no,
            "from": self.where.get(document.id, ""),
            "place": "" if self.goes_out else laid,
        }

    @cached_property
    def hash(self) -> str:
        """Of what is seen, and of the receiver's whole number, of which the page shows a part."""
        return content_hash(self.content | {"receiver_index": self.voucher.receiver_index})

    @property
    def live(self) -> dict[Part, Presence]:
        """Whose word counts now: given within the minutes, on what the voucher says now, by somebody entitled."""
        return {each.part: each for each in self.presences if self._counts(each)}

    def _counts(self, presence: Presence) -> bool:
        if self.now >= self.ends(presence) or presence.seen != self.hash:
            return False
        return presence.part is not Part.custodian or presence.user_id in self.custodians

    def ends(self, presence: Presence) -> datetime:
        """The moment from which the word counts no longer."""
        return presence.confirmed_at + timedelta(minutes=self.minutes)

    @property
    def part(self) -> Part | None:
        """What the acting person can be before the safe now; None where nothing is left for them."""
        live = self.live
        if any(each.user_id == self.actor_id for each in live.values()):
            return None
        if self.appointed and Part.custodian not in live:
            return Part.custodian
        barred = self.goes_out and self.actor_id in (self.voucher.asked_by_id, self.voucher.decided_by_id)
        return Part.witness if self.may_witness and not barred and Part.witness not in live else None

    @property
    def missing(self) -> list[Part]:
        """Who has yet to confirm."""
        return [part for part in Part if part not in self.live]
