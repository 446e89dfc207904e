"""What is typed about a drawing and a version of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from crm.engineering.drawings.models import KIND_TITLES
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

NO_FILL = {"autocomplete": "off"}
FILES = {"accept": "application/pdf,image/*"}


def optional_id(value: Any) -> int | None:
    return int(value) if value else None


class DescribeForm(BaseForm):
    version = VersionField()
    estate_id = SelectField(_l("Estate"), [InputRequired(_l("Choose an estate."))], coerce=int)
    building_id = SelectField(
        _l("Building"),
        coerce=optional_id,
        description=_l("Of a drawing of a whole building; a unit says it by itself."),
    )
    unit = StringField(
        _l("Unit"),
        [Length(max=40)],
        description=_l("Such as 3-1-502. Left empty: of the building or of the whole estate."),
        render_kw=NO_FILL,
    )
    kind = SelectField(_l("Kind of drawing"), choices=choices(KIND_TITLES))
    number = StringField(
        _l("Drawing number"),
        [DataRequired(_l("Write the number as it stands on the drawing.")), Length(max=60)],
        description=_l("As it stands on the drawing; once in an estate."),
        render_kw=NO_FILL,
    )
    title = StringField(_l("Title"), [DataRequired(_l("Write what the drawing shows.")), Length(max=100)])


class _Brought:
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose the file."))],
        description=_l("A PDF or a picture, up to 25 MB."),
        render_kw=FILES,
    )
    rev = StringField(
        _l("Version"),
        [DataRequired(_l("Write which version it is, such as A or 2026-11.")), Length(max=20)],
        description=_l("As it stands on the drawing, such as A, V2, 2026-11."),
        render_kw=NO_FILL,
    )
    dated_on = DayField(_l("Day on the drawing"), [InputRequired(_l("Write the day.")), NotLater()])
    maker = StringField(
        _l("Drawing made by"),
        [DataRequired(_l("Write who made the drawing.")), Length(max=60)],
        description=_l("The office, the builder or the person whose name stands on it."),
    )
    changes = TextAreaField(_l("What changed"), [Length(max=300)], render_kw={"rows": 2})


class EnterForm(_Brought, DescribeForm):
    key = HiddenField(validators=[Length(max=64)])


class VersionForm(_Brought, BaseForm):
    key = HiddenField(validators=[Length(max=64)])


class WithdrawForm(BaseForm):
    reason = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])
