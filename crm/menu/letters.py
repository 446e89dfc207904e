"""往来函件与通知: the register and its times, notices to households, letters to many, and their wordings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
GROUP = _l("Letters and notices")
STEPS = ("pass_on", "answer", "note", "send", "file", "void", "receive", "write", "show", "serve", "take_back")
LETTERS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Letters in and out"),
        endpoint="correspondence.index",
        icon="mail",
        permission=P.letter_read,
        group=GROUP,
        inner=(*(f"correspondence.{name}" for name in STEPS), "correspondence.add_files"),
    ),
    MenuItem(
        title=_l("Times of letters"),
        endpoint="correspondence.times_of_month",
        icon="chart-bar",
        permission=P.letter_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Wordings"),
        endpoint="wordings.index",
        icon="file-text",
        permission=P.notice_write,
        group=GROUP,
        inner=("wordings.show", "wordings.new", "wordings.edit"),
    ),
    MenuItem(
        title=_l("Notices to households"),
        endpoint="notices.index",
        icon="bell",
        permission=P.letter_read,
        group=GROUP,
        inner=tuple(
            f"notices.{name}"
            for name in (
                "new show change issue end withdraw drop households unreached_of household reach take_back"
            ).split()
        ),
    ),
    MenuItem(
        title=_l("Households still unreached"),
        endpoint="notices.unreached",
        icon="list-search",
        permission=P.letter_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Announcement board"),
        endpoint="notices.board",
        icon="device-desktop",
        permission=P.letter_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Times of notices"),
        endpoint="notices.figures",
        icon="chart-bar",
        permission=P.letter_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Letters to many"),
        endpoint="mailing.index",
        icon="mail",
        permission=P.notice_write,
        group=GROUP,
        inner=("mailing.new", "mailing.show"),
    ),
)
