"""The step that takes what the page says was understood."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from crm.web.forms import BaseForm, VersionField


class HistoryForm(BaseForm):
    """What was understood of the sheets and of the categories comes beside it."""

    version = VersionField()
    open_jobs = BooleanField(_l("Take unfinished ones over as open jobs"))


def sent_categories(sent: MultiDict[str, str]) -> dict[str, str]:
    """What the file calls a category -> the id of ours."""
    names, choices = sent.getlist("category-name"), sent.getlist("category")
    return dict(zip(names, choices, strict=False))
