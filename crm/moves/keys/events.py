"""What happened to keys. `keys`: in words, such as “门钥匙 ×2”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntered:
    unit_key_id: int
    unit_id: int
    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRetired:
    unit_key_id: int
    unit_id: int
    kind: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysGiven:
    key_slip_id: int
    customer_id: int
    unit_id: int
    number: str
    keys: str
    holder: str
    given_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySlipSigned:
    """`signing`: drawn or scanned."""

    key_slip_id: int
    customer_id: int
    unit_id: int
    number: str
    signing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysReturned:
    key_slip_id: int
    customer_id: int
    unit_id: int
    number: str
    keys: str
    by: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysLost:
    key_slip_id: int
    customer_id: int
    unit_id: int
    number: str
    keys: str
    reason: str
    day: date
