"""Token buckets in the database: they hold over all web processes. Per account, account × address, address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crm.auth.models import TokenBucket
from crm.db import insert, session


@dataclass(frozen=True, slots=True)
class Limit:
    size: int  # tries at once
    per_minute: float  # refill


ACCOUNT = Limit(size=20, per_minute=1)  # many addresses trying one account
ACCOUNT_AT_ADDRESS = Limit(size=6, per_minute=1)
ADDRESS = Limit(size=200, per_minute=60)  # a whole office may share one address


def take_login_tokens(username: str, address: str, now: datetime) -> bool:
    """Take one try from each bucket; False when one is empty. Belongs into a unit of work of its own."""
    name = username.casefold()
    wanted = {f"account:{name}": ACCOUNT, f"both:{name}@{address}": ACCOUNT_AT_ADDRESS, f"address:{address}": ADDRESS}
    return all([_take(key, wanted[key], now) for key in sorted(wanted)])  # sorted: no deadlock between two takers


def refill(username: str, address: str, now: datetime) -> None:
    """A right password gives the tries of this account back."""
    name = username.casefold()
    for key, limit in ((f"account:{name}", ACCOUNT), (f"both:{name}@{address}", ACCOUNT_AT_ADDRESS)):
        _locked(key, limit, now).tokens = float(limit.size)


def _take(key: str, limit: Limit, now: datetime) -> bool:
    bucket = _locked(key, limit, now)
    minutes = (now - bucket.filled_at).total_seconds() / 60
    bucket.tokens = min(float(limit.size), bucket.tokens + max(0.0, minutes) * limit.per_minute)
    bucket.filled_at = now
    if bucket.tokens < 1:
        return False
    bucket.tokens -= 1
    return True


def _locked(key: str, limit: Limit, now: datetime) -> TokenBucket:
    """The bucket's row, created full and locked against other takers until the commit."""
    fresh = insert(TokenBucket).values(key=key, tokens=float(limit.size), filled_at=now).on_conflict_do_nothing()
    session().execute(fresh)
    return (
        session()
        .scalars(select(TokenBucket).filter_by(key=key).with_for_update().execution_options(populate_existing=True))
        .one()
    )
