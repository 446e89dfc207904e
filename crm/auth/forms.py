"""What people type to sign in, and to keep their own account."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from crm.auth.passwords import LONGEST, hint
from crm.web.forms import BaseForm


class LoginForm(BaseForm):
    username = StringField(_l("User name"), [InputRequired(_l("Enter your user name.")), Length(max=100)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST)])
    next = HiddenField()


class CodeForm(BaseForm):
    """The second step of signing in; takes a recovery code as well."""

    code = StringField(_l("Security code"), [InputRequired(_l("Enter the code.")), Length(max=40)])


class PasswordForm(BaseForm):
    present = PasswordField(
        _l("Present password"), [InputRequired(_l("Enter your present password.")), Length(max=LONGEST)]
    )
    new = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))])
    again = PasswordField(
        _l("New password again"),
        [InputRequired(_l("Enter the new password again.")), EqualTo("new", _l("The two new passwords differ."))],
    )
    next = HiddenField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.new.description = hint()


class EnrolForm(BaseForm):
    """`ticket` carries the secret that the page shows, sealed."""

    code = StringField(_l("Code the app shows"), [InputRequired(_l("Enter the code.")), Length(max=40)])
    ticket = HiddenField()
    next = HiddenField()


class ProofForm(BaseForm):
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST)])
    code = StringField(
        _l("Security code"),
        [InputRequired(_l("Enter the code.")), Length(max=40)],
        description=_l("The six digits the app shows now, or a recovery code."),
    )
