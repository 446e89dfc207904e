"""What happens to a voucher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherAsked:
    title_voucher_id: int
    dossier_id: int
    number: str
    purpose: str
    documents: list[str]
    reason: str
    authority: str
    back_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherDecided:
    title_voucher_id: int
    dossier_id: int
    number: str
    approved: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherAskedAnew:
    """What was approved is another now: the rank decides anew."""

    title_voucher_id: int
    dossier_id: int
    number: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherPrepared:
    """Places, receiver and papers as they are now; the receiver's number is told to nobody."""

    title_voucher_id: int
    dossier_id: int
    number: str
    places: list[str]
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherConfirmed:
    title_voucher_id: int
    dossier_id: int
    number: str
    part: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherDone:
    title_voucher_id: int
    dossier_id: int
    number: str
    purpose: str
    documents: list[str]
    custodian: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherCancelled:
    title_voucher_id: int
    dossier_id: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProlongationAsked:
    title_voucher_id: int
    dossier_id: int
    number: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProlongationDecided:
    title_voucher_id: int
    dossier_id: int
    number: str
    until: date
    approved: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherScanned:
    """The sheet signed in ink was attached."""

    title_voucher_id: int
    dossier_id: int
    number: str
    upload_id: int
