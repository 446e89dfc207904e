"""Its pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("intake", __name__, url_prefix="/repairs/new")
