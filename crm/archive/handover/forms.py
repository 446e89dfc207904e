"""What A, B, the archivist and those who decide enter, in the order in which it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.archive.dossiers.forms import DocumentForm
from crm.archive.dossiers.models import TemplateSection, TemplateSlot
from crm.archive.dossiers.models.template import FORM_TITLES, Form
from crm.archive.dossiers.service import ItemFacts
from crm.archive.handover.content import line_hash
from crm.archive.handover.models import LineKind
from crm.archive.handover.service.auditing import Tick
from crm.archive.handover.service.supplements import Wanted
from crm.archive.handover.standing import Standing, line_name
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

COUNTED = {"inputmode": "numeric"}


class ItemForm(BaseForm):
    version = VersionField()
    place = SelectField(_l("Document of the checklist"), [InputRequired(_l("Choose where it belongs."))])
    title = StringField(_l("Title"), [DataRequired(_l("Write the title as it stands on the paper.")), Length(max=200)])
    pages = IntegerField(
        _l("Page count"),
        [InputRequired(_l("Count the pages, covers included.")), NumberRange(1, 9999, _l("One page at least."))],
        description=_l("Every numbered face, covers included."),
    )
    sheets = IntegerField(
        _l("Sheets"),
        [InputRequired(_l("Count the sheets of paper.")), NumberRange(1, 9999, _l("One sheet at least."))],
    )
    form = SelectField(
        _l("Original or copy"), choices=choices({key: FORM_TITLES[key] for key in (Form.original, Form.copy)})
    )
    responsible = StringField(_l("Responsible party"), [Length(max=100)])
    doc_no = StringField(_l("Document number"), [Length(max=100)])
    doc_date = DayField(_l("Date of the document"))
    original_no = StringField(_l("Contract number as signed"), [Length(max=100)])
    note = StringField(_l("Remark"), [Length(max=200)])
    scan = FileField(_l("Scan"), description=_l("PDF or picture. Its pages are counted and shown beside yours."))

    def offer(self, sections: Sequence[TemplateSection]) -> None:
        """Every document of the checklist in its order, and what is none of them."""
        offered: dict[str, Any] = {}
        for section in sections:
            for slot in section.slots:
                offered[f"{section.id}:{slot.id}"] = f"{section.position}. {section.title} · {slot.title}"
            offered[f"{section.id}:0"] = f"{section.position}. {section.title} · {_('another document')}"
        self.place.choices = choices(offered)

    @property
    def facts(self) -> ItemFacts:
        section_id, slot_id = (int(part) for part in self.place.data.split(":"))
        return ItemFacts(
            section_id=section_id,
            slot_id=slot_id or None,
            title=self.title.data or "",
            pages=self.pages.data or 0,
            sheets=self.sheets.data or 0,
            responsible=self.responsible.data or "",
            doc_no=self.doc_no.data or "",
            doc_date=self.doc_date.data,
            form=Form(self.form.data),
            note=self.note.data or "",
            original_no=self.original_no.data or "",
        )


class StepForm(BaseForm):
    """A step that needs nothing but one's word."""

    version = VersionField()


class ReasonForm(StepForm):
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=500)], render_kw={"rows": 3}
    )


class NeedlessForm(ReasonForm):
    """`needless` says which of the two was asked on the page, whatever another tab has done since."""

    needless = HiddenField()


class SignForm(BaseForm):
    """`seen` is the hash of the list that was read; the password is given for this very signature."""

    seen = HiddenField()
    drawing = DrawingField()
    picture = FileField(
        _l("Picture of the signature"), description=_l("Where it cannot be drawn here: a photograph or scan of it.")
    )
    scan = FileField(_l("Scan of the list signed in ink"), description=_l("Where the paper was signed by hand."))
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )


class ReceiveForm(SignForm):
    received_on = DayField(_l("Received on"), [InputRequired(_l("Write the day of receipt.")), NotLater()])


class LateForm(DocumentForm):
    """A document that comes after filing; the password is the archivist's signature."""

    original_no = StringField(_l("Contract number as signed"), [Length(max=100)])
    giver_id = SelectField(_l("Brought by"), coerce=int)
    giver = StringField(
        _l("Name, if from outside"),
        [Length(max=60)],
        description=_l("Whoever has no account signs the printed slip in ink; its scan is attached afterwards."),
    )
    reason = StringField(_l("Why it comes later"), [DataRequired(_l("Write the reason.")), Length(max=200)])
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )

    def facts(self, slot: TemplateSlot, measured: int | None) -> ItemFacts:
        """`measured`: the pages found in the file, where none were counted."""
        pages = self.pages.data or measured or 1
        return ItemFacts(
            section_id=slot.section_id,
            slot_id=slot.id,
            title=self.title.data or slot.title,
            pages=pages,
            sheets=self.sheets.data or pages,
            responsible=self.responsible.data or "",
            doc_no=self.doc_no.data or "",
            doc_date=self.doc_date.data,
            form=Form(self.form.data),
            note=self.note.data or "",
            original_no=self.original_no.data or "",
            valid_until=self.valid_until.data,
        )

    def validate_giver(self, field: StringField) -> None:
        if bool(self.giver_id.data) == bool(field.data and field.data.strip()):
            raise ValidationError(_l("Choose who brought it, or write the name of somebody from outside."))


