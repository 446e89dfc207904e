"""What happened to a complaint. Numbers appear masked; `customer_ids` are the callers' files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintReceived:
    complaint_id: int
    estate_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    category: str
    severity: str
    channel: str
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintCallerNoted:
    """One more caller of the same case."""

    complaint_id: int
    complaint_caller_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    channel: str
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintJoined:
    """One case goes on as another: `complaint_ids` are both, `number` went on as `main_number`."""

    complaint_ids: list[int]
    customer_ids: list[int]
    unit_id: int | None
    number: str
    main_number: str
    callers: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintStepTaken:
    """Any step of the workflow beside those that have an event of their own."""

    complaint_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    action: str
    state: str
    level: int
    handler: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintClassified:
    complaint_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintEscalated:
    """One level up: by hand, for a promise that ran out, or as a repeat. `cause`: said, answer, result, repeat."""

    complaint_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    level: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintEnded:
    """Nothing of ours is left to do: disputes that waited for it are released. `state`: closed, withdrawn, joined."""

    complaint_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFiled:
    complaint_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintNumberShown:
    complaint_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintsProved:
    """The nightly check of the cases under way; `examples` in words."""

    faults: int
    examples: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintReplyWritten:
    """The reply goes out as a letter, too; `letter`: its number. Whose file it is of says the letter alone."""

    complaint_id: int
    letter_id: int
    number: str
    letter: str
