"""The pages of figures and dictionaries."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.admin.company import PACKAGE_TITLES
from crm.auth.confirmation import CONFIRMATION_MINUTES
from crm.dates import today
from crm.policy import dictionaries, figures
from crm.policy.models import FigureValue
from tests.factories import WORDS

SignIn = Callable[[str], FlaskClient]
SOURCES = Path(__file__).parents[2] / "crm"
PATH = f"/admin/figures/{CONFIRMATION_MINUTES.key}"


@cache
def declarations(name: str) -> set[str]:
    """The keys of every `name(key="…")` in the sources; of one made of parts, all that were declared by it."""
    written = list(_keys(name))
    whole = {str(key.value) for key in written if isinstance(key, ast.Constant)}
    made = [_pattern(key) for key in written if isinstance(key, ast.JoinedStr)]
    return whole | {key for key in figures.declared if any(re.fullmatch(each, key) for each in made)}


def _keys(name: str) -> Iterator[ast.expr]:
    for path in SOURCES.rglob("*.py"):
        if f"{name}(" in (text := path.read_text()):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                    yield from (keyword.value for keyword in node.keywords if keyword.arg == "key")


def _pattern(key: ast.JoinedStr) -> str:
    """`f"repairs.pause_{reason}"` as a pattern."""
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in key.values)


def test_the_application_knows_every_declaration(app: Flask) -> None:
    assert declarations("Figure") == {key for key in figures.declared if not key.startswith("tests.")}
    assert declarations("Dictionary") == {key for key in dictionaries.declared if not key.startswith("tests.")}


def test_every_package_that_declares_something_has_a_title(app: Flask) -> None:
    keys = declarations("Figure") | declarations("Dictionary")
    assert {key.partition(".")[0] for key in keys} <= set(PACKAGE_TITLES)


def test_every_default_is_a_value_the_figure_may_have(app: Flask) -> None:
    with app.app_context():
        assert [key for key, figure in figures.declared.items() if figure.fault_of(figure.default)] == []


@pytest.fixture
def day(app: Flask) -> Any:
    return today(app.config["SETTINGS"].timezone)


def sent(**changed: Any) -> dict[str, Any]:
    return {"version": "0", "basis": "总经理办公会纪要", "confirmed": "y"} | changed


def test_a_figure_is_set_from_a_day_on_and_confirmed(sign_in: SignIn, day: Any, db: Session) -> None:
    client = sign_in("administrator")
    assert "待公司确认" in client.get(PATH).text
    later = day + timedelta(days=7)
    answer = client.post(f"{PATH}/set", data=sent(value="45", valid_from=later.isoformat()))
    assert answer.status_code == 302, answer.text
    page = client.get(PATH).text
    assert "待公司确认" in page, "the default still holds today and nobody confirmed it"
    assert "以后生效" in page
    assert later.isoformat() in page
    latest = db.query(FigureValue).filter_by(key=CONFIRMATION_MINUTES.key).one().id
    confirmed = client.post(f"{PATH}/set", data=sent(value="30", valid_from=day.isoformat(), version=latest))
    assert confirmed.status_code == 302, confirmed.text
    page = client.get(PATH).text
    assert "待公司确认" not in page
    assert "今天有效" in page
    assert "总经理办公会纪要" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "half"}, "请填写整数"),
        ({"value": "481"}, "最大是 480"),
        ({"value": ""}, "请填写值"),
        ({"basis": " "}, "请写明依据"),
        ({"valid_from": "2020-01-01"}, "过去的日子不能改"),
        ({"valid_from": "soon"}, "soon"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    sign_in: SignIn, day: Any, db: Session, wrong: dict[str, str], said: str
) -> None:
    given = sent(value="45", valid_from=day.isoformat()) | wrong
    answer = sign_in("administrator").post(f"{PATH}/set", data=given)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{given["value"]}"' in answer.text
    assert db.query(FigureValue).filter_by(key=CONFIRMATION_MINUTES.key).all() == []


def test_who_may_only_read_sees_no_buttons(sign_in: SignIn) -> None:
    client = sign_in("auditor")
    assert f"{PATH}/set" not in client.get(PATH).text
    assert client.get(f"{PATH}/set").status_code == 403
    page = client.get(f"/admin/dictionaries/{WORDS.key}").text
    assert f"{WORDS.key}/" not in page


def test_what_nobody_declared_does_not_exist(sign_in: SignIn) -> None:
    client = sign_in("administrator")
    for path in ("figures/tests.nothing", "dictionaries/tests.nothing", f"dictionaries/{WORDS.key}/nothing/edit"):
        assert client.get(f"/admin/{path}").status_code == 404


def test_the_figures_page_costs_one_query_for_them_all(sign_in: SignIn, queries: Callable[..., Any]) -> None:
    client = sign_in("administrator")
    client.get("/admin/figures")
    with queries() as seen:
        assert client.get("/admin/figures").status_code == 200
    assert sum("figure_value" in statement for statement in seen) == 1


def test_an_entry_is_added_renamed_moved_and_taken_out_of_use(sign_in: SignIn, work: Callable[..., Any]) -> None:
    client, path = sign_in("administrator"), f"/admin/dictionaries/{WORDS.key}"
    assert client.post(f"{path}/new", data={"title": "第三项"}).status_code == 302
    assert client.post(f"{path}/first/edit", data={"version": 0, "title": "第一项", "active": "y"}).status_code == 302
    assert client.post(f"{path}/first/move", data={"to": "down"}).status_code == 302
    assert client.post(f"{path}/second/edit", data={"version": 1, "title": "Second"}).status_code == 302
    with work():
        assert [title for _code, title in WORDS.choices()] == ["第一项", "第三项"]
        assert WORDS.title_of("second") == "Second"


def test_a_second_tab_and_a_taken_title_are_refused(sign_in: SignIn) -> None:
    client, path = sign_in("administrator"), f"/admin/dictionaries/{WORDS.key}"
    assert client.post(f"{path}/first/edit", data={"version": 0, "title": "第一项", "active": "y"}).status_code == 302
    stale = client.post(f"{path}/first/edit", data={"version": 0, "title": "头一项", "active": "y"})
    assert stale.status_code == 409
    for shown in ("头一项", "第一项", 'name="version" type="hidden" value="1"'):
        assert shown in stale.text
    again = client.post(f"{path}/first/edit", data={"version": 1, "title": "头一项", "active": "y"})
    assert again.status_code == 302
    taken = client.post(f"{path}/new", data={"title": "头一项"})
    assert taken.status_code == 422
    assert "已经有“头一项”" in taken.text


def test_a_figure_set_in_another_tab_is_shown_beside_what_was_typed(sign_in: SignIn, day: Any, db: Session) -> None:
    client = sign_in("administrator")
    first, second = (sent(value=value, valid_from=day.isoformat()) for value in ("45", "60"))
    assert client.post(f"{PATH}/set", data=first).status_code == 302
    stale = client.post(f"{PATH}/set", data=second)
    assert stale.status_code == 409
    assert 'value="60"' in stale.text
    assert "<b>45</b>" in stale.text
    latest = db.query(FigureValue).filter_by(key=CONFIRMATION_MINUTES.key).one().id
    assert client.post(f"{PATH}/set", data=second | {"version": latest}).status_code == 302
