"""诉讼时效 by the day: what sets the clock back, what comes too late, what revives. No database."""

from __future__ import annotations

from datetime import date

import pytest

from crm.billing.arrears.limitation.clock import Cause, Happened, clock

DUE = date(2023, 1, 28)
D, P, L, M = Cause.demand, Cause.payment, Cause.plan, Cause.promise


def happened(*told: tuple[Cause, str]) -> list[Happened]:
    return [Happened(cause=cause, on=date.fromisoformat(day)) for cause, day in told]


@pytest.mark.parametrize(
    ("events", "expires_on", "counted", "expired_on"),
    [
        # Three years from the day after the due day: 2023-01-29 to 2026-01-28, that day included.
        ([], "2026-01-28", 0, None),
        # A demand served one year on begins them anew.
        ([(D, "2024-01-28")], "2027-01-28", 1, None),
        # On the very last day it is still in time, on the day after too late.
        ([(D, "2026-01-28")], "2029-01-28", 1, None),
        ([(D, "2026-01-29")], "2026-01-28", 0, None),
        # Each of several counts from its own day; the order in which they are entered does not matter.
        ([(D, "2025-06-01"), (D, "2024-01-28")], "2028-06-01", 2, None),
        # Two years of silence after a demand, then a payment: all in time.
        ([(D, "2023-05-01"), (P, "2026-04-30"), (D, "2029-04-30")], "2032-04-30", 3, None),
        # A promise, an agreed plan and a part payment interrupt as a demand does.
        ([(M, "2024-03-15")], "2027-03-15", 1, None),
        ([(L, "2024-03-15")], "2027-03-15", 1, None),
        ([(P, "2024-03-15")], "2027-03-15", 1, None),
        # After it ran out a demand changes nothing, however many there are.
        ([(D, "2026-02-01"), (D, "2026-03-01"), (D, "2027-03-01")], "2026-01-28", 0, None),
        # A debtor who promises, agrees to a plan or pays all the same gives the defence up.
        ([(M, "2026-02-01")], "2029-02-01", 1, "2026-01-28"),
        ([(P, "2030-02-01")], "2033-02-01", 1, "2026-01-28"),
        ([(L, "2026-02-01")], "2029-02-01", 1, "2026-01-28"),
        # A demand too late, then a payment that revives it, then a demand in the new time.
        ([(D, "2026-02-01"), (P, "2026-05-01"), (D, "2027-05-01")], "2030-05-01", 2, "2026-01-28"),
        # A second time that ran out: the last one that was lost is told.
        ([(P, "2026-05-01"), (M, "2029-06-01")], "2032-06-01", 2, "2029-05-01"),
        # What happened before it was due, or on that day, is before the time begins.
        ([(P, "2022-12-01"), (M, "2023-01-28")], "2026-01-28", 0, None),
        ([(D, "2023-01-29")], "2026-01-29", 1, None),
        # 29 February has no day three years later: the last of the month.
        ([(D, "2024-02-29")], "2027-02-28", 1, None),
        # Of one day the debtor's act goes first: after it ran out both count then.
        ([(D, "2026-02-01"), (M, "2026-02-01")], "2029-02-01", 2, "2026-01-28"),
    ],
)
def test_the_table_of_interruptions(events, expires_on, counted, expired_on):
    found = clock(DUE, happened(*events), 3)
    assert found.expires_on == date.fromisoformat(expires_on)
    assert len(found.interrupted) == counted
    assert len(found.interrupted) + len(found.too_late) == sum(day > DUE.isoformat() for _cause, day in events)
    assert found.expired_on == (date.fromisoformat(expired_on) if expired_on else None)
    assert found.has_run_out(found.expires_on) is False
    assert found.last is None or found.last is found.interrupted[-1]


@pytest.mark.parametrize(
    ("due", "years", "expires_on"),
    [("2024-02-29", 3, "2027-02-28"), ("2024-02-29", 4, "2028-02-29"), ("2025-12-31", 2, "2027-12-31")],
)
def test_years_end_on_the_same_day(due, years, expires_on):
    assert clock(date.fromisoformat(due), [], years).expires_on == date.fromisoformat(expires_on)
