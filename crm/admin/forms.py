"""What administrators type."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from crm.auth.permissions import RoleName
from crm.auth.titles import ROLE_TITLES
from crm.policy.figures import LONGEST_TEXT, Figure
from crm.web.forms import BaseForm, DayField, VersionField, choices

EMAIL = r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$"


def _many(title: Any, needed: list[Any] | None = None, **given: Any) -> SelectMultipleField:
    """Several of a list, each with a box to tick."""
    boxes: dict[str, Any] = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
    return SelectMultipleField(title, needed, **boxes, **given)


def _number(text: Any) -> int | None:
    return int(text) if text else None


class AccountForm(BaseForm):
    version = VersionField()
    full_name = StringField(_l("Full name"), [DataRequired(_l("Enter the person's name.")), Length(max=40)])
    email = StringField(
        _l("E-mail"), [Length(max=120), Regexp(EMAIL, message=_l("Write an address such as name@example.cn."))]
    )
    department_id = SelectField(_l("Department"), coerce=_number)
    all_estates = BooleanField(_l("Sees every estate, later ones too"))
    estates = _many(_l("Estates"), coerce=int, description=_l("Only counts when not every estate is ticked above."))
    supervises = _many(_l("Supervised departments"), coerce=int, description=_l("Approves for these departments."))


class NewAccountForm(AccountForm):
    username = StringField(
        _l("User name"),
        [
            DataRequired(_l("Enter a user name.")),
            Length(max=40),
            Regexp(r"^[A-Za-z0-9._-]+$", message=_l("Use letters, digits, dots, hyphens and underlines only.")),
        ],
        description=_l("For signing in; it cannot be changed later."),
    )
    roles = _many(
        _l("Roles"), [DataRequired(_l("Choose at least one role."))], coerce=RoleName, choices=choices(ROLE_TITLES)
    )


class RolesForm(BaseForm):
    version = VersionField()
    roles = _many(
        _l("Roles"), [DataRequired(_l("Choose at least one role."))], coerce=RoleName, choices=choices(ROLE_TITLES)
    )


class StepForm(BaseForm):
    """A button that does one thing."""

    version = VersionField()


class DepartmentForm(BaseForm):
    version = HiddenField()  # the name it was opened on
    name = StringField(_l("Department"), [DataRequired(_l("Enter the department's name.")), Length(max=40)])


class FigureForm(BaseForm):
    """`version` names the value entered last when the form was opened."""

    version = VersionField()
    valid_from = DayField(
        _l("Valid from"),
        [DataRequired(_l("Enter the first day it holds."))],
        description=_l("Today or later. Until then the present value holds."),
    )
    basis = StringField(
        _l("Basis"),
        [DataRequired(_l("Write what the decision rests on.")), Length(max=200)],
        description=_l("Who decided, on what paper: a minute, a contract clause, a law."),
    )
    confirmed = BooleanField(_l("The company has confirmed it"))


def figure_form(figure: Figure[Any], **given: Any) -> FigureForm:
    """The form with a field for this figure's kind of value."""
    bound: type[FigureForm] = type("FigureForm", (FigureForm,), {"value": _value_field(figure)})
    return bound(**given)


def _value_field(figure: Figure[Any]) -> Any:
    title = _l("New value")
    needed = [DataRequired(_l("Enter a value."))]
    if figure.choices:
        return SelectField(title, choices=choices(figure.choices))
    if isinstance(figure.default, bool):
        return SelectField(title, choices=choices({"true": _l("Yes"), "false": _l("No")}))
    if isinstance(figure.default, str):
        return TextAreaField(title, [Length(max=LONGEST_TEXT)])
    return StringField(title, needed, description=figure.unit)


class EntryForm(BaseForm):
    version = VersionField()
    title = StringField(_l("Title"), [DataRequired(_l("Enter a title.")), Length(max=60)])
    active = BooleanField(_l("In use"), description=_l("Out of use it is offered no more; what has it keeps it."))


class NewEntryForm(BaseForm):
    title = StringField(_l("Title"), [DataRequired(_l("Enter a title.")), Length(max=60)])


class LogForm(FlaskForm):  # type: ignore[misc]
    """The query bar of the operation log; it stands in the address."""

    class Meta:
        csrf = False

    who = SelectField(_l("Who"), default="")
    kind = SelectField(_l("Event"), default="")
    subject = SelectField(_l("About"), default="")
    number = IntegerField(_l("Its number"), [Optional(), NumberRange(min=1, message=_l("Write a number from 1 on."))])
    since = DayField(_l("From the day"))
    until = DayField(_l("To the day"))
    request_id = StringField(_l("Number on the error page"), [Length(max=40)])

    def validate_subject(self, field: SelectField) -> None:
        if bool(field.data) != bool(self.number.data):
            raise ValidationError(_l("Choose what it is about and write its number, both together."))


def options(titles: Any, empty: Any) -> list[SelectChoice]:
    """A list whose first option takes the filter away."""
    return choices(titles, empty)
