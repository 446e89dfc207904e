"""The Flask application class: one unit of work per request, deny by default, headers on every answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map, Rule

from crm.db import unit_of_work
from crm.settings import Settings

READS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
YEAR = 365 * 24 * 3600
LARGEST_ID = 2**31 - 1  # what an INTEGER key holds; beyond it PostgreSQL would answer with a fault


def own_units(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that opens its own units of work, because what it does must stand though it answers no."""
    view.own_units = True  # type: ignore[attr-defined]
    return view


class Key(IntegerConverter):
    """`<int:…>` in a rule: an id that could exist; anything larger is an address nobody has."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


class Address(Rule):
    """Works out how it is written when somebody first asks for it: all of them take 70 ms, and each command waited."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        written: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not written:
                written.append(super(Address, self)._compile_builder(append_unknown).__get__(rule, None))
            return written[0](**values)

        return build


class Crm(Flask):
    url_rule_class = Address

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url_map.converters["int"] = Key

    @property
    def settings(self) -> Settings:
        settings: Settings = self.config["SETTINGS"]
        return settings

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        """Refuse a view that does not declare its permission: deny by default starts here."""
        if view_func is not None and not hasattr(view_func, "permission") and endpoint != "static":
            raise TypeError(f"{endpoint} declares no permission: put @requires or @public under its route")
        super().add_url_rule(rule, endpoint, view_func, *args, **options)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view as one unit of work: an answer below 400 commits, anything else rolls back."""
        view = self.view_functions.get(request.endpoint or "")
        if view is None or request.endpoint == "static" or getattr(view, "own_units", False):
            return super().dispatch_request()
        with unit_of_work(writes=request.method not in READS) as db:
            response = self.make_response(super().dispatch_request())
            if response.status_code >= 400:
                db.rollback()
                db.info.clear()
            return response


@contextmanager
def writing() -> Iterator[None]:
    """The request's own unit of work where it writes; else one of its own beside the page's, which only reads."""
    if request.method not in READS:
        yield
        return
    actor, request_id = g.actor, g.request_id
    with current_app.app_context():
        g.actor, g.request_id = actor, request_id
        with unit_of_work():
            yield


def name_request() -> None:
    """An id that stands in the log, in the audit entries and on every error page."""
    g.request_id = secrets.token_hex(6)


def refuse_nul() -> None:
    """Nobody types it, PostgreSQL cannot keep it."""
    typed = [text for values in (request.args, request.form) for _name, text in values.items(multi=True)]
    names = [file.filename or "" for _name, file in request.files.items(multi=True)]
    if any("\0" in text for text in (*typed, *names)):
        abort(400)


def set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response
