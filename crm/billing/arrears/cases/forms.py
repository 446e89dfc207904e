"""What is typed about a case, and about a write-off of a whole account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crm.billing.ledger.forms import ReasonForm
from crm.web.forms import BaseForm, VersionField


class AskForm(ReasonForm):
    """`key` holds off a second case from a double click."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    firm = StringField(_l("Law firm"), [Length(max=80)])
    lawyer = StringField(_l("Lawyer"), [Length(max=40)])


class CloseForm(BaseForm):
    version = VersionField()
    outcome = TextAreaField(
        _l("What came of it"),
        [DataRequired(_l("Write what came of it.")), Length(max=500)],
        description=_l("Such as: settled in mediation, judgment of the court with its number, given up."),
    )


class WriteOffForm(BaseForm):
    bills = SelectMultipleField(
        _l("Bills to be written off"),
        [DataRequired(_l("Choose at least one bill."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write the reason.")), Length(max=300)],
        description=_l("Asked for on each bill, of all that is open. Somebody else decides."),
    )
    evidence = FileField(_l("Evidence (scan or photograph)"))
