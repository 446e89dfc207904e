"""What is typed about dossiers: documents, what is put right, places, custodians, checklists."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.archive.dossiers.models.custody import CUSTODIAN_TITLES, LOCATION_TITLES
from crm.archive.dossiers.models.dossier import SECURITY_TITLES
from crm.archive.dossiers.models.template import CREDIT_KINDS, FORM_TITLES, KIND_TITLES, SCOPE_TITLES, Form
from crm.archive.dossiers.service.using import OTHER, PURPOSES, Purpose
from crm.dates import business_day, parse_date
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

LONG, SHORT, MOST_PAGES = 200, 60, 10_000
PAGES_HELP = _l("Every numbered face, covers included. Left empty, the pages measured in the file are taken.")
COUNTED = NumberRange(1, MOST_PAGES, _l("Count at least 1."))


def _text(label: Any, *, most: int = LONG, required: Any = None, **given: Any) -> Any:
    validators: list[Any] = [DataRequired(required)] if required else []
    return StringField(label, [*validators, Length(max=most)], **given)


class DocumentForm(BaseForm):
    """`slot` offers the checklist's documents; the title follows from it when none is typed."""

    slot = SelectField(_l("Document of the checklist"), [InputRequired(_l("Choose what document it is."))])
    title = _text(_l("Document title"), description=_l("Left empty, the checklist's."))
    responsible = _text(_l("Responsible party"), most=SHORT)
    doc_no = _text(_l("Document number"), most=SHORT)
    doc_date = DayField(_l("Date of the document"))
    pages = IntegerField(_l("Page count"), [Optional(), COUNTED], description=PAGES_HELP)
    sheets = IntegerField(_l("Sheets"), [Optional(), COUNTED], description=_l("Left empty, one for each page."))
    form = SelectField(_l("Original or copy"), default=Form.original.value)
    valid_until = DayField(_l("Valid until"))
    note = _text(_l("Remark"))
    file = FileField(_l("File"), description=_l("PDF, picture, Excel, Word or text, at most 25 MB."))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.form.choices = choices({form: FORM_TITLES[form] for form in (Form.original, Form.copy)})

    def validate_file(self, field: Any) -> None:
        """Empty page fields stop their own checks, so the question is asked here."""
        if not (field.data and field.data.filename) and not self.pages.data and not self.pages.errors:
            raise ValidationError(_l("Count the pages, or attach the file to have them measured."))


class FilingForm(DocumentForm):
    """Into a customer's dossier."""


class CorrectionForm(BaseForm):
    field = SelectField(_l("What is wrong"), [InputRequired(_l("Choose what is wrong."))])
    new = _text(_l("What it should say"), description=_l("Left empty, nothing is to stand there."))
    reason = _text(_l("Reason"), required=_l("Write the reason."))
    evidence = FileField(_l("Evidence"))

    def validate_new(self, field: Any) -> None:
        """A day is kept as the lists write it. Everything but a title may be empty."""
        if not field.data and self.field.data == "title":
            raise ValidationError(_l("Write what it should say."))
        if not field.data or self.field.data not in ("doc_date", "valid_until"):
            return
        try:
            from_text = parse_date(field.data, business_day())
        except ValueError as error:
            raise ValidationError(_l("Write a day such as 2026-11-23 or 11-23.")) from error
        field.data = from_text.isoformat()


class ClassForm(BaseForm):
    """密级, corrected to one of the classes."""

    new = SelectField(_l("Security class"), choices=choices(SECURITY_TITLES))
    reason = _text(_l("Reason"), required=_l("Write the reason."))
    evidence = FileField(_l("Evidence"))


class RemovalForm(BaseForm):
    reason = _text(_l("Reason"), required=_l("Write the reason."))
    receiver = _text(_l("Receiver"), required=_l("Write who gets it."))


class DecisionForm(BaseForm):
    version = VersionField()
    decision = TextAreaField(
        _l("Remark"), [Length(max=500)], description=_l("Needed when you refuse."), render_kw={"rows": 2}
    )


class AbsenceForm(BaseForm):
    reason = _text(_l("Reason"), required=_l("Write the reason."))


class VoidForm(BaseForm):
    reason = _text(_l("Reason"), required=_l("Write the reason."))


class AttachmentForm(BaseForm):
    title = _text(_l("Title"), required=_l("Write what it is."))
    owner = _text(_l("Belongs to"), required=_l("Write whose it is."))
    copies = IntegerField(_l("Copies"), [InputRequired(_l("Count at least 1.")), NumberRange(1, 1000)], default=1)
    note = _text(_l("Remark"))


class ReleaseForm(BaseForm):
    released_to = _text(_l("Given to"), required=_l("Write who took it."))
    receipt = _text(_l("Receipt"), required=_l("Write the receipt's number or where it lies."))
    file = FileField(_l("Scan of the receipt"))


