"""The blueprint, and what its pages share."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, request, url_for

from crm.auth.permissions import Permission
from crm.correspondence.letters.content import Written, values_of
from crm.correspondence.letters.models import Letter
from crm.correspondence.wordings.models import WordingKind
from crm.correspondence.wordings.queries import find_in_use
from crm.correspondence.wordings.wording import filled
from crm.dates import business_day
from crm.properties.models import Estate

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


def begun(estate: Estate | None, **whose: Any) -> dict[str, str]:
    """Subject and text of the wording that the address names; with the estate known, what is known of `whose` letter
    it is, as `Written` has it, stands in them already."""
    wording = find_in_use(WordingKind.letter, request.args.get("wording_id"))
    if wording is None:
        return {}
    texts: dict[str, Any] = {"subject": wording.subject, "body": wording.body}
    if estate is None:
        return texts
    values = values_of(Written(kind="", **texts, **whose), estate, "", business_day())  # the number comes later
    known = [name for name, value in values.items() if value]
    return {name: filled(text, values, known) for name, text in texts.items()}
