"""What the storekeeper types."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.repairs.stock.queries import Held, van_owners
from crm.web.amounts import MoneyField, QuantityField
from crm.web.forms import BaseForm, VersionField, choices

NO_FILL = {"autocomplete": "off"}
STORE = "store"
FACTS = ("code", "name", "measure", "price", "least", "active")


class ItemForm(BaseForm):
    version = VersionField()
    code = StringField(_l("Code"), [DataRequired(_l("Write the code.")), Length(max=40)], render_kw=NO_FILL)
    name = StringField(_l("Name of the material"), [DataRequired(_l("Write the name.")), Length(max=100)])
    measure = StringField(
        _l("Measure"),
        [DataRequired(_l("Write what it is counted in.")), Length(max=10)],
        description=_l("Such as 个, 米 or 套."),
    )
    price = MoneyField(
        _l("Price of one (yuan)"),
        [InputRequired(_l("Write the price."))],
        description=_l("What a customer pays."),
        render_kw=NO_FILL,
    )
    least = QuantityField(
        _l("At least in the store"),
        description=_l("Below it the list marks the material. Empty: never."),
        render_kw=NO_FILL,
    )
    active = BooleanField(_l("In use"), default=True)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self[name].data for name in FACTS} | {"least": self.least.data or Decimal(0)}


class _QuantityForm(BaseForm):
    """`key` holds off a second movement from a double click."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    quantity = QuantityField(_l("How many"), [InputRequired(_l("Write how many."))], render_kw=NO_FILL)
    note = StringField(_l("Remark"), [Length(max=200)])

    def validate_quantity(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Write how many, more than nought."))


class ReceiveForm(_QuantityForm):
    note = StringField(_l("Remark"), [Length(max=200)], description=_l("Such as the supplier and the slip's number."))


class MoveForm(BaseForm):
    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    way = RadioField(
        _l("Which way"),
        choices=choices({"to_van": _l("From the store into a van"), "to_store": _l("From a van back to the store")}),
        default="to_van",
    )
    worker_id = SelectField(_l("Whose van"), coerce=int)
    quantity = QuantityField(_l("How many"), [InputRequired(_l("Write how many."))], render_kw=NO_FILL)
    note = StringField(_l("Remark"), [Length(max=200)])

    def offer(self, places: list[Held]) -> None:
        """Everybody who does repairs, and whoever still has some of it."""
        self.worker_id.choices = choices(_vans(places))

    validate_quantity = _QuantityForm.validate_quantity


class CountForm(BaseForm):
    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    place = SelectField(_l("Where"))
    quantity = QuantityField(_l("How many are there"), [InputRequired(_l("Write how many."))], render_kw=NO_FILL)
    note = StringField(_l("Remark"), [Length(max=200)], description=_l("Why the book was wrong, where it is known."))

    def offer(self, places: list[Held]) -> None:
        self.place.choices = choices({STORE: _("Store"), **_vans(places)})

    @property
    def van_of_id(self) -> int | None:
        return None if self.place.data == STORE else int(self.place.data)


def _vans(places: list[Held]) -> Mapping[int, str]:
    having = {place.user_id: place.who for place in places if place.user_id is not None}
    return van_owners() | having
