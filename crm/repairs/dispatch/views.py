"""Its pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("dispatch", __name__, url_prefix="/repairs/dispatch")
