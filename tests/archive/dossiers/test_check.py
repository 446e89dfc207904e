"""`crm archive check`: sound on a sound archive, and each kind of damage is named."""

from __future__ import annotations

import json

import pytest
from flask import g
from sqlalchemy import text

from crm.archive.dossiers import invariants, service
from crm.archive.dossiers.models import Custody
from crm.archive.dossiers.queries import items_of
from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.files import store
from crm.notifications.models import Notification
from crm.recovery import archive
from tests.archive.dossiers.acting import filed_loan, loan, pdf, said

PROVED = ["I1", "I2", "I4", "I5", "I8", "I9", "I10", "I11", "I12"]


def test_a_fresh_installation_is_sound(crm):
    crm("init")
    told = json.loads(crm("archive", "check", "--json").stdout)
    assert told["sound"]
    assert list(told["invariants"]) == PROVED
    assert crm("archive", "check").stdout.count("成立") == len(PROVED)


@pytest.fixture
def damaged(work):
    """A filed loan whose rows can be damaged, since its triggers are not looked at."""
    with work() as db:
        dossier = filed_loan("application", "loan_contract")
        yield db, dossier


def faults(name):
    return [fault for check in invariants.checks[name] for fault in check()]


def test_pages_that_do_not_follow_on_are_named(work):
    with work() as db:
        dossier = loan()
        for code in ("application", "decision"):
            service.add_item(dossier, said(dossier, code))
        service.arrange(dossier)
        assert faults("I1") == []
        db.execute(text("UPDATE dossier_item SET page_from = page_from + 1, page_to = page_to + 1 WHERE code = '1-02'"))
        assert len(faults("I1")) == 2


def test_a_dossier_that_nobody_has_is_named(work):
    with work() as db:
        dossier = loan()
        held = db.query(Custody).filter_by(dossier_id=dossier.id).one()
        held.ends_at = held.starts_at
        db.flush()
        assert faults("I2") == [f"dossier {dossier.id}: nobody has it, or two do"]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM number WHERE serial = 99",
        "UPDATE number_series SET last = last + 1",
        "UPDATE number SET text = 'x'",
        "UPDATE number SET state = 'void'",
        "UPDATE number SET state = 'reserved'",
    ],
)
def test_a_number_that_is_missing_or_wrong_is_named(damaged, damage):
    db, _dossier = damaged
    db.execute(text(damage))
    assert bool(faults("I4")) is ("DELETE" not in damage)


def test_a_file_that_was_changed_on_disk_is_named(damaged):
    _db, dossier = damaged
    upload = store.keep(pdf(3), "合同.pdf", purpose="dossier", estate_id=None)
    service.attach_file(items_of(dossier.id)[0], upload)
    assert faults("I10") == []
    path = store.path_of(upload.sha256)
    path.write_bytes(path.read_bytes() + b"x")
    assert "changed" in faults("I10")[0]
    path.unlink()
    assert "read" in faults("I10")[0]


def test_the_night_proves_once_a_day_and_tells_who_oversees(app, db, work):
    with app.app_context():
        g.actor, g.request_id = system_actor("archive check"), ""
        assert archive.prove_nightly()
        assert not archive.prove_nightly()
    [told] = db.query(LogEntry).filter_by(kind="ArchiveProved")
    assert told.data["faults"] == 0
    assert db.query(Notification).count() == 0


def test_faults_of_the_night_reach_the_bell(app, db, work, monkeypatch):
    monkeypatch.setitem(invariants.checks, "I1", [lambda: ["dossier 7: the pages do not add up"]])
    with app.app_context():
        g.actor, g.request_id = system_actor("archive check"), ""
        archive.prove_nightly()
    assert "dossier 7" in db.query(Notification).first().text
