"""Registering a client, changing what is known of one, showing a number in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.credit.events import ClientChanged, ClientNumberShown, ClientRegistered
from crm.archive.credit.models import Client, ClientKind
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.identity import mask_id_number, tidy_number
from crm.phones import mask_phone
from crm.secrecy import blind_index, seal, unseal

PLAIN = ("name", "credit_code", "legal_representative", "address", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """As typed and judged by the form; `phone` is digits, an empty `id_number` leaves the one that is known."""

    kind: ClientKind
    name: str
    credit_code: str = ""
    legal_representative: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""


def register_client(facts: ClientFacts) -> Client:
    made = Client(
        kind=facts.kind,
        phone=facts.phone,
        registered_by_id=g.actor.user_id,
        registered_by=g.actor.name,
        registered_at=utc_now(),
        **{name: getattr(facts, name) for name in PLAIN},
    )
    _seal(made, facts.id_number)
    session().add(made)
    session().flush()
    record(ClientRegistered(client_id=made.id, kind=made.kind.value, name=made.name))
    return made


def change_client(client: Client, facts: ClientFacts) -> None:
    """What changed stands in the log, numbers masked; contracts keep the name they were signed under."""
    changes: dict[str, list[Any]] = {}
    for name in PLAIN:
        if getattr(client, name) != getattr(facts, name):
            changes[name] = [getattr(client, name), getattr(facts, name)]
            setattr(client, name, getattr(facts, name))
    if client.phone != facts.phone:
        changes["phone"] = [mask_phone(client.phone), mask_phone(facts.phone)]
        client.phone = facts.phone
    if facts.id_number and blind_index(tidy_number(facts.id_number)) != client.id_index:
        before = client.id_masked
        _seal(client, facts.id_number)
        changes["id_number"] = [before, client.id_masked]
    if changes:
        session().flush()
        record(ClientChanged(client_id=client.id, changes=changes))


def complete_client(client: Client, facts: ClientFacts) -> None:
    """What was not known of it yet; what is known stays."""
    known = {name: getattr(client, name) or getattr(facts, name) for name in (*PLAIN, "phone")}
    id_number = "" if client.id_index else facts.id_number
    change_client(client, ClientFacts(kind=client.kind, id_number=id_number, **known))


def _seal(client: Client, id_number: str) -> None:
    if id_number:
        number = tidy_number(id_number)
        client.id_sealed, client.id_index = seal(number), blind_index(number)
        client.id_masked = mask_id_number(number)


def reveal(client: Client, what: str, reason: str) -> str:
    """`what` is id_number or phone; who asked and why is logged. Raises `DomainError` where there is none."""
    number = client.phone if what == "phone" else unseal(client.id_sealed) if client.id_sealed else ""
    if not number:
        raise DomainError(_("No such number is known of this client."))
    record(ClientNumberShown(client_id=client.id, what=what, reason=reason))
    return number
