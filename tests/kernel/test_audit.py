"""The log: written with the change, chained without gaps, closed to every change, and proven by `verify`."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from crm.audit.log import handlers, plain, record
from crm.audit.models import GENESIS, LogEntry, LogSubject, chained_hash
from crm.audit.queries import timeline, verify
from crm.calls.models import CallNote
from crm.db import append_only_tables, connect
from crm.files.store import keep
from crm.models import Base
from crm.policy.models import FigureValue
from crm.settings import read_settings
from crm.tenants.merging.models import CustomerUnmerge
from crm.tenants.models import Customer, CustomerKind, Source, Supplement, SupplementKind
from tests import factories as make
from tests.archive.disposal.making import ids_of_disposal
from tests.archive.lending.making import ids_of_lending
from tests.archive.trail import leave_a_trail
from tests.archive.vault.ids import ids_of_the_vault
from tests.archive.vault.making import ids_of_titles
from tests.billing.arrears.letters.making import leave_letters
from tests.billing.arrears.making import ids_of_cases, ids_of_promises, ids_of_reviews
from tests.billing.cashier.making import make_payment, make_print, make_receipt
from tests.billing.collection.making import ids_of_collection
from tests.billing.deposits.making import make_deposit, make_movement, make_tie_out
from tests.billing.importing.making import ids_of_imports
from tests.billing.ledger.making import leave_books
from tests.billing.making import charges_and_meters
from tests.billing.runs.making import ids_of_runs
from tests.complaints.hanging import leave_hanging
from tests.complaints.importing.making import ids_of_complaint_imports
from tests.complaints.making import ids_of_complaints
from tests.correspondence.letters.making import ids_of_letters
from tests.correspondence.notices.making import leave_notices
from tests.engineering.making import ids_of_engineering
from tests.moves.leaving.making import ids_of_leavings
from tests.moves.making import ids_of_moves
from tests.renovations.making import ids_of_renovations
from tests.renovations.on_site import ids_on_site
from tests.renovations.settling import ids_of_settlements
from tests.repairs.leaving import leave_repairs
from tests.review.sampling.making import ids_of_samples
from tests.violations.making import ids_of_violations

MOMENT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingChanged:
    thing_id: int
    note: str = ""
    other_id: int | None = None


class Colour(StrEnum):
    red = "red"


class Failure(Exception):
    pass


def entries(db, since=0):
    return db.scalars(select(LogEntry).where(LogEntry.id > since).order_by(LogEntry.id)).all()


def last_id(db):
    return db.scalar(select(func.max(LogEntry.id))) or 0


# Writing


def test_a_unit_of_work_leaves_chained_rows(work, db):
    before = last_id(db)
    with work():
        record(ThingChanged(thing_id=7, note="一"))
        record(ThingChanged(thing_id=8, note="二", other_id=9))
    first, second = entries(db, before)
    assert [first.id, second.id] == [before + 1, before + 2]
    assert second.previous_hash == first.hash
    assert (first.actor, first.user_id, first.kind) == ("tests", None, "ThingChanged")
    assert second.data == {"thing_id": 8, "note": "二", "other_id": 9}
    verdict = verify(db)
    assert verdict.sound
    assert (verdict.entries, verdict.head) == (second.id, second.hash)


def test_id_fields_that_are_set_are_subjects(work, db):
    before = last_id(db)
    with work():
        record(ThingChanged(thing_id=8, other_id=9))
        record(ThingChanged(thing_id=8))
    subjects = db.execute(
        select(LogSubject.entry_id, LogSubject.kind, LogSubject.object_id).where(LogSubject.entry_id > before)
    )
    assert {tuple(row) for row in subjects} == {
        (before + 1, "thing", 8),
        (before + 1, "other", 9),
        (before + 2, "thing", 8),
    }
    assert [entry.id for entry in db.scalars(timeline("thing", 8))] == [before + 2, before + 1]
    assert [entry.id for entry in db.scalars(timeline("other", 9))] == [before + 1]
    assert db.scalars(timeline("thing", 8, limit=1)).one().id == before + 2


def test_a_rollback_leaves_no_entry_and_gives_the_id_back(work, db):
    before = last_id(db)
    with pytest.raises(Failure), work():  # noqa: PT012
        record(ThingChanged(thing_id=7))
        raise Failure
    assert entries(db, before) == []
    with work():
        record(ThingChanged(thing_id=7))
    assert [entry.id for entry in entries(db, before)] == [before + 1]


def test_handlers_are_told_in_the_same_unit_of_work(work):
    told = []
    handlers[ThingChanged] = [told.append]
    try:
        with work():
            record(event := ThingChanged(thing_id=7))
            assert told == [event]
    finally:
        del handlers[ThingChanged]


def test_a_handler_that_fails_takes_the_entry_with_it(work, db):
    def fail(_event):
        raise Failure

    before = last_id(db)
    handlers[ThingChanged] = [fail]
    try:
        with pytest.raises(Failure), work():
            record(ThingChanged(thing_id=7))
    finally:
        del handlers[ThingChanged]
    assert entries(db, before) == []


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Decimal("1.50"), "1.50"),
        (date(2026, 11, 23), "2026-11-23"),
        (MOMENT, "2026-11-23T02:30:00+00:00"),
        (Colour.red, "red"),
        ({"a": (Colour.red, None)}, {"a": ["red", None]}),
        ({1: True}, {"1": True}),
        (frozenset({3}), [3]),
    ],
)
def test_values_are_kept_as_json_gives_them_back(value, kept):
    assert plain(value) == kept
    assert json.loads(json.dumps(plain(value))) == kept


def test_threads_chain_one_after_the_other(own_work):
    """Gapless ids and an unbroken chain over connections of their own."""

    def run(thing):
        for turn in range(8):
            with own_work():
                record(ThingChanged(thing_id=thing, note=str(turn)))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(1, 4)))
    with own_work(writes=False) as db:
        verdict = verify(db)
        assert verdict.faults == []
        assert verdict.entries == 24


# Closed to every change


@pytest.fixture
def one_row_each(work, db, estate):
    """A row in every table that is only ever added to."""
    with work() as opened:
        record(ThingChanged(thing_id=7))
        keep(b"a,b\n1,2\n", "list.csv", purpose="import", estate_id=None)
        customer = Customer(
            estate_id=estate.id, kind=CustomerKind.person, name="吴学文", registered_on=date(2026, 1, 1)
        )
        opened.add(customer)
        opened.flush()
        opened.add(
            Supplement(
                estate_id=estate.id,
                customer_id=customer.id,
                kind=SupplementKind.change,
                effective_on=date(2026, 2, 1),
                source=Source.counter,
                confirmed_by="吴学文",
                recorded_by="tests",
                recorded_at=MOMENT,
            )
        )
    make.make_pair_decision(estate)
    merge = make.make_merge(*make.make_twins(estate))
    call = make.make_call(estate)
    said = {"done_by": "周慧", "done_at": MOMENT}
    figure = {"key": "auth.confirmation_minutes", "value": 30, "valid_from": date(2026, 1, 1), "confirmed": True}
    db.add_all(
        (
            CustomerUnmerge(merge_id=merge.id, estate_id=estate.id, reason="两个人", **said),
            CallNote(call_id=call.id, text="补记", written_by="李敏", written_at=MOMENT),
            FigureValue(**figure, basis="会议纪要", set_by="刘洋", set_at=MOMENT),
        )
    )
    db.commit()
    leave_a_trail(db, estate)
    leave_books(make.make_customer(estate))
    make_print(make_receipt(make_payment(customer)))
    make_movement(make_deposit(customer))
    make_tie_out(estate)
    ids_of_promises(customer)
    charges_and_meters(estate)
    ids_of_reviews(estate)
    ids_of_runs(estate)
    ids_of_collection(make.make_customer(estate))
    ids_of_imports(estate)
    leave_repairs(estate)
    ids_of_violations(estate)
    ids_of_engineering(estate)
    ids_of_leavings(estate)
    ids_on_site(estate)
    ids_of_renovations(estate)
    ids_of_settlements(estate)
    ids_of_moves(estate)
    leave_notices(estate)
    ids_of_complaints(estate)
    leave_hanging(estate)
    ids_of_samples(estate)
    ids_of_complaint_imports(estate)
    ids_of_cases(estate)
    leave_letters(estate)
    ids_of_letters(estate)
    ids_of_lending(estate)
    ids_of_the_vault()
    ids_of_titles()
    ids_of_disposal(estate)
    empty = [
        name
        for name in append_only_tables
        if not db.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
    ]
    assert empty == [], "give each a row here"


def attacks(table, dialect):
    keys = [column.name for column in table.primary_key]
    names = ", ".join(column.name for column in table.columns)
    yield f"UPDATE {table.name} SET {keys[0]} = {keys[0]}"
    yield f"DELETE FROM {table.name}"
    if dialect == "sqlite":
        yield f"INSERT OR REPLACE INTO {table.name} ({names}) SELECT {names} FROM {table.name} LIMIT 1"
        yield f"REPLACE INTO {table.name} ({names}) SELECT {names} FROM {table.name} LIMIT 1"
    else:
        yield (
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {table.name} LIMIT 1 "
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {keys[0]} = excluded.{keys[0]}"
        )
        yield f"TRUNCATE {table.name} CASCADE"


def test_rows_take_no_change(db, engine, one_row_each):
    tables = [Base.metadata.tables[name] for name in sorted(append_only_tables)]
    for attack in [attack for table in tables for attack in attacks(table, engine.dialect.name)]:
        with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
            db.execute(text(attack))


@pytest.mark.parametrize("name", sorted(append_only_tables))
def test_every_model_that_says_so_has_its_triggers(db, engine, name):
    if engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"
        wanted = {f"{name}_no_update", f"{name}_no_delete", f"{name}_no_replace"}
    else:
        query = (
            "SELECT tgname FROM pg_trigger "
            "WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal AND tgenabled = 'O'"
        )
        wanted = {f"{name}_append_only", f"{name}_no_truncate"}
    assert set(db.scalars(text(query), {"name": name})) >= wanted


def test_a_model_refuses_before_the_database_does(db, one_row_each):
    entry = db.scalars(select(LogEntry).limit(1)).one()
    with pytest.raises(TypeError, match="append-only"), db.begin_nested():
        entry.actor = "somebody else"
    subject = db.scalars(select(LogSubject).limit(1)).one()
    with pytest.raises(TypeError, match="append-only"), db.begin_nested():
        db.delete(subject)


# Tampering is found


@pytest.fixture
def three(work, db):
    """The ids of three entries in a row."""
    with work():
        for note in "一二三":
            record(ThingChanged(thing_id=7, note=note))
    return [entry.id for entry in entries(db)[-3:]]


def unlock(db, engine):
    """What somebody with the database's own password can do."""
    for table in ("log_entry", "log_subject"):
        if engine.dialect.name == "sqlite":
            for action in ("update", "delete", "replace"):
                db.execute(text(f"DROP TRIGGER {table}_no_{action}"))
        else:
            db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def faults_after(db, engine, *statements, **values):
    unlock(db, engine)
    for statement in statements:
        db.execute(text(statement), values)
    return verify(db).faults


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody else'",
        "kind = 'Other'",
        "user_id = 4711",
        "address = '10.0.0.9'",
        "request_id = 'x'",
        "at = '2020-01-01 00:00:00.000000'",
    ],
)
def test_a_changed_column_is_named(db, engine, three, change):
    faults = faults_after(db, engine, f"UPDATE log_entry SET {change} WHERE id = :id", id=three[1])
    assert faults == [f"entry {three[1]}: changed after it was written"]


