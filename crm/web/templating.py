"""What every template may use: filters for dates, money and areas, versioned assets, icons."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import to_user_timezone
from jinja2 import StrictUndefined
from markupsafe import Markup

from crm.web.language import LANGUAGES, chosen_language
from crm.web.places import STATIC

NOTHING = "–"


def set_up_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day, month=month, moment=moment, money=money, area=area, exact=exact, orno=or_nothing
    )
    app.jinja_env.globals.update(asset=asset, icon=icon, languages=LANGUAGES)
    app.context_processor(lambda: {"actor": g.get("actor"), "lang": chosen_language().replace("_", "-")})


def day(value: date | None) -> str:
    return value.isoformat() if value else NOTHING


def month(value: date) -> str:
    return value.strftime("%Y-%m")


def moment(value: datetime | None) -> str:
    """In the company's time zone, to the minute."""
    return to_user_timezone(value).strftime("%Y-%m-%d %H:%M") if value else NOTHING


def money(value: Decimal | None) -> str:
    """1234.5 -> 1,234.50; the sign ￥ stands in the heading or the template."""
    return NOTHING if value is None else f"{value:,.2f}"


def area(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{value:,.2f}"


def exact(value: Decimal | None) -> str:
    """A price or a quantity without the noughts at its end: 2.800000 -> 2.8."""
    return NOTHING if value is None else f"{value.normalize():,f}"


def or_nothing(value: Any) -> Any:
    return NOTHING if value is None or value == "" else value


def asset(name: str) -> str:
    """A static file's address with its content's hash, so that browsers may keep it for good."""
    return _prefix() + _hashed(name)


def _prefix() -> str:
    """Of the whole product, where it is served below an address of others."""
    return request.script_root if has_request_context() else ""


@lru_cache
def _hashed(name: str) -> str:
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{current_app.static_url_path}/{name}?v={digest}"


def icon(name: str) -> Markup:
    """An icon of the sprite; the text beside it says the same, so readers skip it."""
    return _drawn(asset("vendor/tabler-sprite.svg"), name)


@lru_cache
def _drawn(sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(sprite, name)
