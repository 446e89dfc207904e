"""Who is told when a review has ended: whoever signs it, and whoever has something to mend."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may, who_may_in
from crm.db import session
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.review.models import ADDRESS, MINE, FilingReview, Finding


def tell_of_end(review: FilingReview) -> None:
    keepers = who_may(Permission.review_sign) if review.estate_id is None else _keepers(review.estate_id)
    for user in keepers:
        with force_locale(user.locale):
            found = {"new": review.new, "repeated": review.repeated, "cured": review.cured, "what": _of(review)}
            text = _("Filing review of %(what)s: %(new)d new, %(repeated)d repeated, %(cured)d cured", **found)
        notify(user.id, text, ADDRESS.format(review.id), group=f"review-{review.id}", icon="clipboard-list")
    for user, count in _owners(review):
        with force_locale(user.locale):
            text = _("%(count)d findings of the filing review of %(what)s are yours", count=count, what=_of(review))
        notify(user.id, text, MINE, group=f"findings-{review.id}", icon="clipboard-list")


def _keepers(estate_id: int) -> list[User]:
    return list(who_may_in(estate_id, Permission.review_sign))


def _owners(review: FilingReview) -> list[tuple[User, int]]:
    """Of what is new."""
    counted = select(User, func.count()).join(Finding, Finding.owner_id == User.id)
    new = counted.where(Finding.found_review_id == review.id, Finding.cured_at.is_(None)).group_by(User.id)
    return [(row[0], row[1]) for row in session().execute(new.order_by(User.id))]


def _of(review: FilingReview) -> str:
    """In the reader's language."""
    if review.estate_id is None:
        return _("loans and guarantees")
    return session().get_one(Estate, review.estate_id).name