class FileForm(BaseForm):
    file = FileField(_l("File"), [DataRequired(_l("Choose the file."))])
    replaces = SelectField(_l("Replaces"), coerce=int)


class CustodyForm(BaseForm):
    version = VersionField()
    location_id = SelectField(_l("Place"), coerce=int)
    home = BooleanField(_l("It belongs there from now on"))
    holder_id = SelectField(_l("Or into the hands of"), coerce=int)
    cause = SelectField(_l("Why"))

    def validate_holder_id(self, field: Any) -> None:
        if bool(field.data) == bool(self.location_id.data):
            raise ValidationError(_l("Choose either a place or a person."))


class LocationForm(BaseForm):
    kind = SelectField(_l("Kind"), choices=choices(LOCATION_TITLES))
    parent_id = SelectField(_l("Lies in"), coerce=int)
    code = _text(_l("Place name"), most=SHORT, required=_l("Write the place's name, such as A柜."))
    note = _text(_l("Remark"))


class LocationEditForm(BaseForm):
    version = VersionField()
    code = _text(_l("Place name"), most=SHORT, required=_l("Write the place's name, such as A柜."))
    note = _text(_l("Remark"))
    in_use = BooleanField(_l("In use"))


def _counted() -> Any:
    told = _l("Needed when somebody hands over: count what is there, do not copy the books.")
    return IntegerField(_l("Counted at the hand-over"), [Optional(), NumberRange(0, 10_000_000)], description=told)


def _explained() -> Any:
    return _text(_l("Remark"), description=_l("Needed when the count differs from the books."))


class AppointmentForm(BaseForm):
    role = SelectField(_l("Custodian's office"), choices=choices(CUSTODIAN_TITLES))
    user_id = SelectField(_l("Who"), coerce=int)
    starts = DayField(_l("From"), [InputRequired(_l("Write the first day."))])
    counted, remark = _counted(), _explained()


class AppointmentEndForm(BaseForm):
    ends = DayField(_l("Until, not including"), [InputRequired(_l("Write the day."))])
    counted, remark = _counted(), _explained()


class TemplateForm(BaseForm):
    version = VersionField()
    title = _text(_l("Title"), required=_l("Write the title."))


class SectionForm(BaseForm):
    title = _text(_l("Title"), required=_l("Write the title."))
    position = IntegerField(_l("Place"), [Optional(), NumberRange(1, 99)], description=_l("1 is the first."))


class SlotForm(BaseForm):
    title = _text(_l("Title"), required=_l("Write the title."))
    position = IntegerField(_l("Place"), [Optional(), NumberRange(1, 99)], description=_l("1 is the first."))
    required = BooleanField(_l("Must be there"))
    several = BooleanField(_l("There may be several"), default=True)
    form = SelectField(_l("Original or copy"), choices=choices(FORM_TITLES), default=Form.either.value)
    signed_by = _text(_l("Signatures it needs"), most=SHORT)
    is_contract = BooleanField(_l("A contract: gets a number derived from the dossier's"))
    is_title = BooleanField(_l("A title document: only a copy is filed, the original goes to the vault"))
    code = _text(
        _l("Filing code"), most=40, description=_l("What other desks file by; keep it when you only change the title.")
    )


class PolicyForm(BaseForm):
    scope = SelectField(_l("For"), choices=choices(SCOPE_TITLES))
    title = _text(_l("Title"), required=_l("Write the title."))
    effective_from = DayField(_l("In force from"), [InputRequired(_l("Write the first day."))])
    summary = TextAreaField(_l("What is new"), [Length(max=1000)])


class LedgerForm(BaseForm):
    """Which part of a day's ledger is printed with proof."""

    day = DayField(_l("Day"), [InputRequired(), NotLater()])
    kind = SelectField(_l("Kind"), choices=choices({kind: KIND_TITLES[kind] for kind in CREDIT_KINDS}))
    year = IntegerField(_l("Year"), [InputRequired(_l("Write the year of the numbers.")), NumberRange(1990, 2200)])


class UseForm(BaseForm):
    """What something filed is needed for (P-04)."""

    purpose = RadioField(
        _l("What for"),
        [InputRequired(_l("Choose what it is needed for."))],
        description=_l("Asked once a day for each dossier: what you open or print in it later today is noted so too."),
    )
    note = _text(_l("Details"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.purpose.choices = PURPOSES.choices()

    def validate_note(self, field: Any) -> None:
        if self.purpose.data == OTHER and not field.data:
            raise ValidationError(_l("Write what it is needed for."))

    @property
    def said(self) -> Purpose:
        return Purpose(self.purpose.data, self.note.data or "")


class DayForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False  # a question in the address

    day = DayField(_l("Day"), [NotLater()])
