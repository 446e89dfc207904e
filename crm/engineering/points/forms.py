"""What is typed about points: many lines at once, one that moved, one that is gone."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.engineering.points.pasting import LONGEST, TALLEST
from crm.web.forms import BaseForm, DayField, NotLater

LONGEST_PASTE = 40_000  # characters
MEASURE = [Optional(), NumberRange(min=0, max=TALLEST)]
PASTED = "电\t五孔插座\t客厅\t电视墙，距东墙角\t300\t1200\n水\t给水角阀\t厨房\t水槽下\t450"


def optional_id(value: Any) -> int | None:
    return int(value) if value else None


class _Source:
    valid_from = DayField(_l("There since"), [InputRequired(_l("Write the day.")), NotLater()])
    drawing_version_id = SelectField(
        _l("Read off"), coerce=optional_id, description=_l("The drawing that shows it, where there is one.")
    )


class EnterForm(_Source, BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    pasted = TextAreaField(
        _l("Points"),
        [DataRequired(_l("Write a line for each point.")), Length(max=LONGEST_PASTE)],
        description=_l(
            "A line for each, pasted from a sheet or typed with commas: trade, what it is, room, place, height above "
            "the floor and distance in mm, remark. Trades: 水, 电, 弱, 气, 暖, 消, 他."
        ),
        render_kw={"rows": 10, "placeholder": PASTED},
    )


class ReplaceForm(_Source, BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    what = StringField(
        _l("What the point is"), [DataRequired(_l("Write what the point is.")), Length(max=LONGEST["what"])]
    )
    room = StringField(_l("Room of the unit"), [Length(max=LONGEST["room"])])
    spot = StringField(
        _l("Place"),
        [Length(max=LONGEST["spot"])],
        description=_l("The wall, and from where the distance is measured: 北墙，距门框."),
    )
    height = IntegerField(_l("Above the floor (mm)"), MEASURE)
    distance = IntegerField(_l("Distance (mm)"), MEASURE)
    note = StringField(_l("Remark"), [Length(max=LONGEST["note"])])
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)],
        description=_l("It moved, was rebuilt, or was written down wrong."),
        render_kw={"rows": 2},
    )


class PhotoForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    photo = FileField(_l("Photo"), [FileRequired(_l("Choose a photo first."))], render_kw={"accept": "image/*"})


class EndForm(BaseForm):
    ended_on = DayField(_l("Gone since"), [InputRequired(_l("Write the day.")), NotLater()])
    reason = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])


class FileForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
