"""For whom each voucher waits, and what of it waits for the acting person: in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from crm.archive.vault.models import Part, Presence
from crm.archive.vault.vouchers.figures import MINUTES
from crm.archive.vault.vouchers.path import PATH, lacking
from crm.archive.vault.vouchers.queries import to_confirm
from crm.archive.vault.vouchers.standing import Standing
from crm.auth.actor import actor
from crm.dates import business_day, utc_now
from crm.db import session


def missing_of(voucher_ids: Sequence[int]) -> dict[int, list[Part]]:
    """Who has not confirmed within the last minutes; whether a word still fits the voucher its own page says."""
    since = utc_now() - timedelta(minutes=MINUTES.on(business_day()))
    found = select(Presence.voucher_id, Presence.part).where(
        Presence.voucher_id.in_(voucher_ids), Presence.confirmed_at > since
    )
    there = {(row.voucher_id, row.part) for row in session().execute(found)}
    return {key: [part for part in Part if (key, part) not in there] for key in voucher_ids}


def my_turn() -> list[Standing]:
    """What the acting person can confirm now, or, as title custodian, has yet to complete for that."""
    return [each for each in to_confirm() if _is_mine(each)]


def _is_mine(standing: Standing) -> bool:
    if not PATH.hindrance(standing, "confirm"):
        return True
    return bool(lacking(standing)) and "prepare" in PATH.offered(standing, actor().permissions)
