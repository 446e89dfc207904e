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
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending.models import (
    INCIDENT_OUTCOME_TITLES,
    LENDING_INCIDENT_TITLES,
    SLIP_FORM_TITLES,
    IncidentOutcome,
    LendingIncidentKind,
    SlipForm,
)
from crm.archive.lending.reports import Row, by_dossier
from crm.archive.lending.service import Found, Wish
from crm.steps.forms import NotedForm, StepForm
from crm.web.forms import BaseForm, DayField, VersionField, choices

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
    item_ids = SelectMultipleField(_l("Documents of the slip"), coerce=int, validate_choice=False)


class TakeOffForm(BaseForm):
    line_ids = SelectMultipleField(_l("Documents of the slip"), coerce=int, validate_choice=False)


class IssueForm(NotedForm):
    """`scan` ticks; what is not ticked is left off, and the remark says why."""

    scan = StringField(_l("Scan or type a number"), [Length(max=300)], render_kw=NO_FILL)
    in_hand = SelectMultipleField(_l("Lies on the desk"), coerce=int, validate_choice=False)
    attachments = IntegerField(_l("Copies of the clients' own papers"), [Optional(), NumberRange(min=0, max=100_000)])


class ApproveForm(NotedForm):
    pass


class ReportForm(StepForm):
    line_id = SelectField(_l("Document"), coerce=int)
    kind = RadioField(_l("What is wrong with it"), [InputRequired(_l("Choose: pages missing, or damaged."))])
    pages = IntegerField(
        _l("How many pages"), [InputRequired(_l("Write how many pages.")), NumberRange(min=1, max=100_000)]
    )
    description = TextAreaField(
        _l("How it happened"),
        [DataRequired(_l("Write what happened: it stands on the file for good.")), Length(max=500)],
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
    """`outcome` of missing pages only: see `close_form`."""

    version = VersionField()
    outcome = RadioField(_l("What became of the pages"), [InputRequired(_l("Choose what came of the missing pages."))])
    result = TextAreaField(
        _l("What came of it"),
        [DataRequired(_l("Write what came of it: it stands on the file for good.")), Length(max=500)],
    )

    @property
    def what(self) -> IncidentOutcome | None:
        return IncidentOutcome(self["outcome"].data) if "outcome" in self else None


def close_form(kind: LendingIncidentKind) -> CloseForm:
    form = CloseForm()
    if kind is LendingIncidentKind.shortage:
        form.outcome.choices = choices(INCIDENT_OUTCOME_TITLES)
    else:
        del form.outcome
    return form


class _LinesForm(NotedForm):
    """Fields for each line of the slip that it is about."""

    lines: Sequence[Row] = ()

    @property
    def by_dossier(self) -> list[list[Row]]:
        return by_dossier(self.lines)


class BackForm(_LinesForm):
    """A number for each line that is not all back; made by `back_form`."""

    everything = BooleanField(_l("Everything that is out came back, counted page by page"))

    @property
    def _typed(self) -> dict[int, int]:
        said = {row.line.id: self[f"pages_{row.line.id}"].data for row in self.lines}
        return {key: pages for key, pages in said.items() if pages}

    @property
    def counted(self) -> dict[int, int]:
        return {row.line.id: row.missing for row in self.lines} if self.everything.data else self._typed

    def validate_everything(self, field: BooleanField) -> None:
        if field.data and self._typed:
            raise ValidationError(_("Either everything came back, or the pages that are written below. Leave one out."))


def back_form(rows: Sequence[Row]) -> BackForm:
    lines = [row for row in rows if row.missing]
    fields: dict[str, Any] = {f"pages_{row.line.id}": _pages_back(row) for row in lines}
    made: BackForm = type("LinesBack", (BackForm,), {**fields, "lines": lines})()
    return made


def _pages_back(row: Row) -> IntegerField:
    told = _("%(count)d pages are still out.", count=row.missing)
    return IntegerField(row.in_dossier, [Optional(), NumberRange(min=0, max=row.missing)], description=told)


class CheckForm(_LinesForm):
    """What its pages are written of was gone through; made by `check_form`."""

    attachments = IntegerField(_l("Copies of the clients' own papers"), [Optional(), NumberRange(min=0, max=100_000)])

    @property
    def found(self) -> dict[int, Found]:
        found = {}
        for row in self.lines:
            pages, damaged, note = (self[f"{name}_{row.line.id}"].data for name in ("pages", "damaged", "note"))
            if pages is not None:
                found[row.line.id] = Found(pages=pages, whole=not damaged, note=note or "")
        return found


def check_form(rows: Sequence[Row]) -> CheckForm:
    lines = [row for row in rows if not row.line.checked]
    fields: dict[str, Any] = {}
    for row in lines:
        key, most = row.line.id, row.line.issued_pages
        told = _("%(count)d pages were lent.", count=most)
        counted = [_Counted(key), NumberRange(min=0, max=most)]
        fields[f"pages_{key}"] = IntegerField(row.in_dossier, counted, description=told)
        fields[f"damaged_{key}"] = BooleanField(_l("Damaged"))
        fields[f"note_{key}"] = StringField(_l("What is missing or damaged"), [Length(max=300)])
    made: CheckForm = type("LinesChecked", (CheckForm,), {**fields, "lines": lines})()
    return made


class _Counted(Optional):
    """Left empty only where nothing else is said of the document."""

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key

    def __call__(self, form: Any, field: Any) -> None:
        if not (field.raw_data and field.raw_data[0].strip()) and (
            form[f"damaged_{self.key}"].data or form[f"note_{self.key}"].data
        ):
            raise StopValidation(_("Write how many pages it has."))
        super().__call__(form, field)
