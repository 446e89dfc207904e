"""How many are drawn, and what was counted."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.review.sampling.figures import MOST
from crm.web.forms import BaseForm

LARGEST = 100_000  # pages of one dossier: more is a slip of the finger
NUMERIC = {"inputmode": "numeric", "pattern": "[0-9]*", "autocomplete": "off"}


class DrawForm(BaseForm):
    """`there_are` so many to draw from."""

    there_are: int
    size = IntegerField(
        _l("How many dossiers"),
        [InputRequired(_l("Write how many.")), NumberRange(min=1, max=MOST, message=_l("Write 1 to %(max)s."))],
        render_kw=NUMERIC,
    )
    reason = StringField(
        _l("What it is for"), [Length(max=200)], description=_l("Only where it is not the usual sample.")
    )

    def validate_size(self, field: Any) -> None:
        if field.data and field.data > self.there_are:
            raise ValidationError(_("There are only %(count)s to draw from.", count=self.there_are))


class RecountForm(BaseForm):
    reason = TextAreaField(
        _l("What was done about it"),
        [DataRequired(_l("Write what was found, mended or entered wrongly.")), Length(max=500)],
    )


def _figure(title: Any, description: Any = "") -> IntegerField:
    return IntegerField(title, description=description, render_kw=NUMERIC)


class CountForm(BaseForm):
    absent = BooleanField(_l("It is not in its place"))
    documents = _figure(_l("Documents"), _l("Pieces, as the list in the folder numbers them."))
    pages = _figure(_l("Page count"), _l("Every numbered face, covers included."))
    sheets = _figure(_l("Sheets"), _l("Sheets of paper."))
    remark = TextAreaField(_l("Remark"), [Length(max=500)])

    def _counted(self, field: Any) -> None:
        if self.absent.data:
            field.errors, field.data = [], 0
        elif field.errors:
            return
        elif field.data is None:
            raise ValidationError(_("Write what you counted, 0 where there is nothing."))
        elif not 0 <= field.data <= LARGEST:
            raise ValidationError(_("Write a number from 0 to %(most)s.", most=LARGEST))

    validate_documents = validate_pages = validate_sheets = _counted
