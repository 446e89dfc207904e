"""The shape of the code, checked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import Engine

from crm.auth.permissions import ROLES, Permission, RoleName
from crm.auth.titles import ROLE_TITLES
from crm.models import Base
from crm.web.places import TEMPLATES, TRANSLATIONS
from crm.wiring import MENU
from tests.together import TOGETHER

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "crm").rglob("*.py"))
PUBLIC = {"auth.login", "auth.code", "auth.language", "notice_links.show", "notice_links.read", "static"}
LONGEST_FUNCTION, LONGEST_FILE = 40, 400
COMMITS_NO_WORK = {"connection", "number", "number.number", "numbers"}  # a number is committed to a document


def test_every_endpoint_declares_its_permission(app: Flask) -> None:
    open_to_all = {name for name, view in app.view_functions.items() if getattr(view, "permission", None) is None}
    assert open_to_all == PUBLIC


def test_the_menu_leads_to_pages_that_exist_and_that_its_reader_may_see(app: Flask) -> None:
    for item in MENU:
        view = app.view_functions[item.endpoint]
        assert view.permission == item.permission, item.endpoint  # type: ignore[attr-defined]
        assert set(item.inner) <= set(app.view_functions), item.endpoint


def test_every_role_has_a_title_and_permissions() -> None:
    assert set(ROLES) == set(RoleName) == set(ROLE_TITLES)
    assert all(Permission.signed_in in permissions for permissions in ROLES.values())
    assert set().union(*ROLES.values()) == set(Permission)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_template_compiles(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(path.relative_to(TEMPLATES).as_posix())


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_hold_nothing_inline(path: Path) -> None:
    """The policy would refuse it in the browser; here it is named."""
    text = path.read_text()
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_every_paper_has_a_form_number_of_its_own() -> None:
    papers = sorted((TEMPLATES / "document").rglob("*.html"))
    numbers = [number for path in papers for number in re.findall(r"YH-[A-Z]+-\d+", path.read_text())]
    assert len(numbers) == len(set(numbers))


def calls(name: str) -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if f".{name}(" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        and ast.unparse(node.func.value) not in COMMITS_NO_WORK
    ]


def test_one_place_commits_and_two_roll_back() -> None:
    assert set(calls("commit")) == {"crm/db.py"}
    assert set(calls("rollback")) == {"crm/db.py", "crm/web/application.py"}


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def test_functions_and_files_stay_small() -> None:
    assert [name for name, length in functions() if length > LONGEST_FUNCTION] == []
    long_files = [
        path for path in SOURCES if "migrations" not in path.parts and len(path.read_text().splitlines()) > LONGEST_FILE
    ]
    assert long_files == []


def test_migrations_and_models_agree(app: Flask, engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )
    assert differences == []


def test_the_chinese_catalogue_is_complete() -> None:
    with (TRANSLATIONS / "zh_CN" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    known = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
    assert sorted(set(extracted()) - known) == []


def extracted() -> Iterator[str]:
    """Every text marked for translation in code and templates."""

    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "_msgid": None}
    for folder, method in ((ROOT / "crm", "python"), (TEMPLATES, "jinja2")):
        pattern = "**.py" if method == "python" else "**.html"
        for _file, _line, message, *_ in extract_from_dir(
            str(folder), [(pattern, method)], keywords=keywords, directory_filter=lambda _: True
        ):
            yield message if isinstance(message, str) else message[0]


def test_constraints_are_named() -> None:
    unnamed = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


def test_tests_in_a_browser_lie_where_script_test_looks_for_them() -> None:
    marked = {path for path in (ROOT / "tests").rglob("test_*.py") if f"mark.{'browser'}" in path.read_text("utf-8")}
    assert {path.relative_to(ROOT).parts[1] for path in marked} == {"browser", "stories"}


def test_what_belongs_together_is_there() -> None:
    assert [path for path in TOGETHER if not (ROOT / path).exists()] == []


def test_every_link_and_picture_of_the_papers_exists_and_every_picture_is_shown() -> None:
    papers = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {
        (paper.parent / target).resolve()
        for paper in papers
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", paper.read_text("utf-8"))
    }
    assert sorted(str(path.relative_to(ROOT)) for path in named if not path.exists()) == []
    assert sorted(set((ROOT / "docs" / "pictures").iterdir()) - named) == []
