"""What is typed about a group, a kind of work and a paper."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from crm.renovations.works.models import ASKED_TITLES, RenovationPaperKind
from crm.renovations.works.titles import FORM_TITLES, SLOT_TITLES
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, VersionField, choices

NAME = [DataRequired(_l("Enter a name for it.")), Length(max=40)]
MOST_DAYS = 365


def boxes(title: Any, description: Any = "") -> SelectMultipleField:
    """Several of a list, each with a box; ids."""
    return SelectMultipleField(
        title,
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=description,
    )


class GroupForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME)


class WorkForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME, description=_l("As it is said, such as 阳台封闭."))
    deposit = MoneyField(
        _l("Deposit proposed (yuan)"),
        description=_l("Of several kinds of work the most counts; empty or 0: none."),
        default=Decimal(0),
    )
    days = IntegerField(
        _l("Days proposed"),
        [InputRequired(_l("Write how many days.")), NumberRange(min=1, max=MOST_DAYS)],
        default=90,
    )
    alters_structure = BooleanField(_l("Walls, slabs or shared pipes are altered: each is asked for by itself (D08)"))
    wets = BooleanField(_l("Wet work: a water test is part of the checks"))
    required = boxes(_l("Papers without which nothing goes on"))
    further = boxes(_l("Papers asked for where they fit"))

    def offer(self, kinds: Iterable[RenovationPaperKind]) -> None:
        offered = {each.id: each.title for each in kinds if each.active}
        self.required.choices = self.further.choices = choices(offered)

    @property
    def papers(self) -> dict[int, bool]:
        needed: list[int] = self.required.data or []
        return {**dict.fromkeys(self.further.data or [], False), **dict.fromkeys(needed, True)}

    def validate_deposit(self, field: Any) -> None:
        if field.data is not None and field.data < 0:
            raise ValidationError(_("Write a sum, nought or more."))


class PaperForm(BaseForm):
    version = VersionField()
    title = StringField(_l("What it is called"), NAME, description=_l("Such as 装修设计图."))
    advice = StringField(
        _l("What must stand on it"), [Length(max=200)], description=_l("Said to whoever is to bring it.")
    )
    asked = SelectField(_l("When it is asked for"), choices=choices(ASKED_TITLES))
    form = SelectField(_l("Form we print for it"), choices=choices(FORM_TITLES, empty=_l("None: theirs")))
    slot = SelectField(_l("Filed under"), choices=choices(SLOT_TITLES))
