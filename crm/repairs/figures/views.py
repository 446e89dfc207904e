"""Its pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("repair_figures", __name__, url_prefix="/repairs/figures")
