"""Its pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("work", __name__, url_prefix="/repairs/my")
