"""What happened to a letter. `about_ref` is the id of what it is about; its kind says of what table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRegistered:
    """In or out. `subject`: what stands on it."""

    letter_id: int
    estate_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    direction: str
    kind: str
    party: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStepTaken:
    """Any step of the workflow beside those that follow from how it was brought."""

    letter_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    action: str
    state: str
    handler: str
    department: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFileAdded:
    letter_id: int
    letter_file_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    role: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMailed:
    """It lies in the outbox."""

    letter_id: int
    customer_id: int | None
    mail_id: int
    number: str
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBrought:
    """An entry of how it was brought that serves nothing new: on its way, come back, or served already."""

    letter_id: int
    letter_delivery_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    channel: str
    arrival: str
    delivered_on: date
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterServed:
    """The entry that serves it: it arrived, or was refused before a witness."""

    letter_id: int
    letter_delivery_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    about_kind: str
    about_ref: int | None
    channel: str
    arrival: str
    delivered_on: date
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDeliveryTakenBack:
    """`unserved`: nothing else says that it arrived."""

    letter_id: int
    letter_delivery_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    about_kind: str
    about_ref: int | None
    channel: str
    arrival: str
    unserved: bool
    reason: str
