"""What is typed about the way a paper went; made for a phone at somebody's door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from crm.correspondence.serving.models import ARRIVAL_TITLES, Arrival, Channel
from crm.correspondence.serving.served import ARRIVALS, Served
from crm.web.forms import BaseForm, DayField, NotLater, choices


def _day(label: Any) -> DayField:
    return DayField(label, [InputRequired(_l("Write the day.")), NotLater()])


def _photo(label: Any, description: Any = "") -> FileField:
    kw = {"accept": "image/*,application/pdf", "capture": "environment"}
    return FileField(label, description=description, render_kw=kw)


def _arrival(channel: Channel) -> RadioField:
    titles = {each: ARRIVAL_TITLES[each] for each in ARRIVALS[channel]}
    return RadioField(_l("What came of it"), choices=choices(titles), default=ARRIVALS[channel][0].value)


class _ServeForm(BaseForm):
    """`fixed`: what comes of this way where there is nothing to choose."""

    channel: Channel
    fixed: Arrival | None = None

    def served(self, upload_id: int | None) -> Served:
        given = {name: self[name].data or "" for name in ("person", "witness", "tracking", "note") if name in self}
        arrival = self.fixed or Arrival(self["arrival"].data)
        day = self["delivered_on"].data
        return Served(channel=self.channel, arrival=arrival, delivered_on=day, upload_id=upload_id, **given)

    @property
    def file(self) -> Any:
        """What was chosen, or None."""
        chosen = self["photo"].data
        return chosen if chosen and getattr(chosen, "filename", "") else None


WITNESS = _l("Who saw it; asked for where it was refused.")


class HandForm(_ServeForm):
    channel = Channel.by_hand
    arrival = _arrival(Channel.by_hand)
    person = StringField(_l("Who took it"), [Length(max=60)], description=_l("The name as signed, and whose relation."))
    delivered_on = _day(_l("On"))
    witness = StringField(_l("Witness"), [Length(max=60)], description=WITNESS)
    photo = _photo(_l("The signed slip"))
    note = StringField(_l("Remark"), [Length(max=200)])


class DoorForm(_ServeForm):
    channel = Channel.posted_at_door
    fixed = Arrival.delivered
    photo = _photo(_l("Photograph of the letter at the door"), _l("The unit's number and the letter on one picture."))
    delivered_on = _day(_l("On"))
    witness = StringField(_l("Witness"), [Length(max=60)])
    note = StringField(_l("Remark"), [Length(max=200)])


class EmsForm(_ServeForm):
    channel = Channel.ems
    tracking = StringField(_l("EMS number"), [DataRequired(_l("Write the EMS number.")), Length(max=40)])
    arrival = _arrival(Channel.ems)
    delivered_on = _day(_l("On"))
    person = StringField(_l("Who signed for it"), [Length(max=60)])
    witness = StringField(_l("Witness"), [Length(max=60)], description=_l("Of a refusal: the postman's entry."))
    photo = _photo(_l("The post's receipt or the returned envelope"))
    note = StringField(_l("Remark"), [Length(max=200)])


class EmailForm(_ServeForm):
    channel = Channel.email
    arrival = _arrival(Channel.email)
    delivered_on = _day(_l("On"))
    note = StringField(
        _l("What the customer answered"),
        [Length(max=200)],
        description=_l("A mail that nobody answers is no proof that it arrived."),
    )
    photo = _photo(_l("The answer"))


FORMS: dict[str, type[_ServeForm]] = {form.channel.value: form for form in (HandForm, DoorForm, EmsForm, EmailForm)}
WAYS: Sequence[Channel] = tuple(Channel(name) for name in FORMS)
