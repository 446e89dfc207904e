"""Its pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("repair_stock", __name__, url_prefix="/repairs/stock")
