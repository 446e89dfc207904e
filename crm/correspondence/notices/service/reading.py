"""A household says itself that it has read the notice."""

from __future__ import annotations

from crm.correspondence.notices.models import NoticeHousehold, NoticeState, Reach
from crm.correspondence.notices.service.delivering import Reached, enter, hold
from crm.dates import utc_now


def note_reading(household: NoticeHousehold) -> bool:
    """Once, and only while the notice runs; whether it is noted. `notice` loaded."""
    hold(household)
    if household.notice.state is not NoticeState.issued:
        return False
    if household.read_at is not None:
        return True
    household.read_at = utc_now()
    enter(household, Reached(reach=Reach.reading, key=f"reading-{household.id}"))
    return True
