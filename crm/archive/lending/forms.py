"""Writing a slip, and what goes with each of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending.models import LENDING_INCIDENT_TITLES, SLIP_FORM_TITLES, LendingIncidentKind, SlipForm
from crm.archive.lending.reports import Row
from crm.archive.lending.service import Found, Wish
from crm.steps.forms import NotedForm, StepForm
from crm.web.forms import BaseForm, DayField, VersionField, choices

WHOLE, DAMAGED = "whole", "damaged"
NO_FILL = {"autocomplete": "off"}


class _Wish(BaseForm):
    form = RadioField(_l("What is lent"), [InputRequired(_l("Choose what you need."))])
    purpose = SelectField(_l("Purpose"), [DataRequired(_l("Choose what it is needed for."))])
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write what it is needed for: it stands on the slip.")), Length(max=300)],
        render_kw={"rows": 2},
    )
    due_on = DayField(
        _l("Due on"),
        [InputRequired(_l("Write the day it comes back."))],
        description=_l("Of a digital copy: the last day on which you read it."),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self["form"].choices = choices(SLIP_FORM_TITLES)
        self["purpose"].choices = choices(dict(PURPOSES.choices()), empty=_("Choose"))

    @property
    def wish(self) -> Wish:
        said = {name: self[name].data for name in ("purpose", "reason", "due_on")}
        return Wish(form=SlipForm(self["form"].data), **said)


class WishForm(_Wish):
    key = HiddenField(validators=[Length(max=64)])


class ChangeForm(_Wish):
    version = VersionField()
    key = HiddenField(validators=[Length(max=64)])


class AddForm(BaseForm):
    """What is put on the slip: a dossier whole, or documents of it; `code` is scanned or typed."""

    code = StringField(
        _l("Number or title"),
        [Length(max=300)],
        description=_l("Scan the label of the dossier, or type its number or a part of its title."),
        render_kw=NO_FILL,
    )
    dossier_id = HiddenField()
    whole = HiddenField()
    item_ids = SelectMultipleField(_l("Documents"), coerce=int, validate_choice=False)


class TakeOffForm(BaseForm):
    line_ids = SelectMultipleField(_l("Documents"), coerce=int, validate_choice=False)


class IssueForm(NotedForm):
    """`scan` ticks; what is not ticked is left off, and the remark says why."""

    scan = StringField(_l("Scan or type a number"), [Length(max=300)], render_kw=NO_FILL)
    in_hand = SelectMultipleField(_l("Lies on the desk"), coerce=int, validate_choice=False)


class ApproveForm(NotedForm):
    pass


class ReportForm(StepForm):
    line_id = SelectField(_l("Document"), coerce=int)
    kind = RadioField(_l("What is wrong with it"), [InputRequired(_l("Choose what is wrong with it."))])
    pages = IntegerField(
        _l("How many pages"), [InputRequired(_l("Write how many pages.")), NumberRange(min=1, max=100_000)]
    )
    description = TextAreaField(
        _l("How it happened"), [DataRequired(_l("Write what happened: it stands on the file for good.")), Length(max=500)]
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.kind.choices = choices(LENDING_INCIDENT_TITLES)

    @property
    def what(self) -> LendingIncidentKind:
        return LendingIncidentKind(self.kind.data)


class ExtendForm(BaseForm):
    new_due = DayField(_l("Keep it until"), [InputRequired(_l("Write the day."))])
    reason = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])


class DecideForm(BaseForm):
    version = VersionField()
    outcome = RadioField(_l("Decision"), [InputRequired(_l("Choose one."))])
    words = TextAreaField(_l("Words with it"), [Length(max=300)])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.outcome.choices = choices({"approve": _l("Approve"), "refuse": _l("Do not approve")})

    def validate_words(self, field: Any) -> None:
        if self.outcome.data == "refuse" and not field.data:
            raise ValidationError(_("Say why it is refused."))


class CloseForm(BaseForm):
    version = VersionField()
    result = TextAreaField(
        _l("What came of it"),
        [DataRequired(_l("Write what came of it: it stands on the file for good.")), Length(max=500)],
    )


class BackForm(NotedForm):
    """A number for each line that is not all back; made by `back_form`."""

    everything = BooleanField(_l("Everything that is out came back, counted page by page"))
    lines: Sequence[Row] = ()

    @property
    def counted(self) -> dict[int, int]:
        if self.everything.data:
            return {row.line.id: row.missing for row in self.lines}
        said = {row.line.id: self[f"pages_{row.line.id}"].data for row in self.lines}
        return {key: pages for key, pages in said.items() if pages}


def back_form(rows: Sequence[Row]) -> BackForm:
    lines = [row for row in rows if row.missing]
    fields: dict[str, Any] = {f"pages_{row.line.id}": _pages_back(row) for row in lines}
    made: BackForm = type("LinesBack", (BackForm,), {**fields, "lines": lines})()
    return made


def _pages_back(row: Row) -> IntegerField:
    told = _("%(count)d pages are still out.", count=row.missing)
    return IntegerField(row.label, [Optional(), NumberRange(min=0, max=row.missing)], description=told)


class CheckForm(NotedForm):
    lines: Sequence[Row] = ()

    @property
    def found(self) -> dict[int, Found]:
        """What was gone through: pages and state are both said."""
        found = {}
        for row in self.lines:
            pages, state, note = (self[f"{name}_{row.line.id}"].data for name in ("pages", "state", "note"))
            if pages is not None and state:
                found[row.line.id] = Found(pages=pages, whole=state == WHOLE, note=note or "")
        return found


def check_form(rows: Sequence[Row]) -> CheckForm:
    lines = [row for row in rows if not row.line.checked]
    fields: dict[str, Any] = {}
    for row in lines:
        most = row.line.issued_pages
        told = _("%(count)d pages were lent.", count=most)
        fields[f"pages_{row.line.id}"] = IntegerField(
            row.label, [Optional(), NumberRange(min=0, max=most)], description=told
        )
        states = choices({WHOLE: _("Whole"), DAMAGED: _("Damaged")}, empty=_("Not gone through yet"))
        fields[f"state_{row.line.id}"] = SelectField(_l("How it is"), choices=states, validate_choice=True)
        fields[f"note_{row.line.id}"] = StringField(_l("What is missing or damaged"), [Length(max=300)])
    made: CheckForm = type("LinesChecked", (CheckForm,), {**fields, "lines": lines})()
    return made
