"""What is typed about deposits, in the order in which it is said at the counter."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
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

from crm.billing.ledger.models import AT_THE_COUNTER, METHOD_TITLES, Method
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

METHODS = {method: METHOD_TITLES[method] for method in AT_THE_COUNTER}
LINES = 8  # of one deduction; the first three stand open
NO_FILL = {"autocomplete": "off"}


def _key() -> HiddenField:
    return HiddenField(validators=[DataRequired(), Length(max=64)])


def _method(label: Any) -> RadioField:
    return RadioField(label, choices=choices(METHODS), default=Method.cash.value)


def _reason(label: Any = None, description: Any = "") -> StringField:
    told = [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=200)]
    return StringField(label or _l("Why"), told, description=description)


def _clause() -> StringField:
    return StringField(_l("Clause of the agreement"), [Length(max=120)], description=_l("Such as 装修协议第 6 条."))


def _photos() -> MultipleFileField:
    return MultipleFileField(_l("Photographs or papers"))


class _Sum(BaseForm):
    amount = MoneyField(_l("Sum (yuan)"), [InputRequired(_l("Write the sum."))], render_kw=NO_FILL)

    def validate_amount(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Write a sum, more than nought."))


class TakeForm(_Sum):
    """`key` holds off a second deposit from a double click."""

    key = _key()
    kind = SelectField(_l("What for"))
    amount = MoneyField(_l("Received (yuan)"), [InputRequired(_l("Write what was paid."))], render_kw=NO_FILL)
    method = _method(_l("Method"))
    payer = StringField(
        _l("Payer"),
        [DataRequired(_l("Write who paid: whoever paid gets it back.")), Length(max=60)],
        description=_l("Whoever stands here gets it back, such as the decorating firm that pays for the owner."),
    )
    unit_id = SelectField(_l("Unit"), coerce=lambda value: int(value) if value else None)
    taken_on = DayField(_l("Taken on"), [InputRequired(_l("Write the day.")), NotLater()])
    due_back_on = DayField(_l("Due back on"), description=_l("As agreed; left empty, when the unit is left."))
    agreement = StringField(_l("Number of the agreement"), [Length(max=60)])
    reference = StringField(_l("Reference"), [Length(max=60)], description=_l("Number of the transfer or the slip."))
    note = StringField(_l("Remark"), [Length(max=200)])

    def validate_due_back_on(self, field: Any) -> None:
        if field.data and self.taken_on.data and field.data < self.taken_on.data:
            raise ValidationError(_("It cannot be due back before it was taken."))


class LineForm(BaseForm):
    """One line of a deduction; an empty one is none. With a bill chosen the reason may stay empty."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token

    amount = MoneyField(_l("Sum (yuan)"), render_kw=NO_FILL)
    reason = StringField(_l("Why"), [Length(max=200)])
    clause = _clause()
    bill_id = SelectField(_l("Pays the bill"), coerce=lambda value: int(value) if value else None)
    photos = _photos()

    @property
    def is_used(self) -> bool:
        typed = self.amount.typed or self.reason.data or self.clause.data or self.bill_id.data
        return bool(typed or self.files)

    @property
    def files(self) -> list[Any]:
        return [file for file in self.photos.data or () if file and getattr(file, "filename", "")]

    def validate_amount(self, field: Any) -> None:
        if self.is_used and not field.errors and not field.process_errors and (field.data is None or field.data <= 0):
            raise ValidationError(_("Write a sum, more than nought."))

    def validate_reason(self, field: Any) -> None:
        if self.is_used and not field.data and not self.bill_id.data:
            raise ValidationError(_("Write why: it stands on the file for good."))


class DeductForm(BaseForm):
    key = _key()
    lines = FieldList(FormField(LineForm), min_entries=LINES, max_entries=LINES)

    @property
    def used(self) -> list[LineForm]:
        return [entry.form for entry in self.lines if entry.form.is_used]

    @property
    def has_files(self) -> bool:
        return any(line.files for line in self.used)

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [
            (number, field) for number, entry in enumerate(self.lines, start=1) for field in entry.form if field.errors
        ]


class RefundForm(_Sum):
    key = _key()
    payee = StringField(_l("Who gets it"), [DataRequired(_l("Write who gets the money.")), Length(max=60)])
    payee_reason = StringField(
        _l("Why somebody else than who paid"),
        [Length(max=200)],
        description=_l("Only where another gets it, with the paper that says so."),
    )
    method = _method(_l("How the money goes back"))
    reference = StringField(_l("Account it goes to"), [Length(max=100)], description=_l("Not for cash."))
    reason = _reason()
    photos = _photos()


class ForfeitForm(_Sum):
    key = _key()
    reason = _reason(_l("What was done against the agreement"))
    clause = _clause()
    photos = _photos()


class ReasonForm(BaseForm):
    key = _key()
    reason = _reason()


class DecideForm(BaseForm):
    version = VersionField()
    verdict = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose one of the two."))],
        choices=choices({"approve": _l("Approve"), "refuse": _l("Refuse")}),
    )
    remark = TextAreaField(_l("Remark"), [Length(max=300)], description=_l("Needed where it is refused."))

    def validate_remark(self, field: Any) -> None:
        if self.verdict.data == "refuse" and not field.data:
            raise ValidationError(_("Write why it is refused."))


class PayOutForm(BaseForm):
    version = VersionField()
    reference = StringField(_l("Reference"), [Length(max=100)], description=_l("Number of the transfer or the slip."))


class TieOutForm(BaseForm):
    day = DayField(_l("Day"), [InputRequired(_l("Write the day.")), NotLater()])
    bank = MoneyField(
        _l("Balance on the bank's statement (yuan)"), [InputRequired(_l("Write the balance."))], render_kw=NO_FILL
    )
    reference = StringField(
        _l("Number or page of the statement"),
        [DataRequired(_l("Write the number or page of the bank's statement.")), Length(max=60)],
    )
    explanation = TextAreaField(
        _l("Where a difference comes from"),
        [Length(max=500)],
        description=_l("Such as cash not paid in yet, a transfer under way, bank charges."),
    )
