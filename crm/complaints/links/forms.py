"""What a complaint is linked to."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from crm.complaints.links.kinds import Labels, Linkable
from crm.web.forms import BaseForm, choices


class NumberForm(BaseForm):
    thing = StringField(
        _l("Number"), [DataRequired(_l("Write its number.")), Length(max=40)], render_kw={"autocomplete": "off"}
    )


class ChooseForm(BaseForm):
    thing = SelectField(_l("Which"), [InputRequired(_l("Choose one of the list."))])

    def offer(self, labels: Labels) -> None:
        self.thing.choices = choices(labels, empty=_("Please choose"))


def form_of(linkable: Linkable, labels: Labels) -> NumberForm | ChooseForm:
    if linkable.offered is None:
        form = NumberForm()
        form.thing.description = linkable.hint
        return form
    chosen = ChooseForm()
    chosen.offer(labels)
    return chosen
