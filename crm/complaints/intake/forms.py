"""What somebody complains about, in the order in which it is said; and one more who complains of the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from crm.calls.forms import ToldForm
from crm.complaints.cases.models import ABOUT_TITLES, CHANNEL_TITLES, About, Channel
from crm.complaints.categories.models import ComplaintCategory
from crm.web.forms import choices

BY_HAND = {each: title for each, title in CHANNEL_TITLES.items() if each is not Channel.imported}
NOTED_ONLY = ("again-", "caller-")  # nothing of its own is made of it


class CallerForm(ToldForm):
    """Who complains. An anonymous one gives what they like: nothing of it is shown."""

    words = TextAreaField(_l("What the caller says"), [Length(max=2000)])
    anonymous = BooleanField(
        _l("Anonymous: wants no name on it"),
        description=_l("The name is shown nowhere, the number only for a reason that is logged."),
    )
    wants_word = BooleanField(_l("Wants to be told what came of it"), default=True)
    channel = SelectField(_l("How"), choices=choices(BY_HAND), default=Channel.phone.value)
    hotline_number = StringField(
        _l("The hotline's number"), [Length(max=60)], description=_l("The answer goes out under it.")
    )

    customer_id: int | None = None  # whose file it is, as far as that is known

    def validate_caller(self, field: Any) -> None:
        ours = self.channel.data == Channel.patrol  # then it is whoever enters it
        if not (field.data or self.anonymous.data or self.customer_id or ours):
            raise ValidationError(_("Write the caller's name, or tick that the caller wants no name on it."))

    def validate_hotline_number(self, field: Any) -> None:
        if self.channel.data == Channel.hotline and not field.data:
            raise ValidationError(_("Write the hotline's own number: the answer goes out under it."))


class ComplaintForm(CallerForm):
    """`attach`: "", `own`, `caller-12` or `again-12` of a case under way."""

    words = TextAreaField(
        _l("In the caller's words"),
        [DataRequired(_l("Write what is complained about, in the caller's words.")), Length(max=2000)],
    )
    category_id = SelectField(
        _l("Category"), coerce=str, description=_l("Proposed from the words; change it if it is another.")
    )
    about = SelectField(_l("About what"), choices=choices(ABOUT_TITLES, empty=_l("As the words say")))
    about_user_id = SelectField(_l("One of our people"))
    neighbour = StringField(
        _l("The neighbour's unit"), [Length(max=40)], description=_l("Empty where nobody knows which one it is.")
    )
    wish = StringField(_l("What the caller wants"), [Length(max=300)])
    urgent = BooleanField(_l("Urgent: the hours count from now, day and night"))
    answered = BooleanField(_l("Answered while calling"))
    answer = StringField(
        _l("What you told the caller"), [Length(max=300)], description=_l("Empty: what happens next, and until when.")
    )

    likely: Sequence[ComplaintCategory] = ()  # what the words mean

    @property
    def noted_only(self) -> bool:
        return (self.attach.data or "").startswith(NOTED_ONLY)

    def validate_category_id(self, field: Any) -> None:
        if not (field.data or self.likely or self.noted_only):
            raise ValidationError(_("Choose a category: the words mean none that is known."))

    def validate_about_user_id(self, field: Any) -> None:
        if self.about.data == About.person and not field.data and not self.noted_only:
            raise ValidationError(_("Choose whom it is about, or another answer beside it."))
