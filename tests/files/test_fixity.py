"""Reading the store again: what is found, in which order, how much at once, and who hears of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers.invariants import examine
from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import telling, utc_now
from crm.files import fixity, queries
from crm.files.command import check_command
from crm.files.fixity import Reading, note
from crm.files.models import FileCheck
from crm.files.store import keep, path_of
from crm.notifications.models import Notification

SignIn = Callable[[str], FlaskClient]
Work = Callable[[], Any]
MONTH = timedelta(days=31)
NIGHT = datetime.now(UTC).replace(hour=15) + timedelta(days=1)  # 23 o'clock at the company


@pytest.fixture
def here(app: Flask, db: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A store of its own, in a context where the system acts."""
    (tmp_path / "files").mkdir()
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], data_dir=tmp_path))
    with app.app_context():
        g.actor, g.request_id = system_actor("tests"), ""
        yield app


@pytest.fixture
def brought(here: Flask, work: Work) -> Callable[..., str]:
    """`brought(text)`: a file of these words in the store; its digest."""

    def run(words: str, ago: timedelta = timedelta()) -> str:
        with telling(utc_now() - ago), work():
            return keep(words.encode(), f"{words}.txt", purpose="dossier", estate_id=None).sha256

    return run


def checks(db: Session) -> dict[str, str]:
    db.expire_all()
    return {check.sha256: check.fault for check in db.scalars(select(FileCheck))}


def flip(sha256: str) -> bytes:
    path = path_of(sha256)
    whole = path.read_bytes()
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    return whole


def logged(db: Session) -> list[tuple[str, str]]:
    kinds = LogEntry.kind.in_(["FileFaultFound", "FileWholeAgain"])
    entries = db.scalars(select(LogEntry).where(kinds).order_by(LogEntry.id))
    return [(entry.kind, entry.data.get("fault", "")) for entry in entries]


def test_a_flipped_byte_is_told_once_and_again_when_it_was_put_back(
    here: Flask, db: Session, brought: Callable[..., str]
) -> None:
    sha256, other = brought("合同"), brought("身份证")
    assert fixity.read_slice() == 2
    assert checks(db) == {sha256: "", other: ""}
    whole = flip(sha256)
    with telling(NIGHT):
        fixity.read_slice()
        fixity.read_slice()
    assert checks(db) == {sha256: "changed", other: ""}
    told = db.scalars(select(Notification)).all()
    people = {user.username for user in db.scalars(select(User).where(User.id.in_([each.user_id for each in told])))}
    assert {"fengxue"} < people
    assert {(each.url, each.count, each.rings_at) for each in told} == {("/admin/files", 1, None)}
    assert "合同.txt" in told[0].text
    path_of(sha256).write_bytes(whole)
    with telling(NIGHT + timedelta(hours=1)):
        fixity.read_slice()
    assert checks(db) == {sha256: "", other: ""}
    assert logged(db) == [("FileFaultFound", "changed"), ("FileWholeAgain", "")]


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: (path.unlink(), path.mkdir()), "unreadable"),
        (lambda path: path.write_bytes(path.read_bytes() + b" "), "changed"),
        (lambda path: path.write_bytes(b""), "changed"),
    ],
)
def test_each_fault(here: Flask, db: Session, brought: Callable[..., str], harm: Any, fault: str) -> None:
    sha256 = brought("合同", MONTH)
    harm(path_of(sha256))
    fixity.read_slice()
    assert checks(db) == {sha256: fault}
    assert examine(nightly=True)["I10"] == examine()["I10"] != []
    if path_of(sha256).is_dir():
        return  # nothing but a hand can clear that away
    assert brought("合同") == sha256  # brought again, it is mended
    with telling(utc_now() + timedelta(hours=1)):
        assert [row.sha256 for row in fixity.due(utc_now())][:1] == [sha256]
        fixity.read_slice()
    assert checks(db) == {sha256: ""}
    assert examine(nightly=True)["I10"] == examine()["I10"] == []
    assert ("FileWholeAgain", "") in logged(db)


def test_the_second_digest_is_asked_too(here: Flask, brought: Callable[..., str]) -> None:
    assert fixity.fault_of(brought("合同"), "0" * 64) == "changed"


def test_what_was_not_read_for_longest_comes_first(here: Flask, brought: Callable[..., str]) -> None:
    young, old, read = brought("新"), brought("旧", MONTH), brought("读过", 2 * MONTH)
    note([Reading(read, 1, "", utc_now() - timedelta(days=3))])
    assert [row.sha256 for row in fixity.due(utc_now())] == [old, read, young]


def test_a_slice_is_so_many_bytes_and_all_that_is_late(
    here: Flask, brought: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {brought(f"旧{number}", MONTH) for number in range(4)}
    fresh = [brought(f"新{number}", timedelta(days=9 - number)) for number in range(4)]
    monkeypatch.setattr(fixity, "LEAST", 2)
    assert {row.sha256 for row in fixity.due(utc_now())} == late
    fixity.read_slice()
    assert [row.sha256 for row in fixity.due(utc_now())] == fresh[:1]
    assert queries.stand(utc_now()).late == 0
    assert queries.stand(utc_now() + MONTH).late == 8


def test_every_file_has_its_turn_within_the_days(
    here: Flask, db: Session, brought: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file a day is a share of this store: twenty of them are never late, whatever the hour they came."""
    monkeypatch.setattr(fixity, "LEAST", 1)
    monkeypatch.setattr(fixity, "HOURS", 1)  # a slice a day
    for number in range(20):
        brought(f"文件{number}")
    now = utc_now()
    for day in range(1, 61):
        with telling(now + timedelta(days=day)):
            assert 1 <= fixity.read_slice() <= 2
            assert queries.stand(utc_now()).late == 0


def test_the_time_ends_a_slice_and_so_do_many_faults(
    here: Flask, db: Session, work: Any, brought: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    harmed = [brought(f"文件{number}") for number in range(6)]
    with work():
        wanted = fixity.due(utc_now())
    assert fixity.read(wanted, until=time.monotonic()).files == 0
    monkeypatch.setattr(fixity, "TOGETHER", 2)
    for sha256 in harmed:
        flip(sha256)
    assert fixity.read(wanted, most=3).files == 4
    assert list(checks(db).values()) == ["changed"] * 4


def test_a_disk_that_is_not_there_is_no_fault_of_each_file(here: Flask, db: Session, brought: Any) -> None:
    sha256 = brought("合同")
    folder = path_of(sha256).parents[2]
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(FileNotFoundError):
        fixity.read_slice()
    assert checks(db) == {}


def test_an_older_reading_does_not_cover_a_later_one(here: Flask, db: Session, brought: Callable[..., str]) -> None:
    sha256, now = brought("合同"), utc_now()
    assert note([Reading(sha256, 1, "", now)]) == []
    assert note([Reading(sha256, 1, "missing", now - timedelta(seconds=1))]) == []
    assert checks(db) == {sha256: ""}


def test_two_at_once_tell_of_a_fault_once(app: Flask, own_engine: Engine, own_work: Callable[..., Any]) -> None:
    with own_work():
        keys = [keep(f"同时{n}".encode(), "x.txt", purpose="dossier", estate_id=None).sha256 for n in range(3)]
    met, now = Barrier(2), utc_now()

    def both(order: list[str]) -> int:
        with app.app_context():
            g.actor, g.request_id = system_actor("tests"), ""
            met.wait()
            return len(note([Reading(key, 1, "missing", now) for key in order]))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(both, [keys, keys[::-1]])) == [0, 3]
    with own_work(writes=False) as db:
        assert db.scalar(select(func.count()).where(LogEntry.kind == "FileFaultFound")) == 3


def test_the_command(here: Flask, brought: Callable[..., str]) -> None:
    sha256 = brought("合同")
    run = lambda *given: CliRunner().invoke(check_command, given)  # noqa: E731
    whole = run("--json")
    assert (whole.exit_code, json.loads(whole.stdout.splitlines()[-1])["read"]) == (0, 1)
    flip(sha256)
    found = run("--all", "--json")
    told = json.loads(found.stdout.splitlines()[-1])
    assert (found.exit_code, told["new"], told["faults"]) == (1, 1, [{"sha256": sha256, "fault": "changed"}])
    assert sha256 in run("--all").stdout


def test_the_page(sign_in: SignIn, db: Session, brought: Callable[..., str]) -> None:
    sha256 = brought("合同")
    whole = flip(sha256)
    fixity.read_slice()
    keeper, reader = sign_in(RoleName.administrator), sign_in(RoleName.archivist)
    for client, may in ((keeper, True), (reader, False)):
        page = client.get("/admin/files").text
        assert "合同.txt" in page
        assert (f'value="{sha256}"' in page) is may
    assert reader.post("/admin/files", data={"sha256": sha256}).status_code == 403
    assert keeper.post("/admin/files", data={"sha256": "x"}).status_code == 404
    path_of(sha256).write_bytes(whole)
    assert keeper.post("/admin/files", data={"sha256": sha256}).status_code == 302
    assert checks(db) == {sha256: ""}
    assert "合同.txt" not in keeper.get("/admin/files").text


def test_names_of_one_content_stand_in_one_line(sign_in: SignIn, db: Session, here: Flask, work: Work) -> None:
    with work():
        for name in ("甲.txt", "乙.txt"):
            sha256 = keep("一样".encode(), name, purpose="dossier", estate_id=None).sha256
    path_of(sha256).unlink()
    fixity.read_slice()
    assert "甲.txt · 乙.txt" in sign_in(RoleName.administrator).get("/admin/files").text
