"""What is typed about bills, payments and requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from crm.billing.ledger.grounds import Ground, grounds_of
from crm.billing.ledger.models import AT_THE_COUNTER, METHOD_TITLES
from crm.dates import business_day
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, VersionField, choices

SUM = InputRequired(_l("Write the sum."))
DAY = InputRequired(_l("Write the day."))
NO_FILL = {"autocomplete": "off"}
LONGEST_CREDIT = timedelta(days=366)


def _why(label: Any = _l("Reason"), description: Any = _l("It stands on the file for good.")) -> TextAreaField:
    return TextAreaField(label, [DataRequired(_l("Write the reason.")), Length(max=300)], description=description)


def _sum(description: Any = "") -> MoneyField:
    return MoneyField(_l("Sum (yuan)"), [SUM], description=description, render_kw=NO_FILL)


class ReasonForm(BaseForm):
    reason = _why()


class BulkWaiverForm(BaseForm):
    reason = _why(description=_l("Asked for on each bill, of all that is open. Somebody else decides."))


class AskForm(ReasonForm):
    """For a write-off, to make a bill void, to take a payment back: always the whole sum."""

    evidence = FileField(_l("Evidence (scan or photograph)"))


class WaiverForm(BaseForm):
    amount = _sum(_l("At most what is open."))
    reason = _why()
    evidence = FileField(_l("Evidence (scan or photograph)"))


class RefundForm(BaseForm):
    amount = _sum(_l("At most what is in credit."))
    method = SelectField(
        _l("How the money goes back"), choices=choices({method: METHOD_TITLES[method] for method in AT_THE_COUNTER})
    )
    reference = StringField(_l("Account or reference"), [Length(max=120)], render_kw=NO_FILL)
    reason = _why()
    evidence = FileField(_l("Evidence (scan or photograph)"))


class ChargeForm(BaseForm):
    """`last_seen` is the customer's newest bill when the form was opened: sent twice, it charges once."""

    last_seen = IntegerField(widget=HiddenInput(), default=0)
    item_id = SelectField(_l("Charge"), coerce=int)
    amount = _sum()
    due_on = DayField(_l("Due on"), [DAY])
    unit_id = SelectField(_l("Unit"))
    note = StringField(
        _l("What for"), [DataRequired(_l("Write what it is for: it stands on the bill.")), Length(max=120)]
    )

    def validate_amount(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("The sum must be more than nothing."))

    def validate_due_on(self, field: Any) -> None:
        if field.data and field.data < business_day():
            raise ValidationError(_("The day must not lie in the past."))
        if field.data and field.data > business_day() + LONGEST_CREDIT:
            raise ValidationError(_("The day is more than a year away. Look at the year."))


class DisputeForm(BaseForm):
    """`waits_for` is offered where something of ours is open with the customer."""

    reason = _why(_l("What the customer says"), _l("Until then the line is left out of payments and letters."))
    until = DayField(_l("Last day of the dispute"), [DAY])
    waits_for = SelectField(
        _l("It waits for"), description=_l("Once that is closed the dispute ends by itself, before its last day.")
    )

    def offer(self, customer_id: int) -> None:
        """What of ours is open with the customer; nothing is asked where nothing is or was."""
        self.grounds = grounds_of(customer_id)
        if self.grounds or self.waits_for.data:
            titles = {key: ground.about for key, ground in self.grounds.items()}
            self.waits_for.choices = choices(titles, empty=_("Nothing of ours"))
        else:
            del self.waits_for

    @property
    def ground(self) -> Ground | None:
        """The one chosen."""
        return self.grounds.get(self.waits_for.data or "") if "waits_for" in self else None

    def validate_until(self, field: Any) -> None:
        if field.data and field.data < business_day():
            raise ValidationError(_("The day must not lie in the past."))


class ReleaseForm(BaseForm):
    outcome = TextAreaField(_l("How it ended"), [DataRequired(_l("Write how it ended.")), Length(max=300)])


class SplitForm(BaseForm):
    day = DayField(
        _l("First day of the buyer"), [DAY], description=_l("The days before it stay with the present customer.")
    )
    buyer_id = SelectField(_l("Buyer"), coerce=int)


class ApproveForm(BaseForm):
    version = VersionField()
    remark = TextAreaField(_l("Remark"), [Length(max=300)])


class RefuseForm(BaseForm):
    version = VersionField()
    remark = TextAreaField(_l("Why it is refused"), [DataRequired(_l("Write why it is refused.")), Length(max=300)])


class WithdrawForm(BaseForm):
    version = VersionField()


class CloseForm(BaseForm):
    """`month` is the one that was shown: another may be next by the time the form is sent."""

    month = HiddenField()
    until = SelectField(
        _l("Close up to"),
        [Optional()],
        description=_l("Several months at once, as after a history was taken over: each keeps figures of its own."),
    )
