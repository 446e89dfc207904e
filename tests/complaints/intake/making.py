"""Complaints of a neighbour's noise, and the letters they may come by."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from crm.complaints.cases.models import Complaint, ComplaintState
from crm.correspondence.letters.models import Direction, Letter, LetterState, Way
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.complaints import making
from tests.complaints.making import NOW, category_called
from tests.repairs.making import kept

S = ComplaintState
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)  # a Tuesday


def make_case(estate: Estate, state: ComplaintState = S.received, unit: Unit | None = None, **given: Any) -> Complaint:
    """Of noise, about no department; nobody is named on it."""
    facts: dict[str, Any] = {"words": "楼上半夜很吵", "spot": "", "about_department_id": None}
    if "category_id" not in given:
        facts["category_id"] = category_called("噪声扰民").id
    if state is S.joined and "joined_to_id" not in given:
        facts["joined_to_id"] = make_case(estate).id
    return making.make_case(estate, state, unit, **(facts | given))


def make_letter(estate: Estate, **given: Any) -> Letter:
    number = make.make_number("收文", "收〔2026〕")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "direction": Direction.incoming,
        "kind": "complaint",
        "party": "司马相如",
        "dated_on": date(2026, 11, 20),
        "way": Way.post,
        "subject": "关于楼上噪声的投诉信",
        "summary": "楼上每天半夜很吵，睡不好。",
        "state": LetterState.registered,
        "registered_by": "李敏",
        "registered_at": NOW,
    }
    return kept(Letter(estate_id=estate.id, **(facts | given)))
