"""What happened to a corrective action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionAdded:
    complaint_id: int
    corrective_action_id: int
    number: str  # of the complaint
    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionDone:
    complaint_id: int
    corrective_action_id: int
    number: str
    what: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionVerified:
    complaint_id: int
    corrective_action_id: int
    number: str
    what: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionSentBack:
    complaint_id: int
    corrective_action_id: int
    number: str
    what: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionDropped:
    complaint_id: int
    corrective_action_id: int
    number: str
    what: str
    words: str
