"""A safe that holds something stays; another custodian takes over by a count of both, and on no day is there nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Appointment, Location
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.service import Count, appoint, end_appointment
from crm.archive.dossiers.service.places import change_location
from crm.archive.vault import custody
from crm.archive.vault.counts import service as counts
from crm.archive.vault.counts.comparing import Found
from crm.archive.vault.counts.jobs import keep_vault
from crm.archive.vault.counts.queries import get_count, kept_in
from crm.archive.vault.models import CountKind, Purpose, TitleCustody
from crm.auth.actor import Actor, system_actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day, telling, utc_now
from crm.errors import DomainError
from tests import factories as make
from tests.archive.handover.desk import actor_called, actor_of
from tests.archive.vault.making import CUSTODIAN, MANAGER, WITNESS
from tests.archive.vault.vault import Vault

TITLES = CustodianRole.title_custodian


def test_a_safe_that_holds_title_documents_stays_in_use(vault: Vault) -> None:
    vault.filled()
    for place in (vault.places[0], vault.safe):
        with pytest.raises(DomainError, match="Something lies here"):
            close(vault, place)
    close(vault, vault.places[1])


def close(vault: Vault, place: Location) -> None:
    with vault.work(actor_called(WITNESS)) as db:
        change_location(db.get_one(Location, place.id), place.code, "", in_use=False)


@pytest.fixture
def successor(vault: Vault) -> User:
    return make.make_user(RoleName.title_custodian, full_name="孙悦")


def appointed(vault: Vault, user: User, counted: int | None = None, days: int = 0) -> None:
    with vault.work(actor_called(MANAGER)) as db:
        starts = business_day() + timedelta(days=days)
        appoint(TITLES, db.get_one(User, user.id), starts, Count(counted=counted))


def at_change(vault: Vault, first: Actor, second: Actor) -> None:
    """Counted and signed by the two, everything found."""
    with vault.work(actor_called(MANAGER)) as db:
        count_id = counts.order(db.get_one(Location, vault.safe.id), CountKind.handover).id
    with vault.work(first) as db:
        counts.begin(get_count(count_id, lock=True), [db.get_one(User, each.user_id) for each in (first, second)])
    with vault.work(first):
        standing = get_count(count_id, lock=True)
        lies = kept_in(list(standing.places))
        counts.hand_in(
            standing,
            [Found(location_id=each.location_id or 0, certificate_no=each.certificate_no, pieces=1) for each in lies],
        )
    for who in (first, second):
        with vault.work(who):
            counts.sign(get_count(count_id, lock=True), get_count(count_id).hash)


def test_the_vault_is_handed_over_by_a_count_of_both(vault: Vault, successor: User, db: Session) -> None:
    _voucher, [received] = vault.received()
    laid = vault.filled(2)
    new, former = actor_of(successor, RoleName.title_custodian), actor_called(CUSTODIAN)
    with pytest.raises(DomainError, match="count at a change of custodian first"):
        appointed(vault, successor, 3)
    at_change(vault, former, actor_called(WITNESS))
    with pytest.raises(DomainError, match="count at a change of custodian first"):
        appointed(vault, successor, 3)  # the successor was not one of the two
    at_change(vault, new, former)
    vault.go(Purpose.court, laid[:1])
    with pytest.raises(DomainError, match="count at a change of custodian first"):
        appointed(vault, successor, 2)  # something moved since
    at_change(vault, new, former)
    with pytest.raises(DomainError, match="not what the books say"):
        appointed(vault, successor, 1)  # without what is received and not laid in
    appointed(vault, successor, 2)
    held = db.scalars(select(TitleCustody).filter_by(document_id=received, ends_at=None)).one()
    assert (held.holder_id, held.cause) == (successor.id, custody.HANDED_OVER)
    assert vault.faults() == []


def test_where_who_leaves_cannot_come_somebody_of_the_rank_counts(vault: Vault, successor: User) -> None:
    vault.filled()
    at_change(vault, actor_of(successor, RoleName.title_custodian), actor_called(MANAGER))
    appointed(vault, successor, 1)


def test_what_is_in_hand_goes_over_on_the_first_day(app: Flask, vault: Vault, successor: User, db: Session) -> None:
    _voucher, [received] = vault.received()
    appointed(vault, successor, 1, days=1)
    held = select(TitleCustody.holder_id).filter_by(document_id=received, ends_at=None)
    assert db.scalars(held).one() == make.user_called(CUSTODIAN).id
    with telling(utc_now() + timedelta(days=1)), app.app_context():
        g.actor = system_actor("vault")
        keep_vault()
    assert db.scalars(held).one() == successor.id


def test_no_past_is_rewritten_and_no_day_is_without_a_custodian(vault: Vault, successor: User) -> None:
    vault.go(Purpose.court, vault.filled())  # nothing lies in the vault, and the company answers all the same
    with pytest.raises(DomainError, match="answered for on that day already"):
        appointed(vault, successor, days=-1)
    with pytest.raises(DomainError, match="Appoint the successor instead"):
        leave(vault)


def test_who_keeps_nothing_may_leave(vault: Vault) -> None:
    leave(vault)


def leave(vault: Vault) -> None:
    with vault.work(actor_called(MANAGER)) as db:
        live = db.scalars(select(Appointment).filter_by(role=TITLES, ends=None)).one()
        end_appointment(live, business_day())
