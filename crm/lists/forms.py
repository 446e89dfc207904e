"""What is typed about a list: its layout, and the name of a filter."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

from crm.lists.models import DENSITY_TITLES, PAGE_SIZES, USUAL_PAGE_SIZE, Density
from crm.web.forms import BaseForm, VersionField


class LayoutForm(BaseForm):
    """The columns come beside it, as `column` and `place-<name>`: which there are depends on the list."""

    address = HiddenField()
    density = SelectField(
        choices=[SelectChoice(density.value, title) for density, title in DENSITY_TITLES.items()],
        coerce=Density,
        default=Density.normal,
    )
    page_size = SelectField(
        choices=[SelectChoice(str(size), str(size)) for size in PAGE_SIZES], coerce=int, default=USUAL_PAGE_SIZE
    )


NAME = [DataRequired(_l("Give the filter a name.")), Length(max=60)]


class SaveFilterForm(BaseForm):
    address = HiddenField()
    name = StringField(_l("Name of the filter"), NAME)
    shared = BooleanField(_l("Show it to everybody who sees this list"))


class ChangeFilterForm(BaseForm):
    address = HiddenField()
    version = VersionField()
    name = StringField(_l("Name of the filter"), NAME)
    shared = BooleanField(_l("Show it to everybody who sees this list"))
