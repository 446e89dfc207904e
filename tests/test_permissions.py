"""The truth table: every route × method × a stranger and every role, and the other estate's ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from crm.auth.permissions import ROLES, RoleName
from crm.correspondence.notices.reading import token_of
from crm.properties.models import Estate
from tests.factories import everything

METHODS = ("GET", "POST")
REFUSED = 403
COMPANY_WIDE = {
    "stock_item_id",
    "wording_id",
    "violation_type_id",
    "renovation_check_item_id",
    "renovation_work_id",
    "renovation_paper_kind_id",
}  # what belongs to no estate


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            if rule.endpoint != "static" and method in (rule.methods or ()):
                yield rule, method


def address(app: Flask, rule: Rule, ids: dict[str, object]) -> str:
    """The rule with ids of real objects; an argument that `everything` does not know wants a factory."""
    if "reading_token" in rule.arguments:
        with app.app_context():
            ids = ids | {"reading_token": token_of(int(str(ids["household_notice_id"])), int(str(ids["household_id"])))}
    return app.url_map.bind("localhost").build(rule.endpoint, {name: ids[name] for name in rule.arguments})


def test_strangers_see_the_log_in_and_nothing_else(app: Flask, client: FlaskClient, estate: Estate) -> None:
    ids = everything(estate)
    for rule, method in routes(app):
        answer = client.open(address(app, rule, ids), method=method)
        if app.view_functions[rule.endpoint].permission is None:  # type: ignore[attr-defined]
            assert answer.status_code in (200, 302, 422), rule
        else:
            assert answer.status_code == 302, rule
            assert answer.location.startswith("/login"), rule


@pytest.mark.before_sql
@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_is_refused_what_its_permissions_do_not_name(
    app: Flask, sign_in: Callable[[str], FlaskClient], estate: Estate, role: RoleName
) -> None:
    """What they do name is opened in `tests.test_canaries`. Each is refused one whole page, then parts of pages."""
    ids, client = everything(estate, role), sign_in(role)
    wanted: dict[str, str] = {}
    for rule, method in routes(app):
        permission = app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        if permission is not None and permission not in ROLES[role]:
            answer = client.open(address(app, rule, ids), method=method, headers=wanted)
            assert answer.status_code == REFUSED, (rule, method, permission)
            wanted = {"HX-Request": "true"}


def test_the_other_estates_ids_do_not_exist(
    app: Flask, sign_in: Callable[[str], FlaskClient], other_estate: Estate
) -> None:
    """The clerk does not see 科创大厦: every page about a thing of it answers 404."""
    ids, client = everything(other_estate), sign_in("limin")
    for rule, method in routes(app):
        permission = app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        if rule.arguments - COMPANY_WIDE and permission in ROLES[RoleName.service_desk]:
            answer = client.open(address(app, rule, ids), method=method)
            assert answer.status_code == 404, (rule, method, answer.status_code)
