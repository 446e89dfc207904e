"""Notices in the words of a timeline; `crm.wiring` hands them to the packages that show one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.correspondence.notices.models import REACH_TITLES, Reach
from crm.db import session

EVENT_TITLES = {
    "NoticeDrafted": _l("Notice drafted"),
    "NoticeChanged": _l("Draft of a notice changed"),
    "NoticeDropped": _l("Draft of a notice dropped"),
    "NoticeIssued": _l("Notice issued"),
    "NoticeWithdrawn": _l("Notice withdrawn"),
    "NoticeEnded": _l("Notice over"),
    "NoticePrinted": _l("Notice printed"),
    "NoticeReached": _l("Notice brought"),
    "NoticesBrought": _l("Notice brought to many"),
    "NoticeReachTakenBack": _l("Entry about bringing a notice taken back"),
    "NoticeUnreachedTold": _l("Told who is still unreached"),
}
FIELD_TITLES = {
    "body": _l("Text"),
    "facts": _l("What the placeholders say"),
    "audience": _l("Whom it is for"),
    "urgent": _l("Urgent"),
    "wants_reading": _l("Asks to be confirmed as read"),
    "board_from": _l("On the board from"),
    "board_until": _l("On the board until"),
    "reach_by": _l("Everybody reached by"),
    "households": _l("Households"),
    "customer_ids": _l("Customers"),
    "reached": _l("Reached"),
    "unreached": _l("Unreached"),
    "reach": _l("By which way"),
    "person": _l("Who took it"),
    "worked": _l("Successful"),
}
SUBJECT_TITLES = {"household_notice": _l("Notice")}
SUBJECT_PAGES = {"household_notice": ("notices.show", "household_notice_id")}
TONES = {"NoticeIssued": "blue", "NoticeWithdrawn": "red"}


def happenings(notice_id: int) -> Sequence[Happening]:
    """The last entries, newest first."""
    return [
        Happening(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES[entry.kind]),
            text=EVENT_DETAILS[entry.kind](entry.data),
        )
        for entry in session().scalars(timeline("household_notice", notice_id))
        if entry.kind in EVENT_TITLES
    ]


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _about(data: Mapping[str, Any]) -> str:
    return _joined(data.get("number"), data["subject"], data.get("reason"))


def _changed(data: Mapping[str, Any]) -> str:
    changed = "、".join(str(FIELD_TITLES.get(name, ALSO.get(name, name))) for name in data["changes"])
    return _joined(data["subject"], changed)


ALSO = {"subject": _l("Subject"), "kind": _l("Kind")}


def _issued(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], data["subject"], _("%(count)s households", count=data["households"]))


def _ended(data: Mapping[str, Any]) -> str:
    told = _("%(reached)s reached, %(unreached)s unreached", reached=data["reached"], unreached=data["unreached"])
    return _joined(data["number"], data["subject"], told)


def _printed(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], _("%(count)s households", count=data["households"]))


def _reached(data: Mapping[str, Any]) -> str:
    failed = "" if data["worked"] else _("did not work")
    return _joined(data["number"], REACH_TITLES[Reach(data["reach"])], failed, data["person"], data["note"])


def _brought(data: Mapping[str, Any]) -> str:
    count = _("%(count)s households", count=data["households"])
    return _joined(data["number"], REACH_TITLES[Reach(data["reach"])], count, data["note"])


def _taken_back(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], REACH_TITLES[Reach(data["reach"])], data["reason"])


def _told(data: Mapping[str, Any]) -> str:
    return _joined(data["number"], _("%(count)s unreached", count=data["unreached"]))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "NoticeDrafted": _about,
    "NoticeChanged": _changed,
    "NoticeDropped": _about,
    "NoticeIssued": _issued,
    "NoticeWithdrawn": _about,
    "NoticeEnded": _ended,
    "NoticePrinted": _printed,
    "NoticeReached": _reached,
    "NoticesBrought": _brought,
    "NoticeReachTakenBack": _taken_back,
    "NoticeUnreachedTold": _told,
}
