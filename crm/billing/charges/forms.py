"""What is typed about charge items, tariffs and shared costs."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.billing.arithmetic import Rounding
from crm.billing.charges.models import (
    BASIS_TITLES,
    LEGAL_TITLES,
    METER_TITLES,
    PAYER_TITLES,
    ROUNDING_TITLES,
    SHARED_TITLES,
    TERMS_TITLES,
    Basis,
    LegalBasis,
    Payer,
    SharedBy,
    Terms,
)
from crm.properties.models import USE_TITLES, UnitUse
from crm.web.amounts import MoneyField, PriceField, QuantityField
from crm.web.forms import BaseForm, DayField, MonthField, VersionField, choices

UNITS, ALL = "units", "all"
SCOPES = {
    ALL: _l("All units of the estate"),
    **{f"use-{use.value}": title for use, title in USE_TITLES.items()},
    UNITS: _l("Single units, written below"),
}


def use_of(scope: str) -> UnitUse | None:
    return UnitUse(scope.removeprefix("use-")) if scope.startswith("use-") else None


class ItemForm(BaseForm):
    """`estate_id` only of a new one."""

    version = VersionField()
    estate_id = SelectField(_l("Estate"), coerce=int)
    name = StringField(
        _l("Name of the item"), [DataRequired(_l("Write the name as it stands on bills.")), Length(max=40)]
    )
    basis = SelectField(
        _l("Charged by"), choices=choices(BASIS_TITLES), description=_l("Stays as it is once a price or bill stands.")
    )
    meter_kind = SelectField(
        _l("Which meter"),
        choices=choices(METER_TITLES, empty=_l("None")),
        description=_l("For what a meter counts, and for a cost shared by consumption."),
    )
    shared_by = SelectField(
        _l("How it is shared"),
        choices=choices(SHARED_TITLES, empty=_l("Not shared")),
        description=_l("For a shared cost only."),
    )
    payer = SelectField(_l("Who pays"), choices=choices(PAYER_TITLES), default=Payer.owner.value)
    rounding = SelectField(
        _l("Rounded"),
        choices=choices(ROUNDING_TITLES),
        default=Rounding.fen.value,
        description=_l("Stays as it is once a bill stands."),
    )
    due_day = IntegerField(
        _l("Due on day"),
        [InputRequired(_l("Write the day of the month.")), NumberRange(1, 28, _l("Write a day from 1 to 28."))],
        default=28,
    )
    position = IntegerField(_l("Place in lists"), [NumberRange(0, 999, _l("Write 0 to 999."))], default=0)
    note = TextAreaField(_l("Remark"), [Length(max=500)])

    def validate_meter_kind(self, field: Any) -> None:
        counted = self.basis.data == Basis.meter or self.shared_by.data == SharedBy.consumption
        if counted and not field.data:
            raise ValidationError(_("Choose the kind of meter."))
        if field.data and not counted:
            raise ValidationError(_("Only what a meter counts has a kind of meter: choose “None”."))

    def validate_shared_by(self, field: Any) -> None:
        if (self.basis.data == Basis.shared) != bool(field.data):
            raise ValidationError(
                _("Choose how the cost is shared.") if not field.data else _("Only a shared cost is shared.")
            )


class TariffForm(BaseForm):
    seen = HiddenField()  # what the effect was when it was shown
    scope = SelectField(_l("Of whom"), choices=choices(SCOPES))
    since = DayField(_l("From (day)"), [InputRequired(_l("Write from which day on it holds."))])
    terms = SelectField(_l("Terms"), choices=choices(TERMS_TITLES), default=Terms.priced.value)
    price = PriceField(_l("Price (yuan)"), description=_l("Of one of the quantity and a whole month; 6 decimals."))
    quantity = QuantityField(
        _l("Quantity"), description=_l("Only where it is not the unit's own: an area agreed in a contract, how many.")
    )
    legal_basis = SelectField(_l("What allows it"), choices=choices(LEGAL_TITLES), default=LegalBasis.contract.value)
    reference = StringField(_l("Number of the contract, filing or resolution"), [Length(max=120)])
    lines = TextAreaField(
        _l("Units"),
        [Length(max=100_000)],
        description=_l(
            "A line each, as copied from a sheet: 3-1-502, then its price and quantity where they are not those above."
        ),
    )
    note = StringField(_l("Remark"), [Length(max=200)])

    def validate_price(self, field: Any) -> None:
        if field.errors or field.typed:
            if self.terms.data != Terms.priced and field.data is not None:
                raise ValidationError(_("On these terms there is no price: leave it empty."))
        elif self.terms.data == Terms.priced and self.scope.data != UNITS:
            raise ValidationError(_("Write the price."))

    def validate_reference(self, field: Any) -> None:
        if self.terms.data == Terms.priced and not field.data:
            raise ValidationError(
                _("Write the number of the contract, the filing or the resolution that allows the price.")
            )

    def validate_terms(self, field: Any) -> None:
        if field.data == Terms.general and self.scope.data != UNITS:
            raise ValidationError(_("“As all others” is said of single units: choose them above."))

    def validate_lines(self, field: Any) -> None:
        if self.scope.data == UNITS and not (field.data or "").strip():
            raise ValidationError(_("Write the units, a line each."))
        if self.scope.data != UNITS and (field.data or "").strip():
            raise ValidationError(_("Choose “Single units” above, or leave the units empty."))


class SharedCostForm(BaseForm):
    period = MonthField(_l("Month"), [InputRequired(_l("Write the month."))])
    building_id = SelectField(_l("Building"), coerce=int, description=_l("Whose units share it."))
    total = MoneyField(_l("Sum (yuan)"), [InputRequired(_l("Write the sum."))])
    document = StringField(
        _l("Number of the invoice"), [DataRequired(_l("Write the number of the supplier's invoice.")), Length(max=120)]
    )
    file = FileField(_l("Invoice (scan or photograph)"))

    def validate_total(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("The sum must be more than nothing."))