class ProvideForm(BaseForm):
    version = VersionField()
    words = TextAreaField(
        _l("What was brought"),
        [DataRequired(_l("Write what was brought, and where it lies.")), Length(max=500)],
        render_kw={"rows": 3},
    )


class RecheckForm(BaseForm):
    version = VersionField()
    found = RadioField(
        _l("Result"),
        [InputRequired(_l("Say what you found."))],
        choices=choices({"verify": _l("In order"), "bounce": _l("Still missing")}),
    )
    reason = TextAreaField(_l("What is still wrong"), [Length(max=500)], render_kw={"rows": 3})

    def validate_reason(self, field: TextAreaField) -> None:
        if self.found.data == "bounce" and not field.data:
            raise ValidationError(_("Write what is still wrong with it."))


class WaiveForm(BaseForm):
    version = VersionField()
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write why it may stay missing.")), Length(max=500)], render_kw={"rows": 3}
    )


class PostponeForm(BaseForm):
    new_due = DayField(_l("New due date"), [InputRequired(_l("Write the new due date."))])
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write why more time is needed.")), Length(max=500)], render_kw={"rows": 3}
    )


class DecideForm(BaseForm):
    version = VersionField()
    outcome = RadioField(
        _l("Decision"),
        [InputRequired(_l("Decide: approve or refuse."))],
        choices=choices({"approve": _l("Approve"), "refuse": _l("Do not approve")}),
    )
    words = TextAreaField(_l("Remark"), [Length(max=500)], render_kw={"rows": 3})

    def validate_words(self, field: TextAreaField) -> None:
        if self.outcome.data == "refuse" and not field.data:
            raise ValidationError(_("Write why it is refused."))


class RegisterPeriodForm(BaseForm):
    since = DayField(_l("From"), [Optional()])
    until = DayField(_l("To"), [Optional()])

    def period(self, today: date) -> tuple[date, date]:
        """Both days inclusive; up to today and from the beginning of that year on where a day is left out."""
        until = self.until.data or today
        return self.since.data or date(until.year, 1, 1), until


def ticks(standing: Standing, needs_signature: Mapping[int, bool]) -> dict[int, Tick]:
    """What was ticked on the page, line by line; a line whose document needs no signature passes with its match."""
    sent, found = request.form, {}
    for line in standing.lines:
        key = line["item_id"]
        if f"read-{key}" not in sent:
            continue
        matches = f"matches-{key}" in sent
        found[key] = Tick(
            read=sent[f"read-{key}"],
            matches=matches,
            signed=f"signed-{key}" in sent if needs_signature.get(key) else matches,
            note=sent.get(f"note-{key}", "").strip()[:200],
        )
    return found


def read_marks(standing: Standing) -> dict[int, str]:
    """The hash each line is read under."""
    return {line["item_id"]: line_hash(line) for line in standing.lines}


def wanted(standing: Standing, empty_slots: Mapping[int, str]) -> list[Wanted]:
    """What B marked as missing: of each document in the dossier its signature or itself, and documents not there."""
    sent, found = request.form, []
    for line in standing.lines:
        key = line["item_id"]
        words = sent.get(f"words-item-{key}", "").strip()[:300]
        if (kind := sent.get(f"item-{key}", "")) in LineKind.__members__:
            name = f"{line_name(line)}{_(': ') + words if words else ''}"
            found.append(Wanted(kind=LineKind(kind), wanted=name, item_id=key))
    for slot_id, title in empty_slots.items():
        words = sent.get(f"words-slot-{slot_id}", "").strip()[:300]
        if f"slot-{slot_id}" in sent:
            name = f"{title}{_(': ') + words if words else ''}"
            found.append(Wanted(kind=LineKind.missing_document, wanted=name, slot_id=slot_id))
    if other := sent.get("other", "").strip()[:300]:
        found.append(Wanted(kind=LineKind.missing_document, wanted=other))
    return found


def places(standing: Standing) -> dict[int, int]:
    """The place of each document in its section, where a number was written."""
    found = {}
    for line in standing.lines:
        written = request.form.get(f"place-{line['item_id']}", "").strip()
        if written.isdecimal() and len(written) <= 4 and int(written) > 0:
            found[line["item_id"]] = int(written)
    return found


def day_or_none(field: DayField) -> date | None:
    day: date | None = field.data
    return day
