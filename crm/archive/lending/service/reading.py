"""Reading a digital copy: by the borrower alone, until the last day, each time with a mark on every page and a line in
the register of use."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.archive.dossiers.service import Purpose, Used, note_use
from crm.archive.lending import queries, watermark
from crm.archive.lending.events import CopyRead
from crm.archive.lending.models import SLIP_TITLES, LendingSlip, SlipForm, SlipLine, SlipState
from crm.archive.lending.service.steps import follow
from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import business_day, utc_now
from crm.db import unit_of_work
from crm.errors import NotEntitled
from crm.files import store
from crm.web.templating import moment


def hindrance(slip: LendingSlip) -> str:
    """Why the acting person cannot read the copies now, or ""."""
    if slip.form is not SlipForm.digital:
        return _("The paper itself is lent on this slip.")
    if actor().user_id != slip.borrower_id:
        return _("Only whoever borrows reads the copy, on this slip.")
    if slip.state is SlipState.closed or (slip.state is SlipState.issued and slip.due_on < business_day()):
        return _("The time to read is over, since %(day)s. Write another slip.", day=slip.due_on.isoformat())
    if slip.state is not SlipState.issued:
        return _("The copy is read from the approval on. This slip is at: %(state)s.", state=SLIP_TITLES[slip.state])
    return ""


def read(slip: LendingSlip, line: SlipLine, rendition_id: int) -> bytes:
    """The file as PDF with name, slip and moment on every page; the original is never given."""
    if reason := hindrance(slip):
        raise NotEntitled(reason)
    upload = queries.get_file(line, rendition_id)
    mark = f"{slip.borrower.full_name} · {slip.number} · {moment(utc_now())}"
    return watermark.marked(store.read(upload), upload.stored.media_type, mark)


def note(slip: LendingSlip, line: SlipLine, rendition_id: int) -> None:
    """Each opening is a use, with the slip's purpose."""
    item = line.item
    used = Used(item_id=item.id, rendition_id=rendition_id, code=item.code or "", title=item.title)
    said = _("%(number)s: %(reason)s", number=slip.number, reason=slip.reason)
    note_use(line.dossier_id, used, Purpose(slip.purpose, said))
    about: dict[str, Any] = {"lending_slip_id": slip.id, "dossier_id": line.dossier_id, "item_id": item.id}
    told: dict[str, Any] = {
        "code": item.code or "",
        "title": item.title,
        "purpose": slip.purpose,
        "reason": slip.reason,
    }
    record(CopyRead(number=slip.number, rendition_id=rendition_id, **about, **told))


def end_copies() -> int:
    """Close those of which the last day has passed; how many."""
    with unit_of_work():
        over = queries.read_out(business_day())
        for slip in over:
            follow(slip, "end", closed_at=utc_now())
        return len(over)
