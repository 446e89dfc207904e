"""What happens to a transfer list of title documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferIssued:
    title_transfer_id: int
    title_document_ids: list[int]
    project_id: int
    dossier_id: int
    number: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCompared:
    """One of the three has held lines against the paper."""

    title_transfer_id: int
    dossier_id: int
    title_party: str
    agreeing: int
    differing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSigned:
    title_transfer_id: int
    dossier_id: int
    user_id: int
    title_party: str
    grade: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceived:
    """All three have signed: the custodian has the documents."""

    title_transfer_id: int
    title_document_ids: list[int]
    title_voucher_id: int
    dossier_id: int
    number: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWithdrawn:
    title_transfer_id: int
    title_document_ids: list[int]
    dossier_id: int
    number: str
    reason: str