def test_changed_data_is_named(db, engine, three):
    data = json.dumps({"thing_id": 7, "note": "四", "other_id": None})
    faults = faults_after(db, engine, "UPDATE log_entry SET data = :data WHERE id = :id", data=data, id=three[1])
    assert faults == [f"entry {three[1]}: changed after it was written"]


def test_a_change_that_also_forges_the_hash_breaks_the_chain(db, engine, three):
    row = dict(db.execute(select(*LogEntry.__table__.columns).where(LogEntry.id == three[1])).mappings().one())
    forged = chained_hash(row | {"actor": "somebody else"})
    faults = faults_after(
        db,
        engine,
        "UPDATE log_entry SET actor = 'somebody else', hash = :hash WHERE id = :id",
        hash=forged,
        id=three[1],
    )
    assert faults == [f"entry {three[2]}: does not follow the one before"]


def test_a_missing_entry_is_named(db, engine, three):
    faults = faults_after(
        db, engine, "DELETE FROM log_subject WHERE entry_id = :id", "DELETE FROM log_entry WHERE id = :id", id=three[1]
    )
    assert faults
    assert str(three[1]) in faults[0]
    assert "missing" in faults[0]


def test_an_added_entry_is_named(db, engine, three):
    copied = "actor, user_id, address, request_id, kind, data, previous_hash, hash"
    faults = faults_after(
        db,
        engine,
        f"INSERT INTO log_entry (id, at, {copied}) SELECT id + 1, at, {copied} FROM log_entry WHERE id = :id",
        id=three[2],
    )
    assert f"entry {three[2] + 1}: does not follow the one before" in faults


