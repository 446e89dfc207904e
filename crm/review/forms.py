"""What is typed about filing reviews and findings."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.dates import business_day
from crm.properties.queries import estate_names
from crm.review.owners import candidates
from crm.review.queries import oversees, sees_reviews
from crm.web.forms import BaseForm, DayField, VersionField, WithinYears, choices

COMPANY = 0  # stands for the loan and guarantee company's archive among the estates


def _id(value: Any) -> int | None:
    return int(value) if value else None


class NewForm(BaseForm):
    scope = SelectField(_l("Whose dossiers"), coerce=int)
    which = RadioField(
        _l("Which of them"),
        [InputRequired(_l("Choose which dossiers are looked at."))],
        choices=choices({"due": _l("Those whose review is due this month"), "all": _l("All living ones")}),
        default="due",
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.scope.choices = choices(scopes())


def scopes() -> dict[int, Any]:
    """What the person may review."""
    estates: dict[int, Any] = estate_names() if sees_reviews() else {}
    return estates | ({COMPANY: _("Loans and guarantees")} if oversees() else {})


class SignForm(BaseForm):
    version = VersionField()
    remark = TextAreaField(
        _l("Remark"),
        [Length(max=1_000)],
        description=_l("What was done about it, and what is still to be done by whom."),
    )
    confirming_password = PasswordField(
        _l("Your password"),
        [DataRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )


class NoteForm(BaseForm):
    version = VersionField()
    note = StringField(
        _l("Note"),
        [DataRequired(_l("Write what was done, or why it takes longer.")), Length(max=300)],
        description=_l("It does not end the finding: only the next look does, once it is mended."),
    )


class NotBefore:
    """A day that has passed is only let stand."""

    def __call__(self, _form: BaseForm, field: DayField) -> None:
        if field.data and field.data < business_day() and field.data != field.object_data:
            raise ValidationError(_("The day has passed: write a later one."))


class HandOutForm(BaseForm):
    version = VersionField()
    owner_id = SelectField(_l("Who mends it"), coerce=_id)
    due_on = DayField(_l("To be mended by"), [InputRequired(_l("Write the day.")), NotBefore(), WithinYears(2)])


class HandOutTogetherForm(BaseForm):
    owner_id = SelectField(_l("Who mends it"), coerce=_id)
    due_on = DayField(
        _l("To be mended by"),
        [NotBefore(), WithinYears(2)],
        description=_l("Leave it empty and each keeps its own day."),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        people = {user.id: user.full_name for user in candidates()}
        self.owner_id.choices = choices(people, empty=_("Whoever has it now"))

    def validate_owner_id(self, field: SelectField) -> None:
        if not field.data and not self.due_on.data and not self.due_on.typed:
            raise ValidationError(_("Choose somebody, or write a day."))
