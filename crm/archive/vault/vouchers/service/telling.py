"""The bell of those whom a voucher waits for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import g

from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.models import TitleVoucher

ADDRESS = "/archive/vault/vouchers/{}"


def tell(voucher: TitleVoucher, people: Collection[int | None], words: Callable[[], str]) -> None:
    """Whoever does it oneself knows it already."""
    wanted = {key for key in people if key is not None} - {g.actor.user_id}
    tell_at(ADDRESS.format(voucher.id), wanted, words)
