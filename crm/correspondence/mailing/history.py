"""Letters to many in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.db import session

EVENT_TITLES = {
    "LettersToManyMade": _l("Letters to many made"),
    "LettersToManyPrinted": _l("Letters to many printed"),
}
SUBJECT_TITLES = {"letter_batch": _l("Letters to many")}
SUBJECT_PAGES = {"letter_batch": ("mailing.show", "letter_batch_id")}


def _made(data: Mapping[str, Any]) -> str:
    count = _("%(count)s letters", count=data["letters"])
    return f"{data['title']} · {count} · {data['first']} – {data['last']}"


def _printed(data: Mapping[str, Any]) -> str:
    return f"{data['title']} · {_('%(count)s letters', count=data['letters'])}"


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "LettersToManyMade": _made,
    "LettersToManyPrinted": _printed,
}


def happenings(batch_id: int) -> Sequence[Happening]:
    """The last entries, newest first."""
    return [
        Happening(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES[entry.kind]),
            text=EVENT_DETAILS[entry.kind](entry.data),
        )
        for entry in session().scalars(timeline("letter_batch", batch_id))
        if entry.kind in EVENT_TITLES
    ]
