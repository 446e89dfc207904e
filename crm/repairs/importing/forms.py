"""The step that takes what the page says was understood."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from crm.imports.histories import forms


class HistoryForm(forms.HistoryForm):
    open_jobs = BooleanField(_l("Take unfinished ones over as open jobs"))
