"""Who is told when a review has ended: whoever signs it, and whoever has something to mend; and when it is late."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import above_of, who_may, who_may_in
from crm.dates import business_day_of
from crm.db import session
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.review.models import ADDRESS, MINE, FilingReview, Finding


def tell_of_end(review: FilingReview) -> None:
    for user in _signers(review):
        with force_locale(user.locale):
            found = {"new": review.new, "repeated": review.repeated, "cured": review.cured, "what": _of(review)}
            text = _("Filing review of %(what)s: %(new)d new, %(repeated)d repeated, %(cured)d cured", **found)
        notify(user.id, text, ADDRESS.format(review.id), group=f"review-{review.id}", icon="clipboard-list")
    for user, count in _owners(review):
        with force_locale(user.locale):
            text = _("%(count)d findings of the filing review of %(what)s are yours", count=count, what=_of(review))
        notify(user.id, text, MINE, group=f"findings-{review.id}", icon="clipboard-list")


def tell_of_delay(review: FilingReview, *, above: bool) -> None:
    """Whoever signs it, or whoever is above them."""
    signers = _signers(review)
    for user in above_of(signers) if above else signers:
        with force_locale(user.locale):
            told = {"what": _of(review), "day": business_day_of(review.opened_at)}
            text = _("The filing review of %(what)s begun on %(day)s is not signed off", **told)
        notify(user.id, text, ADDRESS.format(review.id), icon="alert-triangle")


def _signers(review: FilingReview) -> Sequence[User]:
    wanted = Permission.review_sign
    return who_may(wanted) if review.estate_id is None else who_may_in(review.estate_id, wanted)


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
