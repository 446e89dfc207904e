"""What the index keeps of each object, and how a change finds what is no longer true."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.desk import index
from crm.desk.models import SearchObject, SearchToken
from crm.desk.spool import Spool
from crm.tenants.models import Customer
from tests.factories import make_customer, make_member, make_phone, make_unit


@pytest.fixture
def person(app, db, estate, work):
    customer = make_customer(estate, "吴学文", make_unit(estate, "1-1-1001"))
    make_phone(customer, "13909311443")
    with work():
        index.refresh("customer", [customer.id])
    return customer


def stored(db, customer):
    """The tokens as the search reads them, and as a change will compare them."""
    db.expire_all()
    tokens = select(SearchToken.token).where(SearchToken.kind == "customer", SearchToken.object_id == customer.id)
    line = db.get(SearchObject, ("customer", customer.id))
    return set(db.scalars(tokens)), set(line.tokens.split()) if line else set()


def test_both_tables_say_the_same(person, db, work):
    searched, compared = stored(db, person)
    assert searched == compared
    assert {"w:吴学文", "p:wxw", "e:1443", "u:1-1-1001"} <= searched


def test_a_change_takes_out_and_puts_in_what_differs(person, db, work, queries):
    with work() as session, queries() as seen:
        session.get_one(Customer, person.id).name = "吴学武"
        session.flush()
        index.refresh("customer", [person.id])
    searched, compared = stored(db, person)
    assert searched == compared
    assert "n:学武" in searched
    assert "n:学文" not in searched
    assert "e:1443" in searched
    assert len([statement for statement in seen if statement.startswith("DELETE")]) == 1


def test_what_is_gone_leaves_both_tables(person, db, work, monkeypatch):
    monkeypatch.setattr(index, "documents", lambda kind, ids: {})
    with work():
        index.refresh("customer", [person.id])
    assert stored(db, person) == (set(), set())


def test_names_are_given_without_asking_the_tables(person, db, work):
    make_member(person, "欧阳志远")
    with work():
        index.refresh("customer", [person.id])
        assert set(index.names("customer", [person.id])[person.id]) == {"吴学文", "欧阳志远"}
        assert index.names("customer", []) == {}


def test_many_objects_are_stored_in_runs(app, db, estate, work, monkeypatch):
    """The same rows come out when they do not all fit into memory."""
    people = [make_customer(estate, f"王{letter}{other}") for letter in "甲乙丙丁" for other in "伟芳娜秀"]
    with work():
        index.rebuild()
    whole = set(map(tuple, db.execute(select(SearchToken.__table__))))
    monkeypatch.setattr(index, "CHUNK", 3)
    monkeypatch.setattr(index, "_spool", lambda: Spool(app.config["SETTINGS"].data_dir, run=100))
    with work():
        index.rebuild()
    assert set(map(tuple, db.execute(select(SearchToken.__table__)))) == whole
    assert len(people) == 16


def test_making_it_anew_reads_nothing_of_what_it_writes(estate, work, queries):
    make_customer(estate, "吴学文")
    with work(), queries() as seen:
        index.rebuild()
    assert [each for each in seen if each.startswith("SELECT") and "FROM search_object" in each] == []
