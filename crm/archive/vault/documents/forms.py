"""What A and B write about a title document."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, PasswordField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.archive.credit.models import Collateral
from crm.archive.vault.documents.service import TitleFacts
from crm.archive.vault.models import TitleKind
from crm.archive.vault.models.document import KIND_TITLES
from crm.dates import beginning_of, utc_now
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

TIME = re.compile(r"([01]?\d|2[0-3])[:：]?([0-5]\d)")


class TitleForm(BaseForm):
    version = VersionField()
    kind = SelectField(_l("Kind"), choices=choices(KIND_TITLES))
    name = StringField(_l("Name on it"), [DataRequired(_l("Write the name that stands on it.")), Length(max=200)])
    certificate_no = StringField(
        _l("Certificate number"), [Length(max=100)], description=_l("Left empty while it is only expected.")
    )
    quantity = IntegerField(
        _l("Quantity"),
        [InputRequired(_l("Count the booklets or sheets.")), NumberRange(1, 999, _l("One piece at least."))],
        description=_l("Booklets or sheets under this number."),
        default=1,
    )
    owner = StringField(_l("Owner or holder of the right"), [Length(max=200)])
    issued_by = StringField(_l("Registry"), [Length(max=200)])
    collateral_id = SelectField(_l("Belongs to the collateral"))
    note = TextAreaField(_l("Remark"), [Length(max=500)], render_kw={"rows": 2})

    def offer(self, collateral: list[Collateral]) -> None:
        offered = {row.id: " · ".join((row.description, row.owner)) for row in collateral}
        self.collateral_id.choices = choices(offered, empty=_l("None"))

    @property
    def facts(self) -> TitleFacts:
        return TitleFacts(
            kind=TitleKind(self.kind.data),
            name=self.name.data or "",
            certificate_no=self.certificate_no.data or "",
            quantity=self.quantity.data or 1,
            owner=self.owner.data or "",
            issued_by=self.issued_by.data or "",
            note=self.note.data or "",
            collateral_id=int(self.collateral_id.data) if self.collateral_id.data else None,
        )


class ObtainedFields(BaseForm):
    """The moment at which A had it in hand: from then on it is to reach the vault."""

    obtained_on = DayField(_l("Obtained by A on"), [NotLater()])
    obtained_time = StringField(
        _l("At what time"), [Length(max=5)], description=_l("Such as 14:30."), render_kw={"autocomplete": "off"}
    )

    def validate_obtained_time(self, field: Any) -> None:
        if self.obtained_on.data and not self.obtained_on.errors:
            if not TIME.fullmatch(field.data or ""):
                raise ValidationError(_l("Write a time such as 14:30."))
            if (self.obtained_at or utc_now()) > utc_now():
                raise ValidationError(_l("The moment lies in the future. Write when A had it in hand."))

    @property
    def obtained_at(self) -> datetime | None:
        found = TIME.fullmatch(self.obtained_time.data or "")
        if self.obtained_on.data is None or found is None:
            return None
        return beginning_of(self.obtained_on.data) + timedelta(hours=int(found[1]), minutes=int(found[2]))


class EnterForm(TitleForm, ObtainedFields):
    """A new one; with the moment it is in A's hands already."""


class ObtainForm(ObtainedFields):
    version = VersionField()
    certificate_no = StringField(
        _l("Certificate number"), [DataRequired(_l("Write the certificate number that stands on it.")), Length(max=100)]
    )

    def validate_obtained_on(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_l("Write the day."))


class VoidForm(BaseForm):
    version = VersionField()
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)],
        render_kw={"rows": 3},
    )


def this_minute() -> dict[str, Any]:
    """For a form that is opened: now, at the company."""
    now = utc_now().astimezone(current_app.config["SETTINGS"].timezone)
    return {"obtained_on": now.date(), "obtained_time": now.strftime("%H:%M")}


class TakeOverForm(BaseForm):
    """`seen` is the hash of the documents that were read."""

    seen = HiddenField()
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )
