"""The import in the browser: the same counts as on the command line."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.auth.models import User, UserEstate
from crm.imports.models import ImportRun
from crm.properties.models import Estate, Unit
from crm.workbooks.process import read
from tests.factories import make_import
from tests.imports.workbooks import ESTATE, drafted, rooms

SignIn = Callable[[str], FlaskClient]


def upload(client: FlaskClient, content: bytes, estate: str = "浏览器小区", name: str = "台账.xlsx") -> Any:
    return client.post("/imports/new", data={"file": (BytesIO(content), name), "estate_name": estate})


def newest(db: Session) -> ImportRun:
    db.expire_all()
    return db.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()  # type: ignore[return-value]


def mapping_of(run: ImportRun, **changed: str) -> dict[str, str]:
    """What the page sends back."""
    sent = {"sheets": str(len(run.mapping)), "version": str(run.version)}
    for number, (name, entry) in enumerate(run.mapping.items()):
        sent |= {f"{number}-name": name, f"{number}-kind": entry["kind"], f"{number}-row": str(entry["heading_row"])}
        sent |= {f"{number}-column-{column}": field for column, field in entry["columns"].items()}
    return sent | changed


def test_the_whole_way(sign_in: SignIn, db: Session) -> None:
    client = sign_in("administrator")
    answer = upload(client, ESTATE.read_bytes())
    assert answer.status_code == 302, answer.text
    page = client.get(answer.location)
    assert page.status_code == 200, page.text
    assert "楼栋单元" in page.text
    assert "说明" in page.text
    run = newest(db)
    assert client.post(f"/imports/{run.id}/check", data=mapping_of(run)).status_code == 302
    assert "632126********2011" in client.get(f"/imports/{run.id}").text
    assert db.scalars(select(Estate).filter_by(name="浏览器小区")).one_or_none() is None
    run = newest(db)
    assert client.post(f"/imports/{run.id}/run", data={"version": run.version}).status_code == 302
    run = newest(db)
    expected = drafted(ESTATE.read_bytes(), estate="浏览器小区").result()
    assert run.result["created"] == expected["created"]
    assert len(run.result["refused"]) == len(expected["refused"])
    assert client.get(f"/imports/{run.id}").status_code == 200
    book = client.get(f"/imports/{run.id}/refused.xlsx")
    assert [sheet.name for sheet in read(book.data, "x")] == ["业主信息", "房屋信息"]
    assert "台账.xlsx" in client.get("/imports/").text


def test_a_corrected_mapping(sign_in: SignIn, db: Session) -> None:
    client = sign_in("administrator")
    heads = ["座", "门牌", "大小", "姓名"]
    upload(client, rooms(["1", "101", 90, "张三"], headings=heads))
    run = newest(db)
    sent = mapping_of(run, **{"0-kind": "units", "0-row": "1"})
    client.post(f"/imports/{run.id}/mapping", data=sent)
    run = newest(db)
    assert run.mapping["资产信息"]["kind"] == "units"
    columns = {"0-column-A": "building", "0-column-B": "number", "0-column-C": "built_area"}
    client.post(f"/imports/{run.id}/mapping", data=mapping_of(run, **columns))
    run = newest(db)
    assert run.mapping["资产信息"]["columns"]["C"] == "built_area"
    wrong = client.post(f"/imports/{run.id}/mapping", data=mapping_of(run, **{"0-column-C": "number"}))
    assert wrong.status_code == 422
    assert newest(db).version == run.version
    client.post(f"/imports/{run.id}/check", data=mapping_of(run))
    client.post(f"/imports/{run.id}/run", data={"version": newest(db).version})
    assert db.scalars(select(Unit.label).join(Estate).where(Estate.name == "浏览器小区")).all() == ["1-101"]


@pytest.mark.parametrize(("content", "name"), [(b"", "a.xlsx"), (b"<html>", "a.xls"), (b"%PDF-1.4", "a.csv")])
def test_what_cannot_be_read_is_said_at_the_field(sign_in: SignIn, content: bytes, name: str) -> None:
    answer = upload(sign_in("administrator"), content, name=name)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_a_csv(sign_in: SignIn, db: Session) -> None:
    text = "楼号,房号,姓名,电话\n1,101,张三,13907310001\n"
    assert upload(sign_in("administrator"), text.encode("gb18030"), name="台账.csv").status_code == 302
    assert list(newest(db).mapping) == ["台账"]


def test_a_stale_page_is_refused(sign_in: SignIn, db: Session) -> None:
    client = sign_in("administrator")
    upload(client, ESTATE.read_bytes())
    run = newest(db)
    assert client.post(f"/imports/{run.id}/check", data=mapping_of(run)).status_code == 302
    assert client.post(f"/imports/{run.id}/run", data={"version": run.version}).status_code == 409


def test_foreign_imports_are_not_there(sign_in: SignIn, db: Session, estate: Estate, other_estate: Estate) -> None:
    user = db.scalars(select(User).filter_by(username="zhouhui")).one()
    user.all_estates = False
    db.add(UserEstate(user_id=user.id, estate_id=estate.id))
    db.commit()
    foreign, own = make_import(other_estate), make_import(estate)
    client = sign_in("zhouhui")
    assert client.get(f"/imports/{own.id}").status_code == 200
    for path in (f"/imports/{foreign.id}", f"/imports/{foreign.id}/refused.xlsx"):
        assert client.get(path).status_code == 404
    for step in ("mapping", "check", "run"):
        assert client.post(f"/imports/{foreign.id}/{step}").status_code == 404
    assert upload(client, ESTATE.read_bytes(), other_estate.name).status_code == 422
    assert upload(client, ESTATE.read_bytes(), "").status_code == 422
    assert upload(client, ESTATE.read_bytes(), estate.name).status_code == 302
