"""What happened when a renovation was finished and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationFinished:
    """The customer says that it is built. `as_approved`: as it was permitted."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    done_on: date
    as_approved: bool
    drawings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationAsBuiltBrought:
    renovation_id: int
    renovation_as_built_id: int
    customer_id: int
    unit_id: int
    number: str
    title: str
    upload_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationChecked:
    """`stage`: first or second; `defects`: how many lines are to be put right, by `due_on`; `signed`: by the customer.

    `second_due_on`: from when the second check may be made, where the first was passed.
    """

    renovation_id: int
    renovation_check_id: int
    customer_id: int
    unit_id: int
    number: str
    stage: str
    passed: bool
    defects: int
    due_on: date | None
    second_due_on: date | None
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationWaitShortened:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    was: date
    now: date
    reason: str
