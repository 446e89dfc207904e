"""What page and paper of a transfer list show: who found what, and the three places to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.archive.handover.models import GRADE_TITLES, Party
from crm.archive.vault.models import TitleSignature, TitleTick, TransferLine
from crm.archive.vault.transfers.content import COPIES
from crm.archive.vault.transfers.standing import PARTY_TITLES, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list; `ticks` of each party whose ticks the acting person may see."""

    line: TransferLine
    said: dict[str, Any]  # as the frozen list has it
    ticks: dict[Party, TitleTick | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    party: Party
    title: str
    name: str
    signature: TitleSignature | None
    grade: str
    compared: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """第 `number` 份; the holder's name, "" for the one with the documents."""

    number: int
    holder: str


def rows(standing: Standing) -> list[Row]:
    said = {each["document_id"]: each for each in standing.transfer.content["lines"]}
    parties = [party for party in Party if standing.shows(party)]
    return [
        Row(
            line=line,
            said=said[line.document_id],
            ticks={party: standing.ticks.get(party, {}).get(line.id) for party in parties},
        )
        for line in standing.lines
    ]


def places(standing: Standing) -> list[Place]:
    """A, B and the title custodian, in the order in which they sign."""
    found = []
    for party in Party:
        signature = standing.signature_of(party)
        found.append(
            Place(
                party=party,
                title=str(PARTY_TITLES[party]),
                name=signature.signer.full_name if signature else standing.names.get(party, ""),
                signature=signature,
                grade=str(GRADE_TITLES[signature.grade]) if signature else "",
                compared=standing.has_compared(party),
            )
        )
    return found


def copies(standing: Standing) -> Sequence[Copy]:
    holders = (standing.names[Party.a], standing.names[Party.b], "")
    return [Copy(number, holder) for number, holder in zip(range(1, COPIES + 1), holders, strict=True)]
