"""What a complaint comes from: a call that was entered, a letter that was registered, or nothing but whoever speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.calls.entering import About, about
from crm.calls.models import Call
from crm.calls.queries import get_call
from crm.complaints.cases.models import Channel, Complaint
from crm.complaints.links.service import link_given
from crm.correspondence.letters.models import Letter
from crm.correspondence.letters.queries import get_letter
from crm.phones import mask_phone
from crm.web.forms import id_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """At most one of call and letter."""

    call: Call | None = None
    letter: Letter | None = None
    about: str = ""  # what it has to do with: `repair_order-12`

    @property
    def known(self) -> dict[str, Any]:
        """What it says already, for the form."""
        if self.letter:
            return {
                "words": self.letter.summary or self.letter.subject,
                "channel": Channel.letter.value,
                "caller": self.letter.party,
                "unit": self.letter.unit.label if self.letter.unit else "",
                "estate_id": self.letter.estate_id,
            }
        if self.call:
            return {"words": self.call.note, "caller": self.call.caller, "estate_id": self.call.estate_id}
        return {}

    @property
    def keys(self) -> list[str]:
        """Of what the case is linked to."""
        return [*filter(None, [self.about]), *([f"letter-{self.letter.id}"] if self.letter else [])]

    @property
    def digits(self) -> str:
        """The number of the call: kept with the complaint, shown to nobody in full."""
        return self.call.digits if self.call else ""

    @property
    def masked(self) -> str:
        return mask_phone(self.digits) if self.digits else ""


def origin_of(args: Mapping[str, str]) -> tuple[Origin, About]:
    """From `letter_id` or `call_id` in the address, else from `customer_id`, `unit_id` and `phone`; with `link` from
    the page of what it has to do with. 404 outside the person's estates, and for whoever may not see such a thing."""
    if key := _id(args, "letter_id", Permission.letter_read):
        letter = get_letter(key)
        return Origin(letter=letter), about(_whose(letter))
    if key := _id(args, "call_id", Permission.call_log):
        call = get_call(key)
        return Origin(call=call), about(_whose(call))
    return Origin(about=args.get("link", "")), about(args)


def _id(args: Mapping[str, str], name: str, permission: Permission) -> int | None:
    key = id_in(args.get(name, ""))
    return key if key is None or actor().may(permission) else abort(404)


def _whose(thing: Call | Letter) -> dict[str, str]:
    keys = {"customer_id": thing.customer_id, "unit_id": thing.unit_id}
    return {name: str(key) for name, key in keys.items() if key}


def tie(case: Complaint, origin: Origin, *, anonymous: bool) -> None:
    """What it comes from is named on the case, unless that could say who an anonymous caller is."""
    for key in () if anonymous else origin.keys:
        link_given(case, key)
