"""What is typed at a count and at the end of a day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.archive.dossiers.content import content_hash
from crm.archive.vault.counts.comparing import Found
from crm.archive.vault.counts.service import opens
from crm.archive.vault.models import CountKind, Variance
from crm.archive.vault.models.count import COUNT_KIND_TITLES
from crm.auth.models import User
from crm.db import session
from crm.errors import DomainError
from crm.steps.forms import StepForm
from crm.web.forms import BaseForm, choices, id_in

MOST_PIECES = 999
PIECES = re.compile(r"^(.*?)\s*[*x×＊ｘ]\s*(\d+)$", re.IGNORECASE)


class PasswordForm(BaseForm):
    """`seen` is the hash of what was read."""

    seen = HiddenField()
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )


class OrderForm(BaseForm):
    safe_id = SelectField(_l("Safe"), [InputRequired(_l("Choose a safe that is in use."))])
    kind = RadioField(
        _l("Kind of count"),
        [InputRequired(_l("Choose what kind of count."))],
        choices=choices({each: COUNT_KIND_TITLES[each] for each in (CountKind.surprise, CountKind.handover)}),
        default=CountKind.surprise.value,
    )


class CountersForm(StepForm):
    first_id = SelectField(_l("First person"), [InputRequired(_l("Name two different people who may count."))])
    second_id = SelectField(_l("Second person"), [InputRequired(_l("Name two different people who may count."))])

    def offer(self, people: Mapping[int, str]) -> None:
        for field in (self.first_id, self.second_id):
            field.choices = choices(people, _("Choose"))

    @property
    def counters(self) -> Sequence[User]:
        keys = [id_in(field.data or "") for field in (self.first_id, self.second_id)]
        return [session().get_one(User, key) for key in keys if key]


class SheetForm(StepForm):
    """`shown` is the hash of the sheet as it was last shown for reading once more."""

    shown = HiddenField(validators=[Length(max=64)])
    reads_again: Sequence[Found] | None = None  # what was written, where it is to be read once more

    def unread(self, places: Mapping[int, str]) -> bool:
        """Whether what is handed in was not shown yet as it is; a line that is none is refused by whoever reads it."""
        try:
            lines = sheet(places)
        except DomainError:
            return False
        told = content_hash({"lines": [[each.location_id, each.certificate_no, each.pieces] for each in lines]})
        if self.shown.data == told:
            return False
        self.shown.data, self.reads_again = told, lines
        return True


class RecountForm(CountersForm):
    reason = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])


class ExplainForm(StepForm):
    words = TextAreaField(_l("How it came about"), [DataRequired(_l("Write how it came about.")), Length(max=300)])
    damaged = BooleanField(_l("It is damaged: open an incident"))

    def about(self, variance: Variance) -> None:
        """Whether it is damaged is asked of what lies in the safe and in the books; the rest is an incident anyhow."""
        if opens(variance):
            del self.damaged
            self.words.description = _("With this an incident is opened, which another person ends.")

    @property
    def is_damaged(self) -> bool:
        return "damaged" in self and bool(self.damaged.data)


class DayForm(BaseForm):
    counted = IntegerField(
        _l("Title documents counted"),
        [InputRequired(_l("Count what is in the safes.")), NumberRange(0, 100_000, _l("Count what is in the safes."))],
    )
    remark = TextAreaField(_l("Remark"), [Length(max=300)], render_kw={"rows": 2})
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )


def sheet(places: Mapping[int, str]) -> list[Found]:
    """What was written for each place, a line for each document: its number, and `*2` where it is two pieces."""
    return [
        _line(key, line) for key in places for line in request.form.get(f"place-{key}", "").splitlines() if line.strip()
    ]


def _line(location_id: int, text: str) -> Found:
    number, pieces = text.strip()[:200], 1
    if told := PIECES.match(number):
        number, pieces = told[1], int(told[2])
    if not number or not 1 <= pieces <= MOST_PIECES:
        raise DomainError(_("“%(line)s” is no certificate number with its pieces. Write it as 1234567*2.", line=text))
    return Found(location_id=location_id, certificate_no=number, pieces=pieces)
