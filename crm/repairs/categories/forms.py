"""What is typed about a category and a problem."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from crm.repairs.categories.models import PLACE_TITLES, PRIORITY_TITLES, WARRANTY_TITLES
from crm.web.forms import BaseForm, VersionField, choices

NAME = [DataRequired(_l("Enter a name for it.")), Length(max=40)]


class NewCategoryForm(BaseForm):
    place = SelectField(_l("Place"), choices=choices(PLACE_TITLES))
    name = StringField(_l("What it is called"), NAME, description=_l("As it is said on the telephone, such as 给排水."))


class CategoryForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME)


class ProblemForm(BaseForm):
    version = VersionField()
    name = StringField(
        _l("What it is called"), NAME, description=_l("As it is said on the telephone, such as 水管漏水.")
    )
    trade = SelectField(_l("Trade"), [InputRequired(_l("Choose who mends it."))])
    priority = SelectField(
        _l("Priority"),
        choices=choices(PRIORITY_TITLES),
        default="normal",
        description=_l("Counts for reports from now on; jobs that are there keep theirs."),
    )
    warranty = SelectField(
        _l("Builder's warranty"),
        choices=choices(WARRANTY_TITLES, empty=_l("The builder does not answer for it")),
        description=_l("While the builder's years for this part run, the builder is proposed to pay."),
    )
