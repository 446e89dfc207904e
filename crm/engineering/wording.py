"""What the timelines of drawings, points and procedures say alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.db import session

FIELD_TITLES: dict[str, LazyString] = {
    "number": _l("Number"),
    "title": _l("Title"),
    "kind": _l("Kind of drawing"),
    "place": _l("Place"),
    "trade": _l("Building trade"),
    "about_units": _l("Tells how to work in a unit"),
    "review_by": _l("To be reviewed by"),
    "changes": _l("What changed"),
    "text": _l("Text"),
}


def joined(*told: Any) -> str:
    return " · ".join(str(part) for part in told if part)


def changed(changes: Mapping[str, list[Any]], codes: Mapping[str, Mapping[Any, Any]]) -> Iterator[str]:
    """`codes`: of fields whose values are codes, their titles. Long texts are named and not repeated."""
    for name, (old, new) in changes.items():
        title = FIELD_TITLES.get(name, name)
        if name == "text":
            yield str(title)
        else:
            yield f"{title}: {_said(old, codes.get(name))} → {_said(new, codes.get(name))}"


def _said(value: Any, titles: Mapping[Any, Any] | None) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if not value:
        return "–"
    return str(titles.get(value, value) if titles else value)


def measured(height: int | None, distance: int | None) -> str:
    """Of a point, in millimetres: 离地 300 mm · 距 1200 mm."""
    return joined(
        _("%(mm)s mm above the floor", mm=height) if height is not None else "",
        _("%(mm)s mm away", mm=distance) if distance is not None else "",
    )


def happenings(
    kind: str, object_id: int, titles: Mapping[str, Any], details: Mapping[str, Callable[[Mapping[str, Any]], str]]
) -> list[Happening]:
    """The last entries about a thing of ours, the newest first; what others log of it is theirs to tell."""
    return [
        Happening(at=entry.at, who=entry.actor, title=str(titles[entry.kind]), text=details[entry.kind](entry.data))
        for entry in session().scalars(timeline(kind, object_id))
        if entry.kind in details
    ]
