"""The step that joins a case to another: what its page asks, and what it does."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from crm.complaints.cases.models import Complaint
from crm.complaints.cases.queries import find_called
from crm.complaints.cases.service import join
from crm.errors import DomainError
from crm.steps.forms import ReasonForm
from crm.steps.pages import Page, said


class JoinForm(ReasonForm):
    number = StringField(
        _l("Number of the other complaint"),
        [DataRequired(_l("Write the number of the other complaint.")), Length(max=20)],
        description=_l("Such as T2611-0032: that one goes on, with the callers of this one."),
        render_kw={"autocomplete": "off"},
    )


def _join(case: Complaint, form: Any) -> None:
    main = find_called(case.estate_id, form.number.data)
    if main is None:
        raise DomainError(_("There is no complaint %(number)s in this estate.", number=form.number.data))
    join(case, main, said(form))


JOIN = Page(JoinForm, _join)
