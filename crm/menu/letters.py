"""往来函件: the register first, then what its papers are made of."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
STEPS = ("pass_on", "answer", "note", "send", "file", "void", "receive", "write", "show", "serve", "take_back")
LETTERS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Letters in and out"),
        endpoint="correspondence.index",
        icon="mail",
        permission=P.letter_read,
        group=_l("Letters and notices"),
        inner=(*(f"correspondence.{name}" for name in STEPS), "correspondence.add_files"),
    ),
    MenuItem(
        title=_l("Times of letters"),
        endpoint="correspondence.times_of_month",
        icon="chart-bar",
        permission=P.letter_read,
        group=_l("Letters and notices"),
    ),
    MenuItem(
        title=_l("Wordings"),
        endpoint="wordings.index",
        icon="file-text",
        permission=P.notice_write,
        group=_l("Letters and notices"),
        inner=("wordings.show", "wordings.new", "wordings.edit"),
    ),
)
