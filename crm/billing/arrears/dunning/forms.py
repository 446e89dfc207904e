"""What is typed about steps, exclusions and the end of a dispute."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.billing.arrears.dunning.models import STEP_KINDS, WRITTEN, StepKind
from crm.billing.arrears.dunning.rules import Rule
from crm.billing.arrears.dunning.wording import fault_of
from crm.dates import business_day
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, VersionField, choices

NO_FILL = {"autocomplete": "off"}


def _days(label: Any, least: int, most: int, description: Any = "") -> IntegerField:
    told = _l("Write whole days, from %(least)s to %(most)s.", least=least, most=most)
    needed = [InputRequired(told), NumberRange(least, most, told)]
    return IntegerField(label, needed, description=description, render_kw=NO_FILL)


class StepForm(BaseForm):
    version = VersionField()
    kind = SelectField(_l("What is done"), choices=choices(STEP_KINDS))
    name = StringField(_l("Name of the step"), [DataRequired(_l("Write what people call it.")), Length(max=40)])
    days = _days(_l("From how many days overdue"), 1, 3650, _l("The days give the order of the steps."))
    least = MoneyField(
        _l("From what sum (yuan)"),
        [InputRequired(_l("Write the sum; 0 for any."))],
        description=_l("Of what is overdue and not disputed."),
        render_kw=NO_FILL,
    )
    gap = _days(_l("Days after the step before"), 0, 365, _l("At least so many; 0 for none."))
    spares_matters = BooleanField(_l("Not while something of ours is open with the customer"))
    pay_within = _days(_l("A letter asks for payment within so many days"), 1, 90)
    subject = StringField(_l("Subject of the letter"), [Length(max=60)])
    body = TextAreaField(_l("Words of the letter"), [Length(max=4000)])

    @property
    def is_written(self) -> bool:
        return self.kind.data in {kind.value for kind in WRITTEN}

    def validate_subject(self, field: Any) -> None:
        self._expect_words(field)

    def validate_body(self, field: Any) -> None:
        self._expect_words(field)

    def _expect_words(self, field: Any) -> None:
        if not self.is_written:
            return
        if not field.data:
            raise ValidationError(_("A letter needs its subject and its words."))
        if fault := fault_of(field.data):
            raise ValidationError(fault)

    @property
    def rule(self) -> Rule:
        names = ("name", "days", "least", "gap", "spares_matters", "pay_within", "subject", "body")
        return Rule(kind=StepKind(self.kind.data), **{name: self[name].data for name in names})


class CopyForm(BaseForm):
    source_id = SelectField(_l("Estate"), coerce=int)


class RetireForm(BaseForm):
    version = VersionField()


class ExcludeForm(BaseForm):
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)],
        description=_l("Such as: hardship agreed with the street office; the estate's manager talks to them."),
    )
    until = DayField(_l("Last day"), description=_l("Left empty, until somebody ends it."))

    def validate_until(self, field: Any) -> None:
        if field.data and field.data < business_day():
            raise ValidationError(_("The last day must not lie in the past."))


class EndForm(BaseForm):
    version = VersionField()
    reason = TextAreaField(_l("Why it ends"), [DataRequired(_l("Write why it ends.")), Length(max=300)])
