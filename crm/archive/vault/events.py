"""What happens to a title document wherever it is: where it is and who has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleMoved:
    """`old` and `new` are the places or persons by name; `voucher_id` and `transfer_id` say by which paper."""

    title_document_id: int
    dossier_id: int
    title_transfer_id: int | None
    title_voucher_id: int | None
    certificate_no: str
    old: str
    new: str
    cause: str
