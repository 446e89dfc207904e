"""What is typed about a notice, and about bringing it; the latter is made for a phone at somebody's door."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import TextInput

from crm.correspondence.audience.forms import AudienceForm
from crm.correspondence.audience.queries import Preview
from crm.correspondence.notices.models import NOTICE_KINDS, REACH_TITLES, Reach
from crm.correspondence.notices.placeholders import PLACEHOLDERS, WRITTEN
from crm.correspondence.notices.service import Draft, Reached
from crm.correspondence.notices.service.delivering import BY_PEOPLE
from crm.correspondence.notices.service.drafting import TYPED
from crm.dates import business_day, months_later
from crm.lists.months import MonthsForm
from crm.steps.forms import StepForm
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, DayField, VersionField, WithinYears, choices

FACT = [Length(max=200)]
MONTHS = 12  # without any asked for
NAMED = "、".join(f"{{{name}}}" for name in PLACEHOLDERS)


def _fact(name: str) -> StringField:
    return StringField(WRITTEN[name], FACT, description=_l("Stands for {%(name)s}.", name=name))


class NoticeForm(AudienceForm):
    """A draft: its words, its days, and whom it is for."""

    version = VersionField()
    key = HiddenField(validators=[Length(max=64)])
    kind = SelectField(_l("Kind"), [InputRequired(_l("Choose what it is about."))])
    subject = StringField(_l("Subject"), [DataRequired(_l("Write the subject.")), Length(max=80)])
    body = TextAreaField(
        _l("Text"),
        [DataRequired(_l("Write the text.")), Length(max=3000)],
        description=_l("An empty line begins a paragraph. May stand in braces: %(names)s", names=NAMED),
    )
    begins = _fact("begins")
    ends = _fact("ends")
    place = _fact("place")
    reason = _fact("reason")
    contact = _fact("contact")
    urgent = BooleanField(_l("Urgent"))
    wants_reading = BooleanField(_l("Ask each household to say that it was read"))
    board_from = DayField(_l("On the board from"), [WithinYears(1)])
    board_until = DayField(_l("On the board until"), [WithinYears(1)])
    reach_by = DayField(_l("Everybody reached by"), [WithinYears(1)])

    def offer_kinds(self, keep: str = "") -> None:
        self.kind.choices = choices(dict(NOTICE_KINDS.choices(keep)), empty=_("Please choose"))

    def draft(self, estate_id: int, wording_id: int | None) -> Draft:
        """Raises `DomainError` with the unit or entrance that there is not."""
        return Draft(
            audience=self.audience(estate_id),
            facts={name: self[name].data or "" for name in WRITTEN},
            wording_id=wording_id,
            **{name: self[name].data for name in TYPED},
        )


class IssueForm(StepForm):
    """`shown`: how many households the preview had."""

    shown = IntegerField(validators=[Optional()], widget=TextInput(input_type="hidden"))
    preview: Preview | None = None  # whom it would go to, as the page tells it

    def tell_anew(self, count: int) -> None:
        """The page says how many there are now: sent again, it means those."""
        self.shown.data, self.shown.raw_data = count, None


def _photo(label: Any, description: Any = "") -> FileField:
    return FileField(label, description=description, render_kw={"accept": "image/*", "capture": "environment"})


class _ReachForm(BaseForm):
    reach: Reach
    key = HiddenField(validators=[Length(max=64)])

    def reached(self, upload_id: int | None) -> Reached:
        given: dict[str, Any] = {name: self[name].data or "" for name in ("person", "note") if name in self}
        return Reached(reach=self.reach, upload_id=upload_id, key=self.key.data or None, **given)

    @property
    def file(self) -> Any:
        """What was chosen, or None."""
        chosen = self["photo"].data if "photo" in self else None
        return chosen if chosen and getattr(chosen, "filename", "") else None

    @property
    def signed(self) -> bytes | None:
        drawn: bytes | None = self["drawing"].drawn if "drawing" in self else None
        return drawn


class HandForm(_ReachForm):
    reach = Reach.hand
    person = StringField(
        _l("Who took it"),
        [DataRequired(_l("Write who took it.")), Length(max=60)],
        description=_l("And whose relation."),
    )
    photo = _photo(_l("The signed slip"))
    note = StringField(_l("Remark"), [Length(max=200)])


class DoorForm(_ReachForm):
    reach = Reach.door
    photo = _photo(_l("Photograph of the notice at the door"), _l("The unit's number and the notice on one picture."))
    note = StringField(_l("Remark"), [Length(max=200)])


class MailboxForm(_ReachForm):
    reach = Reach.mailbox
    note = StringField(_l("Remark"), [Length(max=200)])


class CounterForm(_ReachForm):
    reach = Reach.counter
    person = StringField(_l("Who signs"), [DataRequired(_l("Write who signs.")), Length(max=60)])
    drawing = DrawingField()
    photo = _photo(_l("Or a picture of the signed slip"))
    note = StringField(_l("Remark"), [Length(max=200)])


class FailedForm(_ReachForm):
    """An attempt that did not work."""

    way = SelectField(_l("By which way"), choices=choices({way: REACH_TITLES[way] for way in BY_PEOPLE}))
    note = StringField(
        _l("Why it did not work"),
        [DataRequired(_l("Write why it did not work.")), Length(max=200)],
        description=_l("Such as: nobody at home, twice; the letter box is full."),
    )

    def reached(self, upload_id: int | None) -> Reached:
        return Reached(
            reach=Reach(self.way.data),
            worked=False,
            note=self.note.data or "",
            upload_id=upload_id,
            key=self.key.data or None,
        )


FORMS: dict[str, type[_ReachForm]] = {
    **{form.reach.value: form for form in (HandForm, DoorForm, MailboxForm, CounterForm)},
    "failed": FailedForm,
}


class ManyForm(BaseForm):
    """Of many households at once."""

    note = StringField(_l("Remark"), [Length(max=200)])


class BackForm(BaseForm):
    reason = StringField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=200)])


class TimesForm(MonthsForm):
    """Nothing written: the year that ends with this month."""

    estate_id: Any = None
    building_id: Any = None

    def settle(self) -> tuple[date, date]:
        if self.month.data is None:
            self.until.data = self.until.data or business_day().replace(day=1)
            self.month.data = months_later(self.until.data, 1 - MONTHS)
        return super().settle()
