"""What is typed about a group and a category of complaints."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from crm.complaints.categories.models import SEVERITY_TITLES, Severity
from crm.web.forms import BaseForm, VersionField, choices

NAME = [DataRequired(_l("Enter a name for it.")), Length(max=40)]


class GroupForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME, description=_l("Such as 环境卫生."))


class KindForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME, description=_l("As the customer says it, such as 噪声扰民."))
    severity = SelectField(
        _l("Severity"),
        choices=choices(SEVERITY_TITLES),
        default=Severity.ordinary.value,
        description=_l("Counts for complaints from now on; those that are there keep theirs."),
    )
    department_id = SelectField(
        _l("Usually about"),
        coerce=lambda value: int(value) if value else None,
        description=_l("This department is proposed. Whoever belongs to it can neither close nor call back."),
    )
