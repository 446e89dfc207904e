"""Periods, what three opinions come to, and the state machine in which nothing ends under a hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.archive.disposal.figures import YEARS
from crm.archive.disposal.group import FITS, Said, agreed, seats_for
from crm.archive.disposal.models import Outcome, Seat
from crm.archive.disposal.periods import first_kept, kept_until
from crm.archive.disposal.starting import Because
from crm.auth.permissions import ROLES, RoleName
from crm.auth.permissions import Permission as P
from crm.demo.cast import CAST

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@given(DAYS, DAYS, st.integers(1, 100))
def test_the_set_based_rule_is_the_rule(starts: date, today: date, years: int) -> None:
    """What the statements compare is what a page says."""
    assert (starts < first_kept(today, years)) == (kept_until(starts, years) < today)


def test_it_is_kept_through_its_last_day() -> None:
    assert kept_until(date(2024, 2, 29), 30) == date(2054, 2, 28)
    assert kept_until(date(1996, 7, 1), 30) == date(2026, 7, 1)
    assert not date(1996, 7, 1) < first_kept(date(2026, 7, 1), 30)
    assert date(1996, 7, 1) < first_kept(date(2026, 7, 1) + timedelta(days=1), 30)


DESTROY, KEEP = Said(Outcome.destroy), Said(Outcome.keep)


@pytest.mark.parametrize(
    ("opinions", "outcome"),
    [
        ((DESTROY, DESTROY, DESTROY), DESTROY),
        ((KEEP, KEEP, KEEP), KEEP),
        ((DESTROY, DESTROY, KEEP), Said(Outcome.extend, 5)),
        ((DESTROY, DESTROY, Said(Outcome.extend, 2)), Said(Outcome.extend, 5)),
        ((DESTROY, KEEP, Said(Outcome.extend, 12)), Said(Outcome.extend, 12)),
        ((Said(Outcome.extend, 2), Said(Outcome.extend, 3), Said(Outcome.extend, 1)), Said(Outcome.extend, 3)),
    ],
)
def test_who_disagrees_keeps(opinions: tuple[Said, ...], outcome: Said) -> None:
    assert agreed(opinions, 5) == outcome


def test_a_period_is_for_good_or_as_long_as_the_law_wants() -> None:
    for because, least in ((Because.settled, 30), (Because.refused, 10)):
        fault = YEARS[because].fault_of
        assert [bool(fault(years)) for years in (0, least, least - 1, 1, 101)] == [False, False, True, True, True]


def test_the_cast_has_heads_enough_to_end_any_list() -> None:
    """Three of the group, an approver, two witnesses and whoever destroys: of the company's lists A and B are none."""
    parts = (
        *((P.disposal_appraise, fits) for fits in FITS.values()),
        (P.disposal_approve, None),
        (P.disposal_witness, None),
        (P.disposal_witness, None),
    )
    heads = {member.username: member.roles for member in CAST if member.username not in ("wanglei", "zhaoqian")}

    def fill(place: int, free: frozenset[str]) -> bool:
        if place == len(parts):
            return True
        permission, fits = parts[place]
        fit = {
            who
            for who in free
            if any(permission in ROLES[RoleName(role)] and (fits is None or role in fits) for role in heads[who])
        }
        return any(fill(place + 1, free - {who}) for who in fit)

    assert fill(0, frozenset(heads))


def test_a_seat_is_for_whom_it_fits() -> None:
    assert seats_for([RoleName.archivist]) == [Seat.archive]
    assert seats_for([RoleName.auditor]) == [Seat.audit]
    assert seats_for([RoleName.deputy_general_manager]) == [Seat.business]
    assert seats_for([RoleName.project_manager, RoleName.service_desk]) == []
