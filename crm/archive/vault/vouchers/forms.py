"""What is typed about a voucher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crm.archive.vault.models import Purpose, VoucherLine
from crm.archive.vault.models.voucher import PURPOSE_TITLES
from crm.steps.forms import StepForm
from crm.web.forms import BaseForm, DayField, choices, id_in
from crm.web.identities import IdNumberField

ASKED = {each: title for each, title in PURPOSE_TITLES.items() if each is not Purpose.receipt}


class AskForm(BaseForm):
    purpose = SelectField(_l("Purpose"), [InputRequired(_l("Choose what for."))])
    document_ids = SelectMultipleField(
        _l("Title documents"),
        [InputRequired(_l("Choose the documents that are to be moved."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=300)], render_kw={"rows": 2}
    )
    authority = StringField(
        _l("By what authority"),
        [
            DataRequired(_l("Write by what it moves, such as an approval or a court's order with its number.")),
            Length(max=200),
        ],
    )
    receiver = StringField(
        _l("Who takes it outside"), [Length(max=100)], description=_l("By name and office; empty for what comes in.")
    )
    back_on = DayField(_l("Back by"), description=_l("Of what is out for a time only."))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.purpose.choices = choices(ASKED, _l("Choose"))


class DecideForm(StepForm):
    outcome = RadioField(
        _l("Decision"),
        [InputRequired(_l("Decide: approve or refuse."))],
        choices=choices({"approve": _l("Approve"), "refuse": _l("Do not approve")}),
    )
    words = TextAreaField(_l("Remark"), [Length(max=500)], render_kw={"rows": 3})

    def validate_words(self, field: TextAreaField) -> None:
        if self.outcome.data == "refuse" and not field.data:
            raise ValidationError(_l("Write why it is refused."))


class PlaceForm(StepForm):
    """One place for all documents of the voucher, and another for each that lies apart; made by `place_form`."""

    place = SelectField(_l("Safe or slot"))
    lines: Sequence[VoucherLine] = ()

    @property
    def numbers(self) -> dict[int, str]:
        """Line -> the number of a new certificate, "" where the old one came back."""
        named = {line.id: f"number_{line.id}" for line in self.lines}
        return {key: self[name].data or "" for key, name in named.items() if name in self}

    @property
    def places(self) -> dict[int, int]:
        """Line -> its place; without those that have none."""
        chosen = {line.id: id_in(self._own(line) or self.place.data) for line in self.lines}
        return {key: place for key, place in chosen.items() if place}

    def validate_place(self, field: SelectField) -> None:
        if not field.data and not all(self._own(line) for line in self.lines):
            raise ValidationError(_l("Choose where it is laid."))

    def _own(self, line: VoucherLine) -> str:
        return self[f"place_{line.id}"].data or "" if f"place_{line.id}" in self else ""


def place_form(lines: Sequence[VoucherLine], places: Mapping[int, str], *, back: bool = False) -> PlaceForm:
    """As they are laid already; a field of its own for each of several. `back`: each may have got a new number."""
    laid = [line.location_id for line in lines]
    common = next((key for key in laid if key), None)
    fields: dict[str, Any] = {}
    for line in lines if len(lines) > 1 else ():
        label = f"{line.document.certificate_no} {line.document.name}"
        fields[f"place_{line.id}"] = SelectField(label, choices=choices(places, _("As all")))
    for line in lines if back else ():
        fields[f"number_{line.id}"] = StringField(
            _("New certificate number instead of %(number)s", number=line.document.certificate_no),
            [Length(max=100)],
            description=_("Only where the registry issued another certificate: it replaces the old one."),
        )
    known = {f"number_{line.id}": line.new_certificate_no for line in lines if back}
    there = {f"place_{line.id}": str(line.location_id) for line in lines if line.location_id not in (None, common)}
    kind: type[PlaceForm] = type("PlacesForm", (PlaceForm,), {**fields, "lines": lines})
    made = kind(data={"place": str(common or ""), **there, **known})
    made.place.choices = choices(places, _("Choose"))
    if len(lines) > 1:
        made.place.description = _("Of all documents; what lies apart has its own below.")
    return made


class ReleaseForm(StepForm):
    receiver = StringField(_l("Receiver"), [DataRequired(_l("Write who receives it, by name.")), Length(max=100)])
    id_number = IdNumberField(_l("ID number as shown on the card"))
    power = FileField(_l("Power of attorney"), description=_l("Of a receiver who is neither the client nor the owner."))
    receipt = FileField(_l("Receipt signed by the receiver"))


class ConfirmForm(BaseForm):
    """`seen` is the hash of the voucher that was read; the password is given for this very word."""

    seen = HiddenField()
    beside = SelectField(_l("Who stands beside you"), description=_l("The bell rings there with a link."))
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )


class LongerForm(StepForm):
    until = DayField(_l("Back by"), [InputRequired(_l("Write the day by which it is back."))])
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=300)], render_kw={"rows": 2}
    )


class ScanForm(StepForm):
    scan = FileField(_l("Scan of the sheet signed in ink"))

    def validate_scan(self, field: FileField) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(_l("Choose the scan."))
