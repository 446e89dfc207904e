"""函件: a letter of ours as it goes out, the register sheet of one that came in, and both as they are filed (P-12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, url_for
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.correspondence.letters import matters, queries, service
from crm.correspondence.letters.history import step_title
from crm.correspondence.letters.models import (
    FILE_TITLES,
    LETTER_KINDS,
    STATE_TITLES,
    WAY_TITLES,
    Direction,
    FileRole,
    Letter,
    LetterFile,
    LetterState,
    LetterStep,
)
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import business_day, business_day_of
from crm.db import session
from crm.files import store
from crm.files.pictures import in_pages
from crm.tenants.closing import Paper
from crm.web import pdf

SLOTS = {Direction.incoming: "letter_in", Direction.outgoing: "letter_out"}


def letter(found: Letter, proofs: Sequence[Any] = ()) -> bytes:
    """A letter of ours in Chinese, whoever prints it; with `proofs` it says how it was brought. What it is about may
    have a form of its own."""
    content: Any = found.content
    with force_locale("zh_CN"):
        if own := matters.papers.get(found.about_kind):
            return own(found, proofs)
        return pdf.document(
            "letters/letter.html",
            content=content,
            paragraphs=in_paragraphs(content["body"]),
            company=content["company"],
            void=found.state is LetterState.void,
            proofs=titled(proofs),
            code=_code(found),
        )


def titled(proofs: Sequence[Any]) -> list[tuple[Any, Any, Any]]:
    """Each entry with its way and what came of it in words."""
    return [(CHANNEL_TITLES[each.channel], ARRIVAL_TITLES[each.arrival], each) for each in proofs]


def sheet(found: Letter) -> bytes:
    """收文登记表: what came in, and what became of it."""
    with force_locale("zh_CN"):
        return pdf.document(
            "letters/sheet.html",
            letter=found,
            estate=found.estate,
            kind=LETTER_KINDS.title_of(found.kind),
            way=WAY_TITLES[found.way] if found.way else "",
            state=STATE_TITLES[found.state],
            replies=queries.replies_to(found.id),
            files=[(FILE_TITLES[each.role], each) for each in queries.files_of(found.id)],
            steps=[(step_title(step), step) for step in queries.steps_of(found.id)],
            code=_code(found),
            printed_on=business_day(),
            clerk=g.actor.name,
        )


def _code(found: Letter) -> Any:
    return pdf.qr(url_for("correspondence.show", letter_id=found.id, _external=True))


def printed(found: Letter) -> bytes:
    return letter(found) if found.content is not None else sheet(found)


def keep_letter(found: Letter) -> LetterFile:
    """As it is mailed: pressed and kept once. Asked for twice at once, the second waits and finds the first."""
    service.STEPS.hold(found)
    standing = session().scalars(
        select(LetterFile).filter_by(key=f"letter-{found.id}-paper").options(joinedload(LetterFile.upload))
    )
    if known := standing.one_or_none():
        return known
    name = f"{found.number}.pdf"
    return service.add_file(found, letter(found), name, FileRole.paper, f"letter-{found.id}-paper")


# For the dossier


def closed(letter_id: int) -> Paper:
    """The letter with what proves that it arrived, or why nothing does, or the register sheet; the scans are bound
    behind it."""
    found = queries.get_letter(letter_id)
    first = letter(found, queries.ENTRIES.live(found.id)) if found.content is not None else sheet(found)
    step = queries.step_unproved(found)
    why = [unproved(found, step)] if step else []
    scans = [as_pages(each) for each in queries.files_of(found.id) if each.role is not FileRole.paper]
    return Paper(
        slot=SLOTS[found.direction],
        title=found.subject,
        number=found.number,
        day=business_day_of(found.registered_at),
        estate_id=found.estate_id,
        customer_ids=[found.customer.kept_id] if found.customer else [],
        content=pdf.joined([first, *why, *scans]) if why or scans else first,
    )


def unproved(found: Letter, step: LetterStep) -> bytes:
    with force_locale("zh_CN"):
        return pdf.document(
            "letters/unproved.html",
            letter=found,
            estate=found.estate,
            step=step,
            code=_code(found),
            printed_on=business_day(),
            clerk=g.actor.name,
        )


def as_pages(file: LetterFile) -> bytes:
    """A scan as PDF. `upload` loaded."""
    return in_pages(store.read(file.upload))
