"""What is typed at the counter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.billing.cashier.models import SIZE_TITLES
from crm.billing.ledger.models import AT_THE_COUNTER, METHOD_TITLES, Method
from crm.money import to_fen
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

FACES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)  # fen of the notes and coins in use
METHODS = {method: METHOD_TITLES[method] for method in AT_THE_COUNTER}
OTHER_METHODS = tuple(method for method in AT_THE_COUNTER if method is not Method.cash)


class PayForm(BaseForm):
    """`key` holds off a second payment, `stand` is the state of the account it was opened on, `said` the credit that
    was told before (fen)."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    stand = HiddenField()
    said = HiddenField()
    bill = SelectMultipleField(_l("Lines"), coerce=int, validate_choice=False)
    amount = MoneyField(_l("Sum received"), description=_l("Empty: the sum of the ticked lines."))
    method = RadioField(_l("Method"), choices=choices(METHODS), default=Method.cash.value)
    given = MoneyField(_l("Cash handed over"), description=_l("For the change, if you like."))
    paid_on = DayField(_l("Day of payment"), [DataRequired(_l("Write the day.")), NotLater()])
    reference = StringField(_l("Reference"), [Length(max=60)], description=_l("Number of the transfer or the slip."))
    payer = StringField(_l("Payer"), [Length(max=60)], description=_l("If it is not the customer."))
    note = StringField(_l("Remark"), [Length(max=120)])

    def validate_amount(self, field: MoneyField) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Write what was paid, more than nought."))

    def validate_given(self, field: MoneyField) -> None:
        if field.data and self.method.data != Method.cash:
            raise ValidationError(_("Only for cash."))


class ReasonForm(BaseForm):
    reason = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])


class PrintForm(BaseForm):
    size = RadioField(_l("Paper"), choices=choices(SIZE_TITLES))
    reason = StringField(_l("Why again"), [Length(max=120)])


class CountForm(BaseForm):
    """Blind: it shows nothing of what should be there."""

    version = VersionField()
    estate_id = SelectField(_l("Estate"), coerce=int)
    cash = MoneyField(_l("Cash in all"), description=_l("Without the change you always keep in the drawer."))
    transfer = MoneyField(METHOD_TITLES[Method.transfer])
    wechat = MoneyField(METHOD_TITLES[Method.wechat])
    alipay = MoneyField(METHOD_TITLES[Method.alipay])
    pos = MoneyField(METHOD_TITLES[Method.pos])

    @property
    def piece_fields(self) -> list[tuple[Decimal, Any]]:
        return [(Decimal(face) / 100, self[f"piece_{face}"]) for face in FACES]

    @property
    def pieces(self) -> dict[int, int]:
        return {face: self[f"piece_{face}"].data or 0 for face in FACES}

    @property
    def pieces_sum(self) -> Decimal:
        return sum((face * field.data for face, field in self.piece_fields if field.data), Decimal(0))

    @property
    def sums(self) -> dict[Method, Decimal]:
        """What was counted by pieces is the cash."""
        counted = {method: self[method.value].data or Decimal(0) for method in AT_THE_COUNTER}
        return counted | {Method.cash: self.cash.data if self.cash.data is not None else self.pieces_sum}

    def validate_cash(self, field: MoneyField) -> None:
        if field.data is not None and self.pieces_sum and to_fen(field.data) != to_fen(self.pieces_sum):
            raise ValidationError(
                _("The notes and coins come to %(sum)s yuan. Correct one of the two.", sum=f"{self.pieces_sum:,.2f}")
            )


def _piece(face: int) -> IntegerField:
    rule = NumberRange(min=0, max=100_000, message=_l("Write how many, a whole number."))
    return IntegerField(f"{Decimal(face) / 100:f}", [Optional(), rule])


for each in FACES:
    setattr(CountForm, f"piece_{each}", _piece(each))


class ExplainForm(BaseForm):
    version = VersionField()
    explanation = TextAreaField(
        _l("Where the difference comes from"),
        [DataRequired(_l("Write where the difference comes from, as far as you know.")), Length(max=500)],
    )


class SignForm(BaseForm):
    version = VersionField()
    remark = TextAreaField(_l("Remark"), [Length(max=500)])
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )
