"""What is decided about two files: which values stand, and why they are merged or parted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.tenants.merging.reports import FactPair
from crm.tenants.models import FactField
from crm.web.forms import BaseForm, VersionField, choices

KEPT, OTHER = "kept", "other"


class ReasonForm(BaseForm):
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say how you know.")), Length(max=300)],
        description=_l("Such as: the same ID card at the counter, one person with two units."),
    )


class MergeForm(ReasonForm):
    """One question more for each fact in which the files differ; see `merge_form`."""

    kept_version = VersionField()
    other_version = VersionField()

    @property
    def taken(self) -> list[FactField]:
        """The facts whose value in the other file stands from now on."""
        return [field for field in FactField if field.value in self and self[field.value].data == OTHER]


def merge_form(open_facts: Sequence[FactPair], **given: Any) -> MergeForm:
    questions = {pair.field.value: _question(pair) for pair in open_facts}
    form: MergeForm = type("WholeMergeForm", (MergeForm,), questions)(**given)
    return form


def _question(pair: FactPair) -> RadioField:
    """Where the kept file says nothing, the other's value is proposed."""
    values = choices({KEPT: pair.kept or _l("Not known"), OTHER: pair.other})
    return RadioField(pair.title, choices=values, default=KEPT if pair.kept else OTHER)
