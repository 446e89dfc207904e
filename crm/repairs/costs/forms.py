"""What is typed on a worker's phone: lines of a job, a quote, and what the customer said to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TextInput

from crm.repairs.costs.lines import MOST, Line
from crm.repairs.orders.models import AGREED_TITLES, LINE_TITLES, AgreedBy, LineKind
from crm.repairs.stock.models import StockItem
from crm.web.amounts import MoneyField, QuantityField
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, choices

ROWS, MOST_ROWS = 30, 200  # of one quote, more where more is proposed; the first three stand open
NO_FILL = {"autocomplete": "off"}
MATERIALS = {"list": "materials", **NO_FILL}  # the store's, to choose from while one types
HOW_MANY, NAME_IT, PRICE_IT = _l("Write how many."), _l("Write what it is called."), _l("Write the price.")


def _key() -> HiddenField:
    return HiddenField(validators=[DataRequired(), Length(max=64)])


def _quantity(label: Any) -> QuantityField:
    return QuantityField(label, [InputRequired(HOW_MANY)], render_kw=NO_FILL)


def _price(label: Any) -> MoneyField:
    return MoneyField(label, [InputRequired(PRICE_IT)], render_kw=NO_FILL)


def _figure(field: Any) -> Decimal:
    """Of a form that was found valid."""
    figure: Decimal = field.data
    return figure


def label_of(item: StockItem) -> str:
    return f"{item.code} {item.name}"


class _LineForm(BaseForm):
    def validate_quantity(self, field: Any) -> None:
        if field.data is not None and not 0 < field.data <= MOST:
            raise ValidationError(_("Write how many, more than nought."))

    def validate_price(self, field: Any) -> None:
        if field.data is not None and field.data > MOST:
            raise ValidationError(_("The sum is too large. Look at the number of zeros."))

    def _typed(self, kind: LineKind, measure: str = "") -> Line:
        fields: Any = self
        name, quantity, price = fields.name.data or "", _figure(fields.quantity), _figure(fields.price)
        return Line(kind=kind, name=name, quantity=quantity, measure=measure, price=price)


class StockLineForm(_LineForm):
    key = _key()
    item_id = SelectField(_l("Material"), coerce=lambda value: int(value) if value else 0)
    quantity = _quantity(_l("How many"))

    def offer(self, items: Sequence[StockItem]) -> None:
        titles = {item.id: f"{label_of(item)} · {item.price:,.2f}/{item.measure}" for item in items}
        self.item_id.choices = choices(titles, empty=_("Please choose"))
        self.items = {item.id: item for item in items}

    def validate_item_id(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose the material."))

    @property
    def line(self) -> Line:
        return of_stock(self.items[self.item_id.data], _figure(self.quantity))


class OtherLineForm(_LineForm):
    key = _key()
    name = StringField(_l("Material"), [DataRequired(NAME_IT), Length(max=100)], render_kw=NO_FILL)
    quantity = _quantity(_l("How many"))
    measure = StringField(_l("Measure"), [Length(max=10)], description=_l("Such as 个, 米 or 套."))
    price = _price(_l("Price of one (yuan)"))

    @property
    def line(self) -> Line:
        return self._typed(LineKind.material, self.measure.data or "")


class LabourLineForm(_LineForm):
    key = _key()
    name = StringField(_l("Work done"), [DataRequired(NAME_IT), Length(max=100)], render_kw=NO_FILL)
    quantity = _quantity(_l("Hours"))
    price = _price(_l("Price of an hour (yuan)"))

    @property
    def line(self) -> Line:
        return self._typed(LineKind.labour)


def of_stock(item: StockItem, quantity: Decimal, price: Decimal | None = None) -> Line:
    own = item.price if price is None else price
    return Line(
        kind=LineKind.material, name=item.name, quantity=quantity, measure=item.measure, price=own, item_id=item.id
    )


class QuoteLineForm(_LineForm):
    """One line of a quote; an empty one is none. A material of the store has its own price unless another is typed."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token

    kind = SelectField(_l("Kind"), choices=choices(LINE_TITLES), default=LineKind.material.value)
    name = StringField(_l("Material or work"), [Length(max=140)], render_kw=MATERIALS)
    quantity = QuantityField(_l("How many, or hours"), render_kw=NO_FILL)
    measure = StringField(_l("Measure"), [Length(max=10)])
    price = MoneyField(_l("Price of one (yuan)"), render_kw=NO_FILL)
    items: Sequence[StockItem] = ()

    @property
    def is_used(self) -> bool:
        return bool(self.name.data or self.quantity.typed or self.price.typed)

    @property
    def item(self) -> StockItem | None:
        """The store's material that the text names, by code or as it was offered."""
        if self.kind.data != LineKind.material.value:
            return None
        typed = (self.name.data or "").casefold()
        named = (item for item in self.items if typed in (item.code.casefold(), label_of(item).casefold()))
        return next(named, None)

    def validate_name(self, field: Any) -> None:
        if self.is_used and not field.data:
            raise ValidationError(str(NAME_IT))

    def validate_quantity(self, field: Any) -> None:
        super().validate_quantity(field)
        if self.is_used and field.data is None and not field.typed:
            raise ValidationError(str(HOW_MANY))

    def validate_price(self, field: Any) -> None:
        super().validate_price(field)
        if self.is_used and field.data is None and not field.typed and self.item is None:
            raise ValidationError(str(PRICE_IT))

    @property
    def line(self) -> Line:
        if item := self.item:
            return of_stock(item, _figure(self.quantity), self.price.data)
        if self.kind.data == LineKind.labour.value:
            return self._typed(LineKind.labour)
        return self._typed(LineKind.material, self.measure.data or "")


class QuoteForm(BaseForm):
    key = _key()
    lines = FieldList(FormField(QuoteLineForm), min_entries=ROWS, max_entries=MOST_ROWS)
    note = TextAreaField(
        _l("Remark for the customer"), [Length(max=500)], description=_l("Such as how long the price holds.")
    )

    def offer(self, items: Sequence[StockItem]) -> None:
        for entry in self.lines:
            entry.form.items = items

    @property
    def used(self) -> list[QuoteLineForm]:
        return [entry.form for entry in self.lines if entry.form.is_used]

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [
            (number, field) for number, entry in enumerate(self.lines, start=1) for field in entry.form if field.errors
        ]


class _AnswerForm(BaseForm):
    """`edition`: the one that the page shows."""

    key = _key()
    edition = IntegerField(widget=TextInput(input_type="hidden"), validators=[InputRequired()])
    how = RadioField(_l("How"), choices=choices(AGREED_TITLES))
    person = StringField(
        _l("Who of the household"), [DataRequired(_l("Write who it was.")), Length(max=60)], render_kw=NO_FILL
    )


class ConsentForm(_AnswerForm):
    how = RadioField(_l("How"), choices=choices(AGREED_TITLES), default=AgreedBy.signature.value)
    drawing = DrawingField()
    words = StringField(_l("In which words"), [Length(max=300)])
    proof = FileField(_l("Proof"), description=_l("A picture of the signature or the message, a scan of the paper."))


class DeclineForm(_AnswerForm):
    how = RadioField(
        _l("How"),
        choices=choices({way: title for way, title in AGREED_TITLES.items() if way is not AgreedBy.signature}),
        default=AgreedBy.in_person.value,
    )
    words = StringField(_l("Why not"), [DataRequired(_l("Write what the customer said.")), Length(max=300)])
