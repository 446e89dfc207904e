"""Why a number is shown in full: a reason of the feature's list, with details. The log keeps the reason's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.web.forms import BaseForm

Trail = Sequence[tuple[str, str]]  # words and address of the pages above, from the top


def reason_field(**given: Any) -> SelectField:
    return SelectField(_l("What for"), [InputRequired(_l("Choose what the number is needed for."))], **given)


class ReasonedForm(BaseForm):
    """A feature's form adds `reason`."""

    note = StringField(_l("Details"), [Length(max=120)])

    def validate_note(self, field: Any) -> None:
        if self["reason"].data == "other" and not field.data:
            raise ValidationError(_("Say what the number is needed for."))

    @property
    def text(self) -> str:
        """As the log keeps it: the reason's code, then what was written."""
        return ": ".join(part for part in (self["reason"].data, self["note"].data) if part)


def number_page(form: ReasonedForm, digits: str, trail: Trail) -> ResponseReturnValue:
    """Asks for the reason, then shows the number: "" where there is none. Back leads to the last of `trail`."""
    page = render_template("_layout/number.html", form=form, digits=digits, trail=trail)
    return page, 422 if form.errors else 200


def reason_in_words(text: str, titles: Mapping[str, Any]) -> str:
    """The reason's code in words; what was written beside it stays as it is."""
    code, colon, note = text.partition(": ")
    return f"{titles.get(code, code)}{colon}{note}"
