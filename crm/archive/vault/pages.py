"""The blueprint of title documents and their transfer lists."""

from __future__ import annotations

from flask import Blueprint

from crm.auth.permissions import Permission

blueprint = Blueprint("vault", __name__, url_prefix="/archive/vault")
READ, PREPARE, KEEP = Permission.title_read, Permission.credit_prepare, Permission.title_keep
