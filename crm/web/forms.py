"""The base of every form, and fields that take what people type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, StringField, ValidationError
from wtforms.widgets import TextInput

from crm.dates import parse_date, today
from crm.errors import DomainError


class BaseForm(FlaskForm):  # type: ignore[misc]
    """Strips blanks; a field in error keeps what was typed. `version` guards edits against a second tab."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            if issubclass(unbound_field.field_class, StringField) and not issubclass(
                unbound_field.field_class, HiddenField
            ):
                filters = [*unbound_field.kwargs.get("filters", ()), _stripped]
                return unbound_field.bind(form=form, filters=filters, **_without_filters(unbound_field, options))
            return unbound_field.bind(form=form, **options)


def _without_filters(unbound_field: Any, options: dict[str, Any]) -> dict[str, Any]:
    unbound_field.kwargs.pop("filters", None)
    return options


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def attempt(form: BaseForm, act: Callable[..., Any], *arguments: Any, **given: Any) -> Any:
    """What `act` returns, or True; None when it refused: then the reason stands above the form, with what was typed."""
    try:
        made = act(*arguments, **given)
    except DomainError as refusal:
        form.form_errors.append(str(refusal))
        return None
    return True if made is None else made


def form_page(
    form: BaseForm, title: str, back: str, template: str = "_layout/form.html", **context: Any
) -> ResponseReturnValue:
    """The form on a page of its own; `back` is where Cancel leads."""
    page = render_template(template, form=form, title=title, back=back, **context)
    return page, 422 if form.is_submitted() else 200


class VersionField(IntegerField):
    """Hidden; the state of the row the form was opened on."""

    widget = TextInput(input_type="hidden")


class DayField(Field):
    """A day as people type it (2026-11-23, 20261123, 11-23, 明天); keeps a wrong text and says what to do."""

    widget = TextInput()
    typed = ""

    def _value(self) -> str:
        return self.typed or (self.data.isoformat() if self.data else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: date | None = None
        self.typed = valuelist[0].strip() if valuelist else ""
        if not self.typed:
            return
        try:
            self.data = parse_date(self.typed, today(current_app.config["SETTINGS"].timezone))
        except ValueError as error:
            raise ValueError(_("Write a day such as 2026-11-23 or 11-23.")) from error


class NotLater:
    """The day must not lie in the future."""

    def __call__(self, form: BaseForm, field: DayField) -> None:
        if field.data and field.data > today(current_app.config["SETTINGS"].timezone):
            raise ValidationError(_("The day must not be later than today."))
