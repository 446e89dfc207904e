"""What happened to a customer's file. ID numbers appear masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered:
    customer_id: int
    estate_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSupplemented:
    customer_id: int
    supplement_id: int
    estate_id: int
    kind: str
    effective_on: date
    confirmed_by: str
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkChanged:
    customer_id: int
    estate_id: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAdded:
    customer_id: int
    phone_id: int
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneVerified:
    customer_id: int
    phone_id: int
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneEnded:
    customer_id: int
    phone_id: int
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded:
    customer_id: int
    member_id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft:
    customer_id: int
    member_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyContactAdded:
    customer_id: int
    emergency_contact_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyContactEnded:
    customer_id: int
    emergency_contact_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleAdded:
    customer_id: int
    vehicle_id: int
    plate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleEnded:
    customer_id: int
    vehicle_id: int
    plate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyBegan:
    customer_id: int
    unit_id: int
    occupancy_id: int
    role: str
    starts: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyEnded:
    customer_id: int
    unit_id: int
    occupancy_id: int
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMovedOut:
    """The last tie to a unit ended; `left_open`: of each check of the checklist what was not settled then."""

    customer_id: int
    estate_id: int
    ends: date
    reason: str
    left_open: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged:
    """Another file was merged into this one; `other` is its name."""

    customer_id: int
    merged_id: int
    merge_id: int
    estate_id: int
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMerged:
    """The same, told of the file that is kept no longer by itself."""

    customer_id: int
    kept_id: int
    merge_id: int
    estate_id: int
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersUnmerged:
    customer_id: int
    merged_id: int
    merge_id: int
    estate_id: int
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUnmerged:
    customer_id: int
    kept_id: int
    merge_id: int
    estate_id: int
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersToldApart:
    """The two are not one customer; with `apart` False that was taken back."""

    customer_id: int
    other_id: int
    estate_id: int
    other: str
    apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRevealed:
    """Somebody asked to see a masked number, and said why."""

    customer_id: int
    estate_id: int
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyContactsPrinted:
    """The building's sheet for the duty office, with the numbers in full."""

    building_id: int
    estate_id: int
    contacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsPrinted:
    """Forms of several customers in one file, numbers masked."""

    form: str
    forms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFiled:
    """The paper of something that is closed, into the customer's dossier."""

    customer_id: int
    item_id: int
    title: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfiledCounted:
    """`unfiled`: how many closed things lay in no dossier in the night."""

    unfiled: int
