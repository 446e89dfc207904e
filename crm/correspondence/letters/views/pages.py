"""The blueprint, and what its pages share."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.correspondence.letters.listings import with_whom
from crm.correspondence.letters.models import Letter

blueprint = Blueprint("correspondence", __name__, url_prefix="/letters")
READ, KEEP, DELIVER = Permission.letter_read, Permission.letter_keep, Permission.letter_deliver


def new_key() -> str:
    """Of a form that is opened: sent twice, it does its work once."""
    return token_hex(16)


def address(letter: Letter) -> str:
    return url_for("correspondence.show", letter_id=letter.id)


def told(letter: Letter) -> str:
    """Number, with whom and what about, above every form about it; its customer loaded."""
    who: Any = letter.customer.name if letter.customer else letter.party
    return " · ".join(filter(None, (letter.number, who, letter.subject)))


__all__ = ["DELIVER", "KEEP", "READ", "address", "blueprint", "new_key", "told", "with_whom"]
