"""The link by which a household says that it has read a notice: nobody can guess it, or use it for another one."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask import current_app, url_for

from crm.correspondence.notices.models import NoticeHousehold

PURPOSE = b"notice-reading"  # a key of its own, drawn from the installation's


def token_of(notice_id: int, household_id: int) -> str:
    """HMAC-SHA256 over notice and household."""
    key = hmac.new(current_app.config["SETTINGS"].session_key, PURPOSE, sha256).digest()
    signed = hmac.new(key, f"{notice_id}:{household_id}".encode(), sha256).digest()
    return urlsafe_b64encode(signed).rstrip(b"=").decode()


def is_token_of(household: NoticeHousehold, token: str) -> bool:
    """In the same time for every wrong one."""
    return hmac.compare_digest(token_of(household.notice_id, household.id).encode(), token.encode())


def address_of(household: NoticeHousehold) -> str:
    """Whole, for paper and mail; wants a request."""
    token = token_of(household.notice_id, household.id)
    return url_for("notice_links.show", household_id=household.id, reading_token=token, _external=True)
