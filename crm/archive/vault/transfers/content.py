"""What a transfer list says, frozen when it is issued; its hash is what the three sign. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm.archive.vault.models import TitleDocument

FORM, COPIES = "title_transfer", 3  # one for A, one for B, one with the documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """`subject`: the id of the list's own number, by which `/verify` knows it; `file_number`: of the title file."""

    subject: int
    number: str
    file_number: str
    title: str
    client: str
    a: str
    b: str
    issued_at: str


def whole(head: Head, documents: Sequence[TitleDocument], collateral: Mapping[int | None, str] = {}) -> dict[str, Any]:
    """`collateral` in words, by its id."""
    lines = [
        _line(place, each, collateral.get(each.collateral_id, "")) for place, each in enumerate(documents, start=1)
    ]
    return {"paper": FORM, **asdict(head), "pieces": sum(each.quantity for each in documents), "lines": lines}


def _line(place: int, document: TitleDocument, collateral: str) -> dict[str, Any]:
    return {
        "code": str(place),
        "document_id": document.id,
        "title_kind": document.kind.value,
        "name": document.name,
        "certificate_no": document.certificate_no,
        "quantity": document.quantity,
        "owner": document.owner,
        "registry": document.issued_by,
        "collateral": collateral,
    }
