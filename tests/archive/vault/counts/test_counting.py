"""Blind counts: nothing moves, the books come after the sheet, each difference is explained, two sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from crm.archive.dossiers.models import Location
from crm.archive.vault.counts import service
from crm.archive.vault.counts.comparing import Found
from crm.archive.vault.counts.jobs import keep_vault
from crm.archive.vault.counts.path import PATH
from crm.archive.vault.counts.queries import get_count, listed, live_in_sight, unsealed_days
from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.models import (
    CountKind,
    CountState,
    Difference,
    IncidentKind,
    Purpose,
    TitleDocument,
    TitleIncident,
    Variance,
    VaultCount,
)
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.dates import business_day, telling, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.notifications.models import Notification
from tests import factories as make
from tests.archive.handover.desk import actor_called
from tests.archive.vault.ids import make_count, make_day_end
from tests.archive.vault.making import CUSTODIAN, MANAGER, WITNESS, A, make_safe
from tests.archive.vault.vault import Vault

S = CountState


@contextmanager
def at(vault: Vault, who: str, count_id: int) -> Iterator[Standing]:
    with vault.work(actor_called(who)):
        yield get_count(count_id, lock=True)


def ordered(vault: Vault, kind: CountKind = CountKind.surprise, safe_id: int = 0) -> int:
    with vault.work(actor_called(MANAGER)) as db:
        return service.order(db.get_one(Location, safe_id or vault.safe.id), kind).id


def begin(vault: Vault, count_id: int, *counters: str, who: str = MANAGER) -> int:
    with at(vault, who, count_id) as standing:
        service.begin(standing, people(*(counters or (CUSTODIAN, WITNESS))))
    return count_id


def people(*usernames: str) -> list[User]:
    return [session().scalars(select(User).filter_by(username=each)).one() for each in usernames]


def begun(vault: Vault, kind: CountKind = CountKind.surprise, safe_id: int = 0) -> int:
    return begin(vault, ordered(vault, kind, safe_id))


def written(vault: Vault, *documents: int) -> list[Found]:
    with vault.work() as db:
        numbers = [db.get_one(TitleDocument, each).certificate_no for each in documents]
    return [Found(location_id=vault.places[0].id, certificate_no=number, pieces=1) for number in numbers]


def handed_in(vault: Vault, *documents: int, who: str = CUSTODIAN) -> int:
    count_id = begun(vault)
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
    count_id = begun(vault)
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
    count_id = begun(vault)
    with at(vault, WITNESS, count_id) as standing:
        service.hand_in(standing, [Found(location_id=vault.safe.id, certificate_no="X-1234567", pieces=1)])
        assert standing.state is S.counted
    with at(vault, CUSTODIAN, count_id) as standing:
        assert [each.kind for each in standing.variances] == [Difference.unexpected]
    explain(vault, count_id)
    with vault.work() as db:
        assert db.scalars(select(TitleIncident.kind)).all() == [IncidentKind.unexpected]


def test_the_two_who_are_named_count_and_sign(vault: Vault) -> None:
    vault.filled()
    count_id = ordered(vault)
    for named, words in (
        ((WITNESS, MANAGER), "One of the two is the title custodian"),
        ((CUSTODIAN, CUSTODIAN), "two different people"),
        ((CUSTODIAN, A), "two different people"),
    ):
        with pytest.raises(DomainError, match=words):
            begin(vault, count_id, *named)
    begin(vault, count_id, WITNESS, CUSTODIAN)
    with pytest.raises(DomainError, match="Only the two who were named"), at(vault, MANAGER, count_id) as standing:
        service.hand_in(standing, [])
    with at(vault, WITNESS, count_id) as standing:
        service.hand_in(standing, [])
    explain(vault, count_id)
    with pytest.raises(DomainError, match="Only the two who were named"):
        sign(vault, MANAGER, count_id)
    sign(vault, CUSTODIAN, count_id)
    assert sign(vault, WITNESS, count_id)


def rung(vault: Vault, username: str) -> list[str]:
    with vault.work() as db:
        return list(db.scalars(select(Notification.text).filter_by(user_id=make.user_called(username).id)))


def test_a_surprise_is_known_to_nobody_before_it_begins(app: Flask, vault: Vault) -> None:
    [document] = vault.filled()
    count_id = ordered(vault)
    with telling(utc_now() + timedelta(days=9)):
        tick(app)
    assert not any(vault.safe.path in text for text in rung(vault, CUSTODIAN))
    with pytest.raises(NotFound):
        begin(vault, count_id, who=CUSTODIAN)
    with vault.work(actor_called(CUSTODIAN)) as db:
        assert (db.execute(listed()).all(), live_in_sight()) == ([], [])
    vault.go(Purpose.court, [document])  # nothing tells that it is ordered
    begin(vault, count_id)
    assert f"请现在和另一人一起盘点：{vault.safe.path}。" in rung(vault, CUSTODIAN)


def test_what_was_written_is_superseded_by_another_sheet(vault: Vault, db: Session) -> None:
    documents = vault.filled(2)
    count_id = handed_in(vault)
    explain(vault, count_id, "空表误交")
    lines = written(vault, *documents)
    with at(vault, WITNESS, count_id) as standing:
        service.recount(standing, people(WITNESS, CUSTODIAN), "空表误交")
        assert standing.state is S.open
    with at(vault, WITNESS, count_id) as standing:
        service.hand_in(standing, lines)
    with at(vault, CUSTODIAN, count_id) as standing:
        assert (list(standing.variances), len(standing.superseded)) == ([], 2)
    sign(vault, CUSTODIAN, count_id)
    with pytest.raises(DomainError, match="signed already"), at(vault, WITNESS, count_id) as standing:
        service.recount(standing, people(WITNESS, CUSTODIAN), "再数")
    sign(vault, WITNESS, count_id)
    ended = db.execute(select(TitleIncident.result, TitleIncident.closed_by_id)).all()
    number = db.get_one(VaultCount, count_id).number.text
    assert set(ended) == {(f"Found at the count {number}.", make.user_called(WITNESS).id)}


def test_fewer_pieces_are_an_incident(vault: Vault, db: Session) -> None:
    [document] = vault.filled()
    with vault.work() as own:
        own.get_one(TitleDocument, document).quantity = 2
    explain(vault, handed_in(vault, document))
    [incident] = db.scalars(select(TitleIncident)).all()
    assert (incident.kind, incident.document_id) == (IncidentKind.shortage, document)


def test_what_belongs_into_another_safe_is_recognised(vault: Vault) -> None:
    [document] = vault.filled()
    [line] = written(vault, document)
    other = make_safe()
    count_id = begun(vault, safe_id=other.id)
    with at(vault, CUSTODIAN, count_id) as standing:
        service.hand_in(standing, [replace(line, location_id=other.id)])
    with at(vault, CUSTODIAN, count_id) as standing:
        [found] = standing.variances
        assert (found.kind, found.document_id, found.expected) == (Difference.misplaced, document, 0)


def test_while_it_is_counted_the_books_are_withheld_from_who_may_count(vault: Vault, sign_in: Any) -> None:
    [document] = vault.filled()
    with vault.work() as db:
        number = db.get_one(TitleDocument, document).certificate_no
    begun(vault)
    pages = ("/archive/vault/documents", f"/archive/vault/projects/{vault.project.id}", "/archive/vault/incidents/new")
    pages = (*pages, "/archive/vault/vouchers/book")
    for page in pages:
        assert number not in sign_in(CUSTODIAN).get(page).text, page
    assert sign_in(CUSTODIAN).get(f"/archive/vault/documents/{document}").status_code == 403
    assert number in sign_in(A).get(pages[0]).text


def test_the_sheet_is_read_once_more_before_it_is_compared(vault: Vault, sign_in: Any, db: Session) -> None:
    [document] = vault.filled()
    [line], count_id = written(vault, document), begun(vault)
    keeper, page = sign_in(CUSTODIAN), f"/archive/vault/counts/{count_id}/sheet"
    place = f"place-{line.location_id}"
    sent = {"version": str(db.get_one(VaultCount, count_id).version), place: ""}
    assert keeper.post(page, data=sent | {place: f"{line.certificate_no}*1000"}).status_code == 422
    shown = _shown(keeper.post(page, data=sent))
    other = _shown(keeper.post(page, data=sent | {place: line.certificate_no, "shown": shown}))
    db.expire_all()
    assert (other != shown, db.get_one(VaultCount, count_id).state) == (True, S.open)
    assert keeper.post(page, data=sent | {place: line.certificate_no, "shown": other}).status_code == 302
    db.expire_all()
    assert (db.get_one(VaultCount, count_id).state, db.scalars(select(Variance.id)).all()) == (S.counted, [])


def _shown(answer: Any) -> str:
    return re.search(r'name="shown"[^>]*value="(\w{64})"', answer.text)[1]  # type: ignore[index]


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
    begin(vault, count.id, WITNESS, CUSTODIAN, who=WITNESS)


def seal(vault: Vault, who: str, counted: int, remark: str = "", day: date | None = None) -> Any:
    with vault.work(actor_called(who)):
        return service.seal(service.day_of(day or business_day(), lock=True), counted, remark, "10.0.0.8")


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


def test_a_difference_wants_a_remark_and_is_an_incident(vault: Vault, db: Session) -> None:
    vault.filled(2)
    with pytest.raises(DomainError, match="not what the book says"):
        seal(vault, CUSTODIAN, 1)
    seal(vault, CUSTODIAN, 1, "少一本")
    assert seal(vault, WITNESS, 1, "柜内翻遍").remark == "许静: 少一本 · 冯雪: 柜内翻遍"
    [incident] = db.scalars(select(TitleIncident)).all()
    assert (incident.kind, "少一本" in incident.description) == (IncidentKind.shortage, True)
    assert any(incident.number.text in text for text in rung(vault, MANAGER))


def test_nothing_moves_before_the_earlier_day_is_sealed(vault: Vault) -> None:
    [document] = vault.filled()
    yesterday, tomorrow = vault.today(), utc_now() + timedelta(days=1)
    with telling(tomorrow):
        voucher_id = vault.ready(Purpose.court, [document])
        with pytest.raises(DomainError, match=f"{yesterday} and the day is not sealed"):
            vault.confirm(CUSTODIAN, voucher_id)
        for who in (CUSTODIAN, WITNESS):  # what lies there now is what lay there on its evening
            seal(vault, who, 1, day=yesterday)
        vault.both(voucher_id)


def test_every_day_has_its_sheet(vault: Vault, sign_in: Any) -> None:
    one, other = make_day_end(), make_day_end()
    page = sign_in(MANAGER).get(f"/archive/vault/counts/days?sheet={one.id}").text
    assert f"/archive/vault/counts/days/{one.id}.pdf" in page
    assert f"/archive/vault/counts/days?sheet={other.id}" in page


def test_without_the_custodian_no_day_is_sealed(vault: Vault) -> None:
    seal(vault, WITNESS, 0)
    with pytest.raises(DomainError, match="title custodian, who is still missing"):
        seal(vault, MANAGER, 0)
    with telling(utc_now() + timedelta(minutes=11)):
        assert seal(vault, CUSTODIAN, 0) is None
