"""What is ticked, chosen and written about a transfer list."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from crm.archive.vault.transfers.service import Compared
from crm.archive.vault.transfers.standing import Standing
from crm.web.forms import BaseForm, VersionField, id_in

LONGEST_NOTE = 200


class IssueForm(BaseForm):
    """The documents are chosen by boxes of the page."""


class WithdrawForm(BaseForm):
    version = VersionField()
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)],
        render_kw={"rows": 3},
    )


def chosen() -> set[int]:
    keys = (id_in(text) for text in request.form.getlist("title"))
    return {key for key in keys if key is not None}


def compared(standing: Standing) -> dict[int, Compared]:
    """The lines of the page on which anything was ticked or written."""
    sent, found = request.form, {}
    for line in standing.lines:
        ticks = {name: f"{name}-{line.id}" in sent for name in ("name", "certificate_no", "quantity")}
        note = sent.get(f"note-{line.id}", "").strip()[:LONGEST_NOTE]
        if note or any(ticks.values()):
            found[line.id] = Compared(**ticks, note=note)
    return found
