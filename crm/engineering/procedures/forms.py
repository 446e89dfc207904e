"""What is typed about a procedure, a version of it, and each step."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from crm.engineering.trades import TRADE_TITLES
from crm.steps.forms import NotedForm, StepForm
from crm.web.forms import BaseForm, DayField, VersionField, WithinYears, choices

LONGEST_TEXT = 20_000  # characters
NO_FILL = {"autocomplete": "off"}
ADVICE = _l("The day is proposed by the company's rhythm; it can be another.")


def optional_id(value: Any) -> int | None:
    return int(value) if value else None


class _Named:
    title = StringField(_l("Title"), [DataRequired(_l("Write what the procedure is about.")), Length(max=100)])
    trade = SelectField(_l("Building trade"), choices=choices(TRADE_TITLES, empty=_l("All building trades")))
    about_units = BooleanField(
        _l("Tells how to work in a unit"), description=_l("Then it stands in the engineering file of every unit.")
    )


class _Written:
    text = TextAreaField(
        _l("What is to be done"),
        [Length(max=LONGEST_TEXT)],
        description=_l("A line for each step. It may be left empty where a file says it."),
        render_kw={"rows": 12},
    )
    file = FileField(
        _l("File"), description=_l("A PDF or a picture, up to 25 MB."), render_kw={"accept": "application/pdf,image/*"}
    )
    changes = StringField(_l("What changed"), [Length(max=300)])
    review_by = DayField(
        _l("To be reviewed by"), [InputRequired(_l("Write the day.")), WithinYears(5)], description=ADVICE
    )

    @property
    def brought(self: Any) -> dict[str, Any]:
        """The file's content and name, where one was chosen."""
        chosen = self.file.data
        return {"content": chosen.read(), "name": chosen.filename} if chosen and chosen.filename else {}


class EnterForm(_Written, _Named, BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    estate_id = SelectField(_l("Holds for"), coerce=optional_id)
    number = StringField(
        _l("Number"),
        [DataRequired(_l("Write the procedure's number, such as ZY-03.")), Length(max=40)],
        description=_l("Such as ZY-03; it stays for good."),
        render_kw=NO_FILL,
    )


class RenameForm(_Named, BaseForm):
    version = VersionField()


class DraftForm(_Written, BaseForm):
    key = HiddenField(validators=[Length(max=64)])


class ChangeForm(_Written, StepForm):
    pass


class ApproveForm(NotedForm):
    valid_from = DayField(_l("Holds from"), [InputRequired(_l("Write the day."))])


class ConfirmForm(NotedForm):
    review_by = DayField(_l("To be reviewed by"), [InputRequired(_l("Write the day.")), WithinYears(5)])
