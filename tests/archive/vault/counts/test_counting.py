"""Blind counts: nothing moves, the books come after the sheet, each difference is explained, two sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select

from crm.archive.dossiers.models import Location
from crm.archive.vault.counts import service
from crm.archive.vault.counts.comparing import Found
from crm.archive.vault.counts.jobs import keep_vault
from crm.archive.vault.counts.path import PATH
from crm.archive.vault.counts.queries import get_count, unsealed_days
from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.models import (
    CountKind,
    CountState,
    Difference,
    IncidentKind,
    Purpose,
    TitleDocument,
    TitleIncident,
    VaultCount,
)
from crm.auth.actor import system_actor
from crm.dates import business_day, telling, utc_now
from crm.errors import DomainError
from tests.archive.handover.desk import actor_called
from tests.archive.vault.ids import make_count
from tests.archive.vault.making import CUSTODIAN, MANAGER, WITNESS
from tests.archive.vault.vault import Vault

S = CountState


@contextmanager
def at(vault: Vault, who: str, count_id: int) -> Iterator[Standing]:
    with vault.work(actor_called(who)):
        yield get_count(count_id, lock=True)


def ordered(vault: Vault, kind: CountKind = CountKind.surprise) -> int:
    with vault.work(actor_called(MANAGER)) as db:
        return service.order(db.get_one(Location, vault.safe.id), kind).id


def written(vault: Vault, *documents: int) -> list[Found]:
    with vault.work() as db:
        numbers = [db.get_one(TitleDocument, each).certificate_no for each in documents]
    return [Found(location_id=vault.places[0].id, certificate_no=number, pieces=1) for number in numbers]


def handed_in(vault: Vault, *documents: int, who: str = CUSTODIAN) -> int:
    count_id = ordered(vault)
    lines = written(vault, *documents)
    with at(vault, who, count_id) as standing:
        service.hand_in(standing, lines)
    return count_id


def sign(vault: Vault, who: str, count_id: int) -> bool:
    with at(vault, who, count_id) as standing:
        return service.sign(standing, standing.hash)


def explain(vault: Vault, count_id: int, words: str = "放在主任桌上", **given: Any) -> None:
    with at(vault, CUSTODIAN, count_id) as standing:
        for each in standing.unexplained:
            service.explain(standing, each, words, **given)


def test_what_agrees_is_signed_by_two(vault: Vault) -> None:
    count_id = handed_in(vault, *vault.filled(2))
    assert not sign(vault, CUSTODIAN, count_id)
    with pytest.raises(DomainError, match="Another person signs"):
        sign(vault, CUSTODIAN, count_id)
    assert sign(vault, WITNESS, count_id)
    with at(vault, MANAGER, count_id) as standing:
        assert (standing.state, standing.count.expected, standing.count.found) == (S.signed, 2, 2)
    assert vault.faults() == []


def test_nothing_moves_while_it_is_counted(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ready(Purpose.court, [document])
    count_id = ordered(vault)
    with pytest.raises(DomainError, match="is being counted"):
        vault.confirm(CUSTODIAN, voucher_id)
    with at(vault, CUSTODIAN, count_id) as standing:
        service.hand_in(standing, [])
    vault.both(voucher_id)


def test_what_is_missing_is_explained_and_an_incident(vault: Vault) -> None:
    kept, lost = vault.filled(2)
    count_id = handed_in(vault, kept)
    with pytest.raises(DomainError, match="Not explained yet"):
        sign(vault, CUSTODIAN, count_id)
    explain(vault, count_id)
    with vault.work() as db:
        [incident] = db.scalars(select(TitleIncident)).all()
        assert (incident.kind, incident.document_id) == (IncidentKind.loss, lost)
    sign(vault, CUSTODIAN, count_id)
    with pytest.raises(DomainError, match="signed already"), at(vault, CUSTODIAN, count_id) as standing:
        service.explain(standing, standing.variances[0], "再说一次")
    assert sign(vault, WITNESS, count_id)


def test_what_is_in_no_book_is_an_incident(vault: Vault) -> None:
    count_id = ordered(vault)
    with at(vault, WITNESS, count_id) as standing:
        service.hand_in(standing, [Found(location_id=vault.safe.id, certificate_no="X-1234567", pieces=1)])
        assert standing.state is S.counted
    with at(vault, CUSTODIAN, count_id) as standing:
        assert [each.kind for each in standing.variances] == [Difference.unexpected]
    explain(vault, count_id)
    with vault.work() as db:
        assert db.scalars(select(TitleIncident.kind)).all() == [IncidentKind.unexpected]


def test_one_of_the_two_is_the_custodian(vault: Vault) -> None:
    count_id = handed_in(vault, *vault.filled(), who=WITNESS)
    sign(vault, WITNESS, count_id)
    with pytest.raises(DomainError, match="One of the two is the title custodian"):
        sign(vault, MANAGER, count_id)
    assert sign(vault, CUSTODIAN, count_id)


def test_what_was_not_read_is_not_signed(vault: Vault) -> None:
    count_id = handed_in(vault, *vault.filled())
    with pytest.raises(DomainError, match="was changed since"), at(vault, CUSTODIAN, count_id) as standing:
        service.sign(standing, "0" * 64)


def test_one_count_of_a_safe_at_a_time(vault: Vault) -> None:
    ordered(vault)
    with pytest.raises(DomainError, match="under way already"):
        ordered(vault)


@pytest.mark.parametrize("action", ["begin", "hand_in", "explain", "sign", "cancel"])
@pytest.mark.parametrize("state", S)
def test_every_state_and_action(vault: Vault, work: Callable[..., Any], state: S, action: str) -> None:
    given = {"reason": "柜子要搬"} if state is S.cancelled else {}
    count_id = make_count(state, **given).id
    with at(vault, CUSTODIAN, count_id) as standing:
        there = state in PATH[action].sources
        hindered = PATH.hindrance(standing, action)
        assert ("is not possible now" in hindered) == (not there)


def tick(app: Flask) -> int:
    with app.app_context():
        g.actor = system_actor("vault")
        return keep_vault()


def test_the_clock_orders_what_is_due_once(app: Flask, vault: Vault) -> None:
    vault.filled()
    tick(app)
    tick(app)
    with vault.work() as db:
        [count] = db.scalars(select(VaultCount)).all()
        assert (count.kind, count.state, count.safe_id) == (CountKind.scheduled, S.ordered, vault.safe.id)
    with at(vault, CUSTODIAN, count.id) as standing:
        service.begin(standing)
        assert standing.state is S.open


def seal(vault: Vault, who: str, counted: int, remark: str = "") -> Any:
    with vault.work(actor_called(who)):
        return service.seal(service.day_of(business_day(), lock=True), counted, remark, "10.0.0.8")


def test_two_seal_the_day_and_nothing_moves_after(vault: Vault) -> None:
    voucher_id, documents = vault.received(2)
    vault.lay(voucher_id)
    vault.both(voucher_id)
    assert seal(vault, CUSTODIAN, 2) is None
    with pytest.raises(DomainError, match="Another person counts"):
        seal(vault, CUSTODIAN, 2)
    with pytest.raises(DomainError, match="counted differently"):
        seal(vault, WITNESS, 1, "少一本")
    ended = seal(vault, WITNESS, 2)
    assert (ended.opening, ended.came_in, ended.went_out, ended.closing) == (0, 2, 0, 2)
    with vault.work():
        assert unsealed_days() == []
    with pytest.raises(DomainError, match="sealed already"):
        seal(vault, CUSTODIAN, 2)
    out = vault.ready(Purpose.court, documents)
    with pytest.raises(DomainError, match="day is sealed"):
        vault.confirm(CUSTODIAN, out)
    assert vault.faults() == []


def test_a_difference_wants_a_remark(vault: Vault) -> None:
    with pytest.raises(DomainError, match="not what the book says"):
        seal(vault, CUSTODIAN, 1)


def test_without_the_custodian_no_day_is_sealed(vault: Vault) -> None:
    seal(vault, WITNESS, 0)
    with pytest.raises(DomainError, match="title custodian, who is still missing"):
        seal(vault, MANAGER, 0)
    with telling(utc_now() + timedelta(minutes=11)):
        assert seal(vault, CUSTODIAN, 0) is None