def test_an_empty_log_is_sound(own_work):
    with own_work(writes=False) as db:
        verdict = verify(db)
    assert (verdict.entries, verdict.head, verdict.sound) == (0, GENESIS, True)


def test_the_hash_can_be_recomputed_by_hand(db, three):
    """What an auditor needs to know to check without us."""
    row = db.get_one(LogEntry, three[0])
    said = {
        name: getattr(row, name)
        for name in ("id", "actor", "user_id", "address", "request_id", "kind", "data", "previous_hash")
    }
    said["at"] = row.at.isoformat(timespec="microseconds")
    assert hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest() == row.hash


def test_the_command_proves_and_finds(crm, installation):
    crm("user", "add", "liuyang", "--name", "刘洋", "--role", "administrator", "--password", "a long pass phrase")
    proof = json.loads(crm("audit", "verify", "--json").stdout)
    assert (proof["entries"], proof["sound"], proof["faults"]) == (1, True, [])
    engine = connect(read_settings(installation).database_url)
    with engine.begin() as connection:
        unlock(connection, engine)
        connection.execute(text("UPDATE log_entry SET actor = 'nobody'"))
    engine.dispose()
    done = crm("audit", "verify", check=False)
    assert done.returncode == 1
    assert "FAULT entry 1: changed after it was written" in done.stdout
