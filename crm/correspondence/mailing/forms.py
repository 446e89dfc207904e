"""A text to many, and whom it is for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import TextInput

from crm.correspondence.audience.forms import AudienceForm
from crm.correspondence.letters.models import LETTER_KINDS
from crm.correspondence.mailing.content import PLACEHOLDERS, Text
from crm.correspondence.mailing.service import ToMany
from crm.web.forms import choices

NAMED = "、".join(f"{{{name}}}" for name in PLACEHOLDERS)


class ToManyForm(AudienceForm):
    """`shown`: how many letters the preview had; `key`: sent twice, it is one batch."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    shown = IntegerField(validators=[Optional()], widget=TextInput(input_type="hidden"))
    kind = SelectField(_l("Kind"), [InputRequired(_l("Choose what it is about."))])
    subject = StringField(_l("Subject"), [DataRequired(_l("Write the subject.")), Length(max=80)])
    body = TextAreaField(
        _l("Text"),
        [DataRequired(_l("Write the text.")), Length(max=5000)],
        description=_l("An empty line begins a paragraph. May stand in braces: %(names)s", names=NAMED),
    )

    def offer_kinds(self) -> None:
        self.kind.choices = choices(dict(LETTER_KINDS.choices()), empty=_l("Please choose"))

    def text(self) -> Text:
        return Text(kind=self.kind.data or "", subject=self.subject.data or "", body=self.body.data or "")

    def to_many(self, estate_id: int, wording_id: int | None) -> ToMany:
        """Raises `DomainError` with the unit or entrance that there is not."""
        return ToMany(
            audience=self.audience(estate_id),
            text=self.text(),
            key=self.key.data or "",
            shown=self.shown.data,
            wording_id=wording_id,
        )
