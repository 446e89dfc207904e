"""Places, custody for any day, and custodians appointed with a count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import g
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from crm.archive.dossiers import reports, service
from crm.archive.dossiers.models import Custody
from crm.archive.dossiers.models.custody import CustodianRole, LocationKind
from crm.archive.dossiers.queries import first_location, locations
from crm.archive.dossiers.service import Count
from crm.archive.dossiers.service.appointing import dossiers_in_place
from crm.dates import business_day, telling, today
from crm.errors import DomainError
from tests.archive.dossiers.acting import ARCHIVIST, MANAGER, A, acting, loan, user_called

ROLE = CustodianRole.archivist


def on(day):
    """What is done meanwhile was done at noon of that day."""
    return telling(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def business_day_here():
    return today(ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def cabinet(work):
    with work():
        yield service.add_location(LocationKind.cabinet, "甲柜", first_location())


@pytest.mark.parametrize(
    ("kind", "within"),
    [
        (LocationKind.cabinet, None),
        (LocationKind.safe, None),
        (LocationKind.room, "甲柜"),
        (LocationKind.cabinet, "甲柜"),
        (LocationKind.shelf, "保险柜"),
    ],
)
def test_a_place_lies_within_a_larger_one(cabinet, kind, within):
    service.add_location(LocationKind.safe, "保险柜", first_location())
    parent = next((each for each in locations() if each.code == within), None)
    with pytest.raises(DomainError):
        service.add_location(kind, "某处", parent)


def test_a_place_is_renamed_with_what_lies_in_it(cabinet):
    shelf = service.add_location(LocationKind.shelf, "第1层", cabinet)
    box = service.add_location(LocationKind.box, "盒3", shelf)
    service.change_location(cabinet, "乙柜", "", in_use=True)
    assert box.path == "档案室 / 乙柜 / 第1层 / 盒3"
    with pytest.raises(DomainError):
        service.add_location(LocationKind.cabinet, "乙柜", first_location())


def test_a_place_with_something_in_it_stays_in_use(cabinet):
    dossier = loan()
    service.put(dossier, cabinet, "placed", home=True)
    with pytest.raises(DomainError):
        service.change_location(cabinet, "甲柜", "", in_use=False)
    service.take_custody(dossier, holder_id=user_called("fengxue").id, cause="handed_over")
    with pytest.raises(DomainError):  # it belongs there, and comes back
        service.change_location(cabinet, "甲柜", "", in_use=False)


def test_no_dossier_goes_into_a_safe_or_a_place_out_of_use(cabinet):
    safe = service.add_location(LocationKind.safe, "保险柜", first_location())
    service.change_location(cabinet, "甲柜", "", in_use=False)
    for place in (safe, cabinet):
        for home in (True, False):
            with pytest.raises(DomainError):
                service.put(loan(), place, "placed", home=home)


def test_a_dossier_is_in_one_place_or_with_one_person(cabinet):
    for given in ({}, {"holder_id": 1, "location_id": cabinet.id}):
        with pytest.raises(DomainError):
            service.take_custody(loan(), cause="placed", **given)


def test_one_custody_is_open_and_the_database_says_so(work, cabinet, db):
    with work() as own:
        dossier = loan(5)
        service.take_custody(dossier, location_id=cabinet.id, cause="placed")
        assert own.query(Custody).filter_by(dossier_id=dossier.id, ends_at=None).count() == 1
        twice = text(
            "INSERT INTO custody (dossier_id, location_id, starts_at, cause, caused_by) "
            "SELECT dossier_id, location_id, starts_at, cause, caused_by FROM custody WHERE ends_at IS NULL"
        )
        with pytest.raises(DBAPIError), own.begin_nested():
            own.execute(twice)


def test_who_answered_for_it_on_a_day(work):
    day = date(2026, 5, 20)
    with work():
        with acting(A), on(day - timedelta(days=10)):
            dossier = loan()
        with on(day), acting(MANAGER):
            service.appoint(ROLE, user_called(ARCHIVIST), day)
        with on(day):
            service.put(dossier, first_location(), "placed", home=True)
        assert reports.answer_on(dossier, day - timedelta(days=11)) is None
        before, now = reports.answer_on(dossier, day - timedelta(days=1)), reports.answer_on(dossier, day)
        assert (before.where, before.answers) == ("王磊", "王磊")
        assert (now.where, now.answers) == ("档案室", "冯雪")
        assert [each.where for each in reports.custody_of(dossier)] == ["档案室", "王磊"]


def test_the_first_custodian_needs_no_count_the_next_one_does_and_it_is_blind(work):
    day = business_day_here()
    with work():
        service.put(loan(), first_location(), "placed", home=True)
        with acting(MANAGER):
            first = service.appoint(ROLE, user_called(ARCHIVIST), day)
            assert (first.expected, first.counted) == (None, None)
            there, after = dossiers_in_place(), day + timedelta(days=30)
            for count in (Count(), Count(counted=there + 1)):
                with pytest.raises(DomainError) as refused:
                    service.appoint(ROLE, user_called("xujing"), after, count)
                assert not any(letter.isdecimal() for letter in str(refused.value))
            made = service.appoint(ROLE, user_called("xujing"), after, Count(counted=there + 1, remark="多一卷待查"))
            assert (made.expected, made.counted, first.ends) == (there, there + 1, after)
            assert (first.left_expected, first.left_counted) == (there, there + 1)


def test_no_count_is_skipped_by_ending_first(work):
    day = business_day_here()
    with work():
        service.put(loan(), first_location(), "placed", home=True)
        with acting(MANAGER):
            first, there = service.appoint(ROLE, user_called(ARCHIVIST), day), dossiers_in_place()
            with pytest.raises(DomainError):
                service.end_appointment(first, day)
            service.end_appointment(first, day, Count(counted=there))
            assert (first.left_expected, first.left_counted) == (there, there)
            with pytest.raises(DomainError):
                service.appoint(ROLE, user_called("xujing"), day)
            assert service.appoint(ROLE, user_called("xujing"), day, Count(counted=there)).expected == there


def test_nobody_answers_for_the_past_once_there_is_something_to_answer_for(work):
    day = business_day_here()
    with work(), acting(MANAGER):
        held = service.appoint(ROLE, user_called(ARCHIVIST), day - timedelta(days=9))
        service.put(loan(), first_location(), "placed", home=True)
        count = Count(counted=dossiers_in_place())
        with pytest.raises(DomainError):
            service.appoint(ROLE, user_called("xujing"), day - timedelta(days=1), count)
        with pytest.raises(DomainError):
            service.end_appointment(held, day - timedelta(days=1), count)


def test_what_nobody_keeps_yet_is_not_counted(work):
    with work(), acting(MANAGER):
        for username in ("xujing", ARCHIVIST):
            made = service.appoint(CustodianRole.title_custodian, user_called(username), date(2026, 1, 2))
            assert made.expected is None


def test_nobody_is_appointed_twice_or_by_oneself(work):
    with work(), acting(MANAGER):
        service.appoint(ROLE, user_called(ARCHIVIST), date(2026, 1, 2))
        for username in (ARCHIVIST, MANAGER):
            with pytest.raises(DomainError):
                service.appoint(ROLE, user_called(username), date(2026, 2, 2), Count(counted=0))


def test_only_whoever_is_appointed_today_receives(work):
    with work():
        with acting(ARCHIVIST), pytest.raises(DomainError, match="总经理"):
            service.expect_appointment(ROLE)
        with acting(MANAGER):
            made = service.appoint(ROLE, user_called(ARCHIVIST), business_day())
        with acting(ARCHIVIST):
            service.expect_appointment(ROLE)
        with acting(MANAGER):
            service.end_appointment(made, business_day())
            with pytest.raises(DomainError):
                service.end_appointment(made, business_day())
        with acting(ARCHIVIST), pytest.raises(DomainError):
            service.expect_appointment(ROLE)


def test_the_system_appoints_nobody(work):
    with work():
        assert g.actor.user_id is None
        with pytest.raises(DomainError):
            service.appoint(ROLE, user_called(ARCHIVIST), date(2026, 1, 2))
