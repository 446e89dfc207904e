"""Its pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("repair_categories", __name__, url_prefix="/repairs/categories")
