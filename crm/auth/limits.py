"""Token buckets in the database: they hold over all web processes. Per account, account × address, address.

A code of the second factor has a bucket more: it has six digits, so whoever knows the password gets few tries.
"""

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
READING = Limit(size=200, per_minute=60)  # links opened from one address: a whole estate may share it
CODE = Limit(size=10, per_minute=0.1)  # 144 codes a day of a million, three of which are right


def take_login_tokens(username: str, address: str, now: datetime) -> bool:
    """Take one try from each bucket; False when one is empty. Belongs into a unit of work of its own."""
    return _take_all({f"address:{address}": ADDRESS}, now) and _take_all(_password_buckets(username, address), now)


def take_code_tokens(username: str, address: str, now: datetime) -> bool:
    """The same for a code; only who gave the right password gets here, so nobody else can empty the bucket."""
    wanted = _password_buckets(username, address) | {f"code:{username.casefold()}": CODE}
    return _take_all({f"address:{address}": ADDRESS}, now) and _take_all(wanted, now)


def take_reading_token(address: str, now: datetime) -> bool:
    """Take one try at a link that opens without signing in. Belongs into a unit of work of its own."""
    return _take_all({f"reading:{address}": READING}, now)


def refill(username: str, address: str, now: datetime) -> None:
    """Whoever got in has the tries of this account back."""
    for key, limit in _password_buckets(username, address).items():
        _locked(key, limit, now).tokens = float(limit.size)


def refill_codes(username: str, now: datetime) -> None:
    _locked(f"code:{username.casefold()}", CODE, now).tokens = float(CODE.size)


def _password_buckets(username: str, address: str) -> dict[str, Limit]:
    name = username.casefold()
    return {f"account:{name}": ACCOUNT, f"both:{name}@{address}": ACCOUNT_AT_ADDRESS}


def _take_all(wanted: dict[str, Limit], now: datetime) -> bool:
    """One token from each or none at all: who has used up the tries at one address takes none from the account."""
    buckets = [_filled(key, wanted[key], now) for key in sorted(wanted)]  # sorted: no deadlock between two takers
    enough = all(bucket.tokens >= 1 for bucket in buckets)
    for bucket in buckets if enough else ():
        bucket.tokens -= 1
    return enough


def _filled(key: str, limit: Limit, now: datetime) -> TokenBucket:
    """The bucket with what came back since it was last filled; of two that waited, the later moment stays."""
    bucket = _locked(key, limit, now)
    minutes = max(0.0, (now - bucket.filled_at).total_seconds() / 60)
    bucket.tokens = min(float(limit.size), bucket.tokens + minutes * limit.per_minute)
    bucket.filled_at = max(bucket.filled_at, now)
    return bucket


def _locked(key: str, limit: Limit, now: datetime) -> TokenBucket:
    """The bucket's row, created full and locked against other takers until the commit."""
    fresh = insert(TokenBucket).values(key=key, tokens=float(limit.size), filled_at=now).on_conflict_do_nothing()
    session().execute(fresh)
    return (
        session()
        .scalars(select(TokenBucket).filter_by(key=key).with_for_update().execution_options(populate_existing=True))
        .one()
    )
