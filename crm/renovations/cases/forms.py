"""What goes with a renovation and its steps, in the order a person says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length

from crm.calls.forms import NumberField
from crm.properties.forms import AREA
from crm.renovations.cases.models import DECISION_TITLES, Decision
from crm.renovations.cases.service import File
from crm.renovations.works.forms import boxes
from crm.steps.forms import ReasonForm, StepForm
from crm.violations.cases.photos import chosen
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, WithinYears, choices

NO_FILL = {"autocomplete": "off"}
SCANS = {"accept": "image/*,application/pdf", "multiple": True}
LINES = 4  # of fees charged at once
WRITE_DAY = _l("Write the day.")
VERDICTS = {each: DECISION_TITLES[each] for each in (Decision.approved, Decision.refused)}


def scans(label: Any, description: Any = None) -> MultipleFileField:
    several = _l("PDF or pictures, several at once: they become one paper.")
    return MultipleFileField(label, description=description or several, render_kw=SCANS)


def files_of(field: Any) -> list[File]:
    return [File(file.read(), file.filename) for file in chosen(field)]


def _key() -> HiddenField:
    return HiddenField(validators=[Length(max=64)])


def _day(label: Any, **given: Any) -> DayField:
    return DayField(label, [InputRequired(WRITE_DAY), WithinYears(3)], **given)


class PlanForm(BaseForm):
    """What is to be built, by whom and when."""

    work_ids = boxes(_l("Works"), _l("The papers and the deposit depend on it."))
    description = TextAreaField(
        _l("What is done, in words"),
        [DataRequired(_l("Write what is done, as it is to stand on the permit.")), Length(max=500)],
        description=_l("Such as: kitchen and bathroom anew, floor of the living room."),
    )
    area = DecimalField(_l("Area rebuilt (m²)"), AREA, places=2, render_kw=NO_FILL)
    contractor = StringField(
        _l("Building firm"), [Length(max=100)], description=_l("The firm's name; empty: they build it themselves.")
    )
    contractor_licence = StringField(_l("Licence number"), [Length(max=60)], render_kw=NO_FILL)
    contractor_lead = StringField(_l("Who leads the site"), [Length(max=40)], render_kw=NO_FILL)
    contractor_phone = NumberField(_l("Telephone of the site"), render_kw=NO_FILL)
    contact = StringField(_l("Contact"), [Length(max=40)], description=_l("Empty: the applicant."), render_kw=NO_FILL)
    contact_phone = NumberField(
        _l("Telephone of the contact"), description=_l("Empty: the number in the customer's file."), render_kw=NO_FILL
    )
    starts_on = _day(_l("Begins on"))
    ends_on = _day(_l("Ends on"))

    def validate_work_ids(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Tick what is done: the papers and the deposit depend on it."))

    def validate_ends_on(self, field: Any) -> None:
        starts = self["starts_on"].data
        if field.data and starts and field.data < starts:
            raise ValidationError(_("The last day cannot lie before the first."))


class ChangeForm(StepForm, PlanForm):
    groups: Sequence[tuple[str, list[Any]]] = ()  # of the boxes, to be drawn


class ExamineForm(StepForm):
    conditions = TextAreaField(
        _l("Conditions"), [Length(max=500)], description=_l("They stand on the permit; empty: as it was applied for.")
    )


class SignForm(StepForm):
    files = scans(_l("The signed agreement (D05)"))
    agreed_on = DayField(_l("Signed on"), [InputRequired(WRITE_DAY), NotLater()])
    deposit = MoneyField(_l("Deposit agreed on (yuan)"), [InputRequired(_l("Write a sum, nought or more."))])
    deposit_reason = StringField(
        _l("Why less than the works propose"),
        [Length(max=200)],
        description=_l("Only where it is less, or none at all."),
    )

    def validate_deposit(self, field: Any) -> None:
        if field.data is not None and field.data < 0:
            raise ValidationError(_("Write a sum, nought or more."))

    def validate_files(self, field: Any) -> None:
        if not chosen(field):
            raise ValidationError(_("Choose the scan of the signed agreement first."))


class PermitForm(StepForm):
    valid_from = _day(_l("Valid from"))
    valid_to = _day(_l("Valid to"), description=_l("That day included."))
    owed_reason = StringField(
        _l("Why it is issued before all fees are paid"),
        [Length(max=200)],
        description=_l("Only where fees are still owed."),
    )


class BeginForm(StepForm):
    day = DayField(_l("Begun on"), [InputRequired(WRITE_DAY), NotLater()])


class ExtendForm(ReasonForm):
    until = _day(_l("Extended to"), description=_l("That day included."))


class PaperForm(BaseForm):
    """Brought, or not needed for a reason."""

    key = _key()
    files = scans(_l("The paper"))
    note = StringField(_l("Remark"), [Length(max=200)])
    reason = StringField(
        _l("Not needed, because"), [Length(max=200)], description=_l("Only where the paper does not come at all.")
    )

    def validate_reason(self, field: Any) -> None:
        brought = bool(chosen(self["files"]))
        if brought and field.data:
            raise ValidationError(_("Either the paper came, or it is not needed: leave one of the two empty."))
        if not brought and not field.data:
            raise ValidationError(_("Choose the scan, or write why the paper is not needed."))


class AlterationForm(BaseForm):
    key = _key()
    place = StringField(
        _l("Place"),
        [DataRequired(_l("Write where it is.")), Length(max=100)],
        description=_l("Such as: wall between kitchen and living room."),
    )
    what = StringField(
        _l("What is altered"),
        [DataRequired(_l("Write what is altered.")), Length(max=200)],
        description=_l("Such as: opening of 90 cm, brick wall of 12 cm taken down."),
    )
    bears = BooleanField(_l("It carries load"))
    files = scans(_l("Plan drawing"), _l("For what carries load: of whoever may design it, with the seal."))

    def validate_files(self, field: Any) -> None:
        if self["bears"].data and not chosen(field):
            raise ValidationError(_("It carries load: add the drawing of whoever may design it."))


class VerdictForm(BaseForm):
    version = VersionField()
    decision = RadioField(_l("Decision"), [InputRequired(_l("Choose one."))], choices=choices(VERDICTS))
    words = TextAreaField(_l("Words"), [Length(max=300)], description=_l("Needed where it is turned down."))

    def validate_words(self, field: Any) -> None:
        if self["decision"].data == Decision.refused.value and not field.data:
            raise ValidationError(_("Write why it is turned down."))


class FeeForm(BaseForm):
    """One fee; an empty one is none."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token

    item_id = SelectField(_l("Charge item"), coerce=lambda value: int(value) if value else 0, default=0)
    amount = MoneyField(_l("Sum (yuan)"), render_kw=NO_FILL)

    @property
    def is_used(self) -> bool:
        return bool(self.item_id.data or self.amount.typed)

    def validate_item_id(self, field: Any) -> None:
        if self.is_used and not field.data:
            raise ValidationError(_("Choose what the sum is for."))

    def validate_amount(self, field: Any) -> None:
        if self.is_used and not field.errors and (field.data is None or field.data <= 0):
            raise ValidationError(_("Write a sum, more than nought."))


class FeesForm(BaseForm):
    """Sent once to see what will be charged, and once more to charge it."""

    key = _key()
    lines = FieldList(FormField(FeeForm), min_entries=LINES, max_entries=LINES)
    due_on = _day(_l("Due on"))

    def offer(self, items: dict[int, str]) -> None:
        for entry in self.lines:
            entry.form.item_id.choices = choices(items, empty=_("Please choose"))

    @property
    def used(self) -> list[FeeForm]:
        return [entry.form for entry in self.lines if entry.form.is_used]

    @property
    def line_faults(self) -> Iterable[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [(number, f) for number, entry in enumerate(self.lines, start=1) for f in entry.form if f.errors]


class TieForm(BaseForm):
    deposit_id = RadioField(_l("Deposit"), [InputRequired(_l("Choose a deposit."))], coerce=int)
