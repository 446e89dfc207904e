"""What people type to sign in and to change their password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from crm.auth.passwords import LONGEST
from crm.web.forms import BaseForm


class LoginForm(BaseForm):
    username = StringField(_l("User name"), [InputRequired(_l("Enter your user name.")), Length(max=100)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST)])
    next = HiddenField()


class PasswordForm(BaseForm):
    present = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password."))])
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password."))],
        description=_l("At least 12 characters; a sentence is easier to remember than signs."),
    )
    again = PasswordField(_l("New password again"), [EqualTo("new", _l("The two new passwords differ."))])
