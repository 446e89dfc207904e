"""The base of every form, and fields that take what people type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from babel.support import NullTranslations
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import Select
from wtforms import BooleanField, Field, FileField, HiddenField, IntegerField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import TextInput

from crm.dates import business_day, months_later, parse_date, parse_month
from crm.db import Versioned, session, wholly
from crm.errors import DomainError, IllegalTransition
from crm.web.language import words_of_forms

LONGEST_ID = 10  # digits from which on it is none of ours


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved the thing after the form was opened: `stored` has each differing field's value now, in words."""

    stored: dict[str, str]
    by: str
    at: datetime | None


class BaseForm(FlaskForm):  # type: ignore[misc]
    """Strips blanks; a field in error keeps what was typed. `version` guards edits against a second tab."""

    conflict: Conflict | None = None

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            if issubclass(unbound_field.field_class, StringField) and not issubclass(
                unbound_field.field_class, HiddenField
            ):
                filters = [*unbound_field.kwargs.get("filters", ()), _stripped]
                return unbound_field.bind(form=form, filters=filters, **_without_filters(unbound_field, options))
            return unbound_field.bind(form=form, **options)

        def get_translations(self, form: Any) -> NullTranslations:
            return words_of_forms()

    def validate(self, extra_validators: Any = None) -> bool:
        self._take_over()
        valid: bool = super().validate(extra_validators)
        return valid

    def _take_over(self) -> None:
        """The fields ticked in the comparison get the stored value instead of what was typed."""
        for name in request.form.getlist("take") if self.is_submitted() else ():
            if name in self:
                field = self[name]
                field.process(None, field.object_data)
                field.raw_data = ["" if field.data is None else str(field.data)]


def _without_filters(unbound_field: Any, options: dict[str, Any]) -> dict[str, Any]:
    unbound_field.kwargs.pop("filters", None)
    return options


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def attempt(form: BaseForm, act: Callable[..., Any], *arguments: Any, **given: Any) -> Any:
    """What `act` returns, or True; None when it refused: then the reason stands above the form, with what was typed,
    and nothing stands of what it had done by then."""
    try:
        with wholly():
            made = act(*arguments, **given)
    except DomainError as refusal:
        form.form_errors.append(str(refusal))
        return None
    return True if made is None else made


def hindered(form: BaseForm, reason: str) -> bool:
    """Whether something hinders the step: said at once, or above the form with what was typed when it was sent."""
    if reason and not form.is_submitted():
        raise IllegalTransition(reason)
    if reason:
        form.form_errors.append(reason)
    return bool(reason)


def stand_on(form: BaseForm, thing: Versioned) -> None:
    """A fresh form carries the state it was opened on."""
    if not form.is_submitted():
        form["version"].data = thing.version


def opened_on(form: BaseForm, thing: Versioned) -> bool:
    """Whether the form was opened on the present state; else it says so and stands on it, with what was typed."""
    if attempt(form, thing.expect_version, form["version"].data):
        return True
    form["version"].process(None, thing.version)
    form["version"].raw_data = None
    return False


class Stand(Protocol):
    """A row, or anything else of which forms carry the state they were opened on."""

    @property
    def version(self) -> object: ...


def is_current(form: BaseForm, thing: Stand, history: Select[Any] | None = None, fields: Collection[str] = ()) -> bool:
    """Whether the form was opened on the thing's present state; else the form compares what differs, field by field.

    The form then stands on the present state: sent again, it saves. `history` are the log's entries about the thing,
    newest first; `fields` those of the form that show what is stored, all unless some are named.
    """
    if form["version"].data == thing.version:
        return True
    by, at = _last_saver(history)
    form.conflict = Conflict(_differing(form, fields), by, at)
    form["version"].process(None, thing.version)
    form["version"].raw_data = None
    return False


def _differing(form: BaseForm, fields: Collection[str]) -> dict[str, str]:
    compared = [
        field
        for field in form
        if not isinstance(field, HiddenField | VersionField | FileField) and (not fields or field.name in fields)
    ]
    return {
        field.name: _in_words(field, field.object_data)
        for field in compared
        if _comparable(field.data) != _comparable(field.object_data)
    }


def _comparable(value: Any) -> Any:
    """What is ticked counts in any order; nothing is nothing."""
    return (frozenset(value) if isinstance(value, list | tuple | set) else value) or None


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(_in_words(field, item) for item in value)
    if isinstance(field, BooleanField):
        return _("Yes") if value else _("No")
    if hasattr(field, "coerce") and value is not None:
        offered = {field.coerce(choice.value): choice.label for choice in field.iter_choices()}
        return str(offered.get(field.coerce(value), value))
    return "" if value is None else str(value)


def _last_saver(history: Select[Any] | None) -> tuple[str, datetime | None]:
    """Who changed the thing last, as far as the log says; looking at it and printing it change nothing."""
    for entry in session().scalars(history.limit(20)) if history is not None else ():
        if entry.data.keys() & {"changes", "old", "new"}:
            return entry.actor, entry.at
    return "", None


def form_page(
    form: BaseForm, title: str, back: str, template: str = "_layout/form.html", **context: Any
) -> ResponseReturnValue:
    """The form on a page of its own; `back` is where Cancel leads."""
    page = render_template(template, form=form, title=title, back=back, **context)
    return page, 409 if form.conflict else 422 if form.is_submitted() else 200


def choices(titles: Mapping[Any, Any], empty: Any = None) -> list[SelectChoice]:
    """The options of a list, from code or id to title; `empty` is the text of the first, unchosen one."""
    offered = [SelectChoice(getattr(key, "value", key), title) for key, title in titles.items()]
    return offered if empty is None else [SelectChoice("", empty), *offered]


def offered(field: Any) -> Any:
    """What was chosen of what the field offers, None for anything else: parts of a page ask before it is checked."""
    return field.data if field.data in {field.coerce(choice.value) for choice in field.iter_choices()} else None


def id_in(text: str) -> int | None:
    """The id that an address or a form carries; None where it is none of ours, such as words or too long a number."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_ID else None


class VersionField(IntegerField):
    """Hidden; the state of the row the form was opened on, sent empty by the form for something new."""

    widget = TextInput(input_type="hidden")

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([text for text in valuelist if text])


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
            self.data = parse_date(self.typed, business_day())
        except ValueError as error:
            raise ValueError(_("Write a day such as 2026-11-23 or 11-23.")) from error


class MonthField(DayField):
    """A month as people type it (2026-11, 202611, 11月, 上月); its value is the first day."""

    def _value(self) -> str:
        return self.typed or (self.data.isoformat()[:7] if self.data else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: date | None = None
        self.typed = valuelist[0].strip() if valuelist else ""
        if not self.typed:
            return
        try:
            self.data = parse_month(self.typed, business_day())
        except ValueError as error:
            raise ValueError(_("Write a month such as 2026-11.")) from error


class WithinYears:
    """The day must not lie further ahead than so many years: a slip of the finger."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: BaseForm, field: DayField) -> None:
        if field.data and field.data > months_later(business_day(), 12 * self.most):
            raise ValidationError(_("The day lies more than %(most)s years ahead.", most=self.most))


class NotLater:
    """The day must not lie in the future."""

    def __call__(self, form: BaseForm, field: DayField) -> None:
        if field.data and field.data > business_day():
            raise ValidationError(_("The day must not be later than today."))
