"""销毁清册, 鉴定意见, 销毁证明 as `/verify` knows them; and what page and paper say of a list beside its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.disposal import queries
from crm.archive.disposal.models import (
    DISPOSAL_TITLES,
    OUTCOME_TITLES,
    SEAT_TITLES,
    DisposalLine,
    DisposalList,
    Opinion,
    Tombstone,
)
from crm.archive.disposal.service.destroying import files_of
from crm.archive.dossiers import proof, retention
from crm.archive.dossiers.proof import Paper
from crm.archive.dossiers.queries import find_estate
from crm.archive.numbers.figures import COMPANY
from crm.audit.log import plain
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import business_day, business_day_of
from crm.db import session
from crm.web import pdf

TITLES = {
    "list": _l("Destruction list"),
    "opinions": _l("Opinions of the appraisal group"),
    "certificate": _l("Certificate of destruction"),
}
NUMBERS = {"list": "YH-XH-01", "opinions": "YH-XH-02", "certificate": "YH-XH-03"}


def pressed(found: DisposalList, what: str) -> bytes:
    """`what` is one of TITLES. Wants a request, for the address in its code."""
    said = content(what, found)
    issued = proof.issue(_kind(what), found.id, found.number, said)
    return pdf.document(
        "disposal/list.html",
        content=said,
        what=what,
        heading=TITLES[what],
        form=NUMBERS[what],
        titles={"state": DISPOSAL_TITLES, "seat": SEAT_TITLES, "outcome": OUTCOME_TITLES},
        retention=retention.in_words,
        mark=proof.mark(issued),
        estate=find_estate(found.estate_id) if found.estate_id else None,
        company=COMPANY.on(business_day()),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def _kind(what: str) -> str:
    return f"disposal_{what}"


def content(what: str, found: DisposalList) -> dict[str, Any]:
    """`found` with its lines. The certificate says what was destroyed, the others every dossier of the list."""
    stones = {stone.dossier_id: stone for stone in queries.tombstones_of(found.id)}
    lines = [line for line in found.lines if what != "certificate" or line.dossier_id in stones]
    opinions = queries.opinions_of(found.id) if what == "opinions" else ()
    files = asdict(files_of(found.id)) if what == "certificate" else {}
    return {
        "number": found.number,
        "title": found.title,
        "state": found.state.value,
        "proposed_by": found.proposed_by,
        "proposed_on": plain(business_day_of(found.proposed_at)),
        "approved_by": found.approved_by,
        "approved_on": _day(found.approved_at),
        "destroyed_on": _day(found.destroyed_at),
        "destroyer": _name(found.destroyer_id),
        "first_witness": _name(found.witness_id),
        "second_witness": _name(found.second_witness_id),
        **{f"files_{name}": count for name, count in files.items()},
        "count": len(lines),
        "pages": sum(line.pages for line in lines),
        "lines": [_line(line, stones.get(line.dossier_id), opinions) for line in lines],
    }


def _line(line: DisposalLine, stone: Tombstone | None, opinions: Sequence[Opinion]) -> dict[str, Any]:
    return {
        "code": line.code,
        "title": line.title,
        "volumes": line.volumes,
        "pages": line.pages,
        "years": f"{line.from_year}–{line.to_year}",
        "retention": line.retention,
        "kept_since": plain(line.kept_since),
        "kept_until": plain(line.kept_until),
        "outcome": line.outcome.value if line.outcome else "",
        "destroyed_on": _day(stone.destroyed_at) if stone else "",
        "hash": stone.hash if stone else "",
        "opinions": [_opinion(each) for each in opinions if each.line_id == line.id],
    }


def _opinion(each: Opinion) -> dict[str, Any]:
    return {
        "seat": each.seat.value,
        "by": each.given_by,
        "outcome": each.outcome.value,
        "longer": each.years or "",
        "words": each.words,
    }


def _day(moment: Any) -> str:
    return str(plain(business_day_of(moment))) if moment else ""


def told(found: DisposalList) -> dict[str, Any]:
    """What the page says of a list beside its lines."""
    opinions = queries.opinions_of(found.id)
    return {
        "state": DISPOSAL_TITLES[found.state],
        "opinions": {line.id: [each for each in opinions if each.line_id == line.id] for line in found.lines},
        "stones": {stone.dossier_id: stone for stone in queries.tombstones_of(found.id)},
        "seats": SEAT_TITLES,
        "outcomes": OUTCOME_TITLES,
        "witnesses": [_name(found.witness_id), _name(found.second_witness_id)],
        "destroyer": _name(found.destroyer_id),
    }


def _name(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id else ""


def _now(what: str, list_id: int) -> dict[str, Any] | None:
    found = queries.find_list(list_id)
    return content(what, found) if found else None


def _may_see(list_id: int) -> bool:
    if not actor().may(Permission.disposal_read):
        return False
    return session().scalar(select(DisposalList.id).where(DisposalList.id == list_id, queries.visible())) is not None


FIELDS = {
    "number": _l("Number of the list"),
    "proposed_by": _l("Proposed by"),
    "proposed_on": _l("Proposed on"),
    "approved_by": _l("Approved by"),
    "approved_on": _l("Approved on"),
    "destroyed_on": _l("Destroyed on"),
    "destroyer": _l("Destroyed by"),
    "first_witness": _l("First witness"),
    "second_witness": _l("Second witness"),
    "count": _l("Dossiers"),
    "files_wiped": _l("Files wiped"),
    "files_kept": _l("Files kept for something else"),
    "files_waiting": _l("Files still to be wiped"),
    "code": _l("Archive number"),
    "volumes": _l("Number of volumes"),
    "years": _l("Years"),
    "kept_since": _l("Kept since"),
    "kept_until": _l("Kept until"),
    "outcome": _l("Outcome"),
    "opinions": _l("Opinions"),
    "hash": _l("Hash"),
}
PAPERS = {
    _kind(what): Paper(
        title=title,
        content=partial(_now, what),
        may_see=_may_see,
        fields=FIELDS,
        words={"state": DISPOSAL_TITLES, "seat": SEAT_TITLES, "outcome": OUTCOME_TITLES},
    )
    for what, title in TITLES.items()
}
