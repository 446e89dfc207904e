"""`crm billing check`: nothing in sound books, each kind of damage under its own name; `explain`; and the night."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import g
from sqlalchemy import bindparam, select, text

from crm.audit.log import plain
from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.billing import checks, jobs
from crm.billing.command import facts, lines
from crm.billing.ledger import service
from crm.billing.ledger.explaining import explain
from crm.billing.ledger.invariants import CHECKS as LEDGER_CHECKS
from crm.billing.ledger.models import AdjustmentKind, Bill, PeriodClose
from crm.billing.ledger.queries import get_bill
from crm.billing.ledger.reports import settlements
from crm.billing.runs import service as runs
from crm.billing.runs.invariants import CHECKS as RUN_CHECKS
from crm.dates import telling
from crm.jobs.runner import run_all
from crm.notifications.models import Notification
from crm.properties.models import Unit
from tests import factories as make
from tests.archive.dossiers.test_check import unlock
from tests.billing.ledger.books import MARCH, NOW, TODAY, adjust, bill, pay, sound
from tests.billing.making import make_bill, make_item, make_tariff

DAMAGES = [  # which check, what somebody with the database's own password did
    ("bill_open", "UPDATE bill SET open = open - 1 WHERE id = :part_paid"),
    ("bill_open", "UPDATE allocation SET amount = amount - 1 WHERE reverses_id IS NULL"),
    ("bill_open", "UPDATE adjustment SET amount = amount - 1 WHERE kind = 'waiver' AND reverses_id IS NULL"),
    ("payment_open", "UPDATE payment SET open = open - 1 WHERE id = :credit"),
    ("payment_open", "UPDATE adjustment SET amount = amount - 1 WHERE kind = 'refund'"),
    ("allocated", "UPDATE allocation SET amount = 1000000 WHERE bill_id = :part_paid"),
    ("allocated", "UPDATE allocation SET amount = amount - 1 WHERE reverses_id IS NOT NULL"),
    ("void_open", "UPDATE bill SET open = 1 WHERE voided"),
    ("void", "UPDATE bill SET voided = NOT voided WHERE id = :part_paid"),
    ("void", "UPDATE bill SET voided = NOT voided WHERE id = :split"),
    ("arithmetic", "UPDATE bill SET amount = amount + 1, open = open + 1 WHERE id = :published"),
    ("arithmetic", "UPDATE bill SET days = days - 1 WHERE id = :published"),
    ("arithmetic", "UPDATE bill SET price = NULL WHERE id = :published"),
    ("charged_twice", "UPDATE bill SET begins = '2026-03-05' WHERE replaces_id = :split AND begins > '2026-03-05'"),
    ("split", "UPDATE bill SET amount = amount + 1, open = open + 1 WHERE replaces_id = :split"),
    ("split", "UPDATE bill SET voided = NOT voided WHERE id = :split"),
    ("taken_back", "UPDATE allocation SET amount = amount + 1 WHERE reverses_id IS NOT NULL"),
    ("taken_back", "UPDATE adjustment SET bill_id = :published WHERE reverses_id IS NOT NULL"),
    ("account", "UPDATE payment SET open = open - 1 WHERE id = :credit"),
    ("account", "UPDATE adjustment SET customer_id = :other WHERE kind = 'refund'"),
    ("other_account", "UPDATE payment SET customer_id = :other"),
    ("other_account", "UPDATE payment SET estate_id = :elsewhere"),
    ("decided", "UPDATE adjustment SET made_by_id = :asker WHERE request_id IS NOT NULL"),
    ("decided", "UPDATE adjustment SET amount = amount + 1 WHERE kind = 'refund'"),
    ("decided", "UPDATE adjustment SET request_id = NULL WHERE kind = 'refund'"),
    ("decided", "UPDATE adjustment_request SET state = 'withdrawn', decided_by_id = NULL WHERE kind = 'refund'"),
    ("alone", "UPDATE adjustment SET request_id = NULL WHERE kind = 'refund'"),
    ("alone", "UPDATE adjustment SET made_by_id = :decider WHERE kind = 'reversal'"),
    ("other_document", "UPDATE adjustment SET customer_id = :other WHERE kind = 'refund'"),
    ("other_document", "UPDATE adjustment SET customer_id = :other WHERE kind = 'waiver'"),
    ("closed", "UPDATE bill SET month = '2026-02-01' WHERE id = :published"),
    ("closed", "UPDATE payment SET month = '2026-01-01'"),
    ("closed", "UPDATE allocation SET month = '2026-01-01'"),
    ("closed", "UPDATE adjustment SET month = '2026-01-01'"),
    ("run_total", "UPDATE billing_run SET bills = bills + 1"),
    ("run_total", "UPDATE billing_run SET total = total - 1"),
    ("run_total", "UPDATE publication SET total = total + 1"),
    ("run_bill", "UPDATE bill SET period = '2026-02-01' WHERE id = :published"),
    ("run_bill", "UPDATE billing_run SET state = 'draft', published_at = NULL"),
]
TABLES = ("bill", "payment", "allocation", "adjustment", "adjustment_request", "billing_run", "publication")


@pytest.fixture
def story(books, estate, owner, other_estate) -> dict[str, int]:
    """Two bills of a run, one of them split; payments used, refunded, taken back; a waiver undone; February closed."""
    other, buyer = make.make_customer(estate, "上官云"), make.make_customer(estate, "司马青")
    for label in ("3-1-502", "3-1-601"):
        make.make_occupancy(owner, make.make_unit(estate, label, built_area=Decimal("120.50")))
    item = make_item(estate)
    make_tariff(item)
    books.add(
        PeriodClose(estate_id=estate.id, month=MARCH - timedelta(days=28), figures={}, closed_by="郑凯", closed_at=NOW)
    )
    with telling(NOW + timedelta(minutes=1)):
        runs.publish(runs.draft(item, MARCH), item)
        published, split = books.scalars(select(Bill.id).join(Unit, Unit.id == Bill.unit_id).order_by(Unit.label))
        taken = pay(owner, "100", [split])
        service.take_back_alone(taken, "录错")
        service.split(get_bill(split), TODAY, buyer)
        part_paid = bill(owner, "100")
        pay(owner, "60", [part_paid.id])
        pay(owner, "20", [published])
        adjust(part_paid, AdjustmentKind.waiver, "5")
        service.undo(adjust(part_paid, AdjustmentKind.waiver, "6"), "算错")
        credit = pay(other, "30")
        adjust(credit, AdjustmentKind.refund, "10")
    people = {"asker": make.user_called("wudan").id, "decider": make.user_called("zhengkai").id}
    named = {"published": published, "split": split, "part_paid": part_paid.id, "credit": credit.id}
    return people | named | {"other": buyer.id, "elsewhere": other_estate.id}


@pytest.fixture
def unprotected(books, story):
    """No trigger and no condition of a row holds any more."""
    assert sound()
    books.flush()
    unlock(books, *TABLES)
    books.execute(text("DROP INDEX uq_bill_charged_once"))
    if books.get_bind().dialect.name == "sqlite":
        books.execute(text("PRAGMA ignore_check_constraints = ON"))
        yield story
        books.execute(text("PRAGMA ignore_check_constraints = OFF"))
        return
    rules = text(
        "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text IN :of"
    )
    for table, name in books.execute(rules.bindparams(bindparam("of", TABLES, expanding=True))).all():
        books.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    yield story


def test_each_damage_is_found_under_its_name(books, unprotected):
    assert {name for name, _damage in DAMAGES} == {*LEDGER_CHECKS, *RUN_CHECKS}
    for name, damage in DAMAGES:
        with books.begin_nested() as attempt:
            words = text(damage)
            known = {key: value for key, value in unprotected.items() if f":{key}" in damage}
            assert books.execute(words, known).rowcount, damage
            found = {each.name for each in checks.examine() if each.rows}
            assert name in found, damage
            attempt.rollback()
        books.expire_all()
    assert sound()


def test_what_is_wrong_is_named_by_its_ids(books, unprotected):
    books.execute(
        text("UPDATE bill SET open = open - 1 WHERE id = :part_paid"), {"part_paid": unprotected["part_paid"]}
    )
    wrong = {each.name: list(each.rows) for each in checks.examine() if each.rows}
    owner_id = books.get_one(Bill, unprotected["part_paid"]).customer_id
    assert wrong == {
        "bill_open": [{"bill_id": unprotected["part_paid"], "customer_id": owner_id}],
        "account": [{"customer_id": owner_id}],
    }


def test_a_fresh_installation_is_sound(crm):
    crm("init")
    told = json.loads(crm("billing", "check", "--json").stdout)
    assert told["sound"]
    assert told["counts"] == {"bills": 0, "payments": 0, "allocations": 0, "adjustments": 0}
    assert set(told["checks"]) == set(checks.CHECKS)
    assert crm("billing", "check").stdout
    refused = crm("billing", "explain", "7", check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "7" in refused.stderr


def told_of(bill_id):
    explained = get_bill(bill_id, Bill.tariff, Bill.shared_cost)
    return lines(explained, explain(explained), settlements(bill_id))


def test_why_a_bill_is_what_it_is(books, story):
    """To the line: the first from its run, then one that was split, its second part, and one with a waiver undone."""
    item = get_bill(story["published"]).item.name
    basis = ["  Service contract 前期物业服务合同 YG-2019-07, in force from 2020-01-01", "  To the fen"]
    assert told_of(story["published"]) == [
        f"{item}  3-1-502  欧阳娜娜  2026-03",
        "  120.5 ㎡ × 2.8 yuan = 337.40 yuan",
        *basis,
        "  2026-03-10  -20.00  Cash  吴丹  To the lines the payer chose, the oldest due first",
        "  Open: 317.40 yuan, due on 2026-03-28",
    ]
    assert told_of(story["split"])[4:] == [
        "  2026-03-10  -100.00  Cash  吴丹  To the lines the payer chose, the oldest due first",
        "  2026-03-10  +100.00  Cash  吴丹  To the lines the payer chose, the oldest due first",
        "  2026-03-10  -337.40  Bill made void  吴丹  Split on 2026-03-10: the unit changed hands.",
        "  Open: 0.00 yuan, due on 2026-03-28",
    ]
    [buyers] = books.scalars(select(Bill.id).where(Bill.replaces_id == story["split"], Bill.begins == TODAY))
    assert told_of(buyers) == [
        f"{item}  3-1-601  司马青  2026-03",
        "  2026-03-10 – 2026-03-31",
        "  Split on 2026-03-10: the unit changed hands. 337.40 yuan for 31 days, 22 of them here. "
        "239.45 yuan are left for these days.",
        *basis,
        "  Open: 239.45 yuan, due on 2026-03-28",
    ]
    waived = [f"  2026-03-10  {fen}  Waiver" for fen in ("-5.00", "-6.00", "+6.00")]
    assert [line.rsplit("  ", 2)[0] for line in told_of(story["part_paid"])[-4:-1]] == waived


def test_the_explanation_as_data(books, story):
    explained = get_bill(story["published"], Bill.tariff, Bill.shared_cost)
    told = plain(facts(explained, explain(explained), settlements(explained.id)))
    wanted = {"amount": "337.40", "open": "317.40", "unit": "3-1-502", "voided": False, "rounding": "To the fen"}
    assert {name: told[name] for name in wanted} == wanted
    assert told["arithmetic"] == "120.5 ㎡ × 2.8 yuan = 337.40 yuan"
    assert [(each["amount"], each["on"]) for each in told["settled"]] == [("20.00", "2026-03-10")]


def test_the_night_proves_once_a_day(app, db, work):
    with app.app_context():
        g.actor, g.request_id = system_actor("books check"), ""
        assert jobs.prove_nightly()
        assert not jobs.prove_nightly()
        with telling(datetime.now(UTC) + timedelta(days=1)):
            assert jobs.prove_nightly()
    assert [entry.data["faults"] for entry in db.query(LogEntry).filter_by(kind="BooksProved")] == [0, 0]
    assert db.query(Notification).count() == 0


def test_faults_of_the_night_reach_who_approves(app, db, estate, monkeypatch):
    make.make_user()
    wrong = (
        "A day is charged twice",
        lambda: select(Bill.id.label("bill_id")).union_all(select(1)).subquery().select(),
    )
    monkeypatch.setitem(checks.CHECKS, "charged_twice", wrong)
    with app.app_context():
        g.actor, g.request_id = system_actor("books check"), ""
        jobs.prove_nightly()
    told = db.query(Notification).all()
    assert {each.user_id for each in told} >= {make.user_called("zhengkai").id}
    assert make.user_called("wudan").id not in {each.user_id for each in told}
    assert all("A day is charged twice" in each.text and each.url == "/billing/closing" for each in told)


def test_whoever_approves_proves_the_books_when_asked(app, db, sign_in, estate, monkeypatch):
    approver, cashier = sign_in("zhengkai"), sign_in("wudan")
    assert "/billing/prove" in approver.get("/billing/closing").text
    assert "/billing/prove" not in cashier.get("/billing/closing").text
    assert cashier.post("/billing/prove").status_code == 403
    bill = make_bill(make.make_customer(estate))
    titles = {}
    for wrong in (False, True):
        if wrong:
            monkeypatch.setitem(
                checks.CHECKS, "charged_twice", ("A day twice", lambda: select(Bill.id.label("bill_id")))
            )
        address = approver.post("/billing/prove").location
        run_all(app)
        titles[wrong] = approver.get(address).text
    assert "charged_twice" not in titles[False]
    assert f"bill_id {bill.id}" in titles[True]
    assert [entry.data["faults"] for entry in db.query(LogEntry).filter_by(kind="BooksProved")] == [0, 1]
