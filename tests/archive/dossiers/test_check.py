"""`crm archive check`: sound on a sound archive, and each kind of damage is named."""

from __future__ import annotations

import json

import pytest
from flask import g
from sqlalchemy import text

from crm.archive.dossiers import invariants, service
from crm.archive.dossiers.models import Custody
from crm.archive.dossiers.queries import items_of
from crm.archive.dossiers.service import Giver
from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.files import store
from crm.notifications.models import Notification
from crm.recovery import archive
from tests.archive.dossiers.acting import ARCHIVIST, A, acting, appointed, filed_loan, loan, pdf, said, user_called

PROVED = ["I1", "I2", "I3", "I4", "I5", "I6", "I8", "I9", "I10", "I11", "I12"]


def test_a_fresh_installation_is_sound(crm):
    crm("init")
    told = json.loads(crm("archive", "check", "--json").stdout)
    assert told["sound"]
    assert list(told["invariants"]) == PROVED
    assert crm("archive", "check").stdout.count("成立") == len(PROVED)


def unlock(db, *tables):
    """What somebody with the database's own password can do."""
    for table in tables:
        if db.get_bind().dialect.name == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
            for name in db.scalars(text(names), {"table": table}).all():
                db.execute(text(f"DROP TRIGGER {name}"))
        else:
            db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


@pytest.fixture
def damaged(work):
    """A filed loan whose rows can be damaged."""
    with work() as db:
        dossier = filed_loan("application", "loan_contract")
        unlock(db, "number", "number_series", "dossier_item", "stored_file")
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


def test_a_filed_document_without_pages_is_named(damaged):
    db, dossier = damaged
    db.execute(text("UPDATE dossier_item SET page_from = NULL, page_to = NULL WHERE code = '2-01'"))
    assert faults("I1") == [f"dossier {dossier.id}: 2-01 is filed without pages"]


def test_a_place_for_an_attachments_code_is_named(work):
    with work() as db:
        assert faults("I8") == []
        db.execute(text("ALTER TABLE attachment ADD COLUMN code VARCHAR"))
        assert faults("I8") == ["attachments can have a code"]


def test_a_supplement_filed_by_who_brought_it_is_named(work):
    appointed()
    with work() as db:
        dossier = filed_loan()
        with acting(ARCHIVIST):
            service.file_supplement(dossier, said(dossier), Giver(name="王磊", user_id=user_called(A).id), "后补")
        assert faults("I11") == []
        unlock(db, "supplement_filing")
        without_check = "UPDATE supplement_filing SET giver_id = archivist_id"
        if db.get_bind().dialect.name == "sqlite":
            db.execute(text("PRAGMA ignore_check_constraints = ON"))
        else:
            db.execute(text("ALTER TABLE supplement_filing DROP CONSTRAINT ck_supplement_filing_two_people"))
        try:
            db.execute(text(without_check))
            assert "filed by who brought it" in faults("I11")[0]
        finally:
            if db.get_bind().dialect.name == "sqlite":
                db.execute(text("PRAGMA ignore_check_constraints = OFF"))


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


def test_a_file_whose_sm3_is_another_and_one_that_is_no_scan_are_named(damaged):
    db, _dossier = damaged
    evidence = store.keep(pdf(2), "说明.pdf", purpose="signature", estate_id=None)
    assert faults("I10") == []
    db.execute(text("UPDATE stored_file SET sm3 = 'x' WHERE sha256 = :sha256"), {"sha256": evidence.sha256})
    assert faults("I10") == [f"file {evidence.sha256[:12]}: was changed on disk"]


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
