"""What is signed, in one canonical form, frozen with its hash: plain text, days and sums, in Chinese as papers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g
from flask_babel import force_locale

from crm.audit.log import plain
from crm.billing.charges.models import METER_TITLES
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.queries import held_of
from crm.dates import business_day
from crm.moves.keys.models import HOLDER_TITLES, SIGNING_TITLES, KeySlip, Signing
from crm.moves.keys.queries import in_words, slips_about
from crm.moves.moving_in.completeness import standings
from crm.moves.moving_in.documents import DOCUMENTS
from crm.moves.moving_in.facts import facts_of
from crm.moves.moving_in.models import MoveIn, MoveInDefect, MoveInDocument
from crm.moves.moving_in.opening import opening_of
from crm.moves.moving_in.queries import KIND, defects_of, documents_of
from crm.moves.moving_in.reading import Reading, meters_of
from crm.phones import mask_phone
from crm.repairs.orders.models import PAYER_TITLES
from crm.tenants.models import ROLE_TITLES
from crm.tenants.queries import emergency_contacts_of
from crm.web.templating import exact, moment, money

CHINESE = "zh_CN"


def content_of(move_in: MoveIn, signer: str, signing: Signing, at: datetime) -> dict[str, Any]:
    """All of it as text and numbers that JSON keeps."""
    with force_locale(CHINESE):
        return {
            **_head(move_in),
            "parts": _parts(move_in),
            "documents": _documents(move_in),
            "keys": [_slip(slip) for slip in slips_about(KIND, move_in.id)],
            "readings": [_reading(each) for each in meters_of(move_in)],
            "defects": [_defect(each) for each in defects_of(move_in.id)],
            "deposits": _deposits(move_in),
            "bills": _bills(move_in),
            "contacts": _contacts(move_in),
            "signer": signer,
            "signing": str(SIGNING_TITLES[signing]),
            "clerk": g.actor.name,
            "signed_at": moment(at),
        }


def _head(move_in: MoveIn) -> dict[str, Any]:
    unit, customer = move_in.unit, move_in.customer
    return {
        "number": move_in.number,
        "estate": move_in.estate.name,
        "company": move_in.estate.company or move_in.estate.name,
        "unit": unit.label,
        "area": None if unit.built_area is None else plain(unit.built_area),
        "customer": customer.name,
        "code": customer.code,
        "role": str(ROLE_TITLES[move_in.role]),
        "starts_on": plain(move_in.starts_on),
        "handover_on": plain(unit.handover_on),
        "lease_from": plain(move_in.lease_from),
        "lease_until": plain(move_in.lease_until),
        "licence_until": plain(move_in.licence_until),
    }


def _parts(move_in: MoveIn) -> list[dict[str, Any]]:
    return [{"title": str(each.title), "waived": each.waived} for each in standings(facts_of(move_in))]


def _documents(move_in: MoveIn) -> list[dict[str, Any]]:
    kept = documents_of(move_in.id)
    return [_document(str(each.title), kept[each.code]) for each in DOCUMENTS if each.code in kept]


def _document(title: str, kept: MoveInDocument) -> dict[str, Any]:
    told = {"title": title, "reason": kept.reason, "kept_by": kept.kept_by, "kept_at": moment(kept.kept_at)}
    if kept.upload is None or kept.signing is None:
        return told | {"signing": "", "sha256": "", "pages": 0}
    stored = kept.upload
    return told | {"signing": str(SIGNING_TITLES[kept.signing]), "sha256": stored.sha256, "pages": stored.stored.pages}


def _slip(slip: KeySlip) -> dict[str, Any]:
    words = [in_words(line.unit_key.kind, line.unit_key.label, line.count) for line in slip.lines]
    return {
        "number": slip.number,
        "keys": "、".join(words),
        "holder": slip.holder,
        "holder_kind": str(HOLDER_TITLES[slip.holder_kind]),
        "given_on": plain(slip.given_on),
        "sha256": slip.upload.sha256 if slip.upload else "",
    }


def _reading(each: Reading) -> dict[str, Any]:
    return {
        "kind": str(METER_TITLES[each.meter.kind]),
        "number": each.meter.number,
        "value": "" if each.value is None else exact(each.value),
        "unit": each.meter.unit_word,
        "read_on": plain(each.read_on),
    }


def _defect(each: MoveInDefect) -> dict[str, Any]:
    order = each.order
    return {
        "number": order.number,
        "spot": each.spot,
        "words": each.words,
        "category": order.category.name,
        "payer": str(PAYER_TITLES[order.payer]),
        "payer_reason": order.payer_reason,
    }


def _deposits(move_in: MoveIn) -> list[dict[str, Any]]:
    """All that is held for the unit, whenever it was taken."""
    return [
        {
            "code": each.code,
            "kind": KINDS.title_of(each.kind),
            "amount": money(each.balance),
            "taken_on": plain(each.taken_on),
            "payer": each.payer,
        }
        for each in held_of(move_in.customer.kept_id, move_in.unit_id)
    ]


def _bills(move_in: MoveIn) -> list[dict[str, Any]]:
    return [
        {
            "item": line.item,
            "begins": plain(line.begins),
            "ends": plain(line.ends),
            "days": line.days,
            "quantity": exact(line.quantity),
            "price": exact(line.price),
            "amount": money(line.amount),
        }
        for line in opening_of(move_in).lines
    ]


def _contacts(move_in: MoveIn) -> list[dict[str, Any]]:
    found = emergency_contacts_of([move_in.customer.kept_id], business_day()).get(move_in.customer.kept_id, [])
    return [
        {
            "name": each.name,
            "relation": each.relation,
            "phone": mask_phone(each.phone),
            "spare": each.holds_spare_key,
        }
        for each in found
    ]
