"""定期整理: what is to be mended first, then the reviews and what is due."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
GROUP = _l("Filing review")
REVIEW_PAGES = (
    "review.new",
    "review.show",
    "review.dossiers",
    "review.compared",
    "review.sign",
    "review_sampling.index",
    "review_sampling.draw",
    "review_sampling.show",
    "review_sampling.count",
    "review_sampling.recount",
)
REVIEW_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Findings"),
        endpoint="review.findings",
        icon="clipboard-list",
        permission=P.review_read,
        group=GROUP,
        inner=("review.finding", "review.note", "review.hand_out"),
    ),
    MenuItem(
        title=_l("Filing reviews"),
        endpoint="review.index",
        icon="archive",
        permission=P.review_read,
        group=GROUP,
        inner=REVIEW_PAGES,
    ),
    MenuItem(
        title=_l("Due for review"),
        endpoint="review.due",
        icon="calendar",
        permission=P.review_read,
        group=GROUP,
    ),
)
