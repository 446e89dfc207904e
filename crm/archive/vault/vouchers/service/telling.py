"""The bell of those whom a voucher waits for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import g
from flask_babel import gettext as _

from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.models import TitleVoucher
from crm.archive.vault.models.voucher import PURPOSE_TITLES
from crm.auth.permissions import Permission
from crm.auth.queries import who_may

ADDRESS = "/archive/vault/vouchers/{}"


def tell_rank(voucher: TitleVoucher) -> None:
    number, purpose = voucher.number.text, PURPOSE_TITLES[voucher.purpose]
    rank = {user.id for user in who_may(Permission.title_approve)}
    tell(voucher, rank, lambda: _("To approve: %(number)s, %(purpose)s.", number=number, purpose=purpose))


def tell(voucher: TitleVoucher, people: Collection[int | None], words: Callable[[], str]) -> None:
    """Whoever does it oneself knows it already."""
    wanted = {key for key in people if key is not None} - {g.actor.user_id}
    tell_at(ADDRESS.format(voucher.id), wanted, words)
