"""What a letter to one of many says, frozen as plain data. In Chinese, whoever makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.audit.log import plain
from crm.correspondence.notices.placeholders import NO_PHONE, OF_HOUSEHOLD, UNNUMBERED
from crm.correspondence.wordings.wording import fault_of, filled
from crm.dates import in_words
from crm.properties.models import Estate
from crm.tenants.models import file_code

FORM = "YH-WL-02"  # of the paper, also where a letter of a batch is printed alone
PLACEHOLDERS = {**OF_HOUSEHOLD, "address": _l("Address")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    kind: str = ""
    subject: str
    body: str

    @property
    def fault(self) -> str:
        """Why it cannot be used, or ""."""
        return fault_of(self.subject, PLACEHOLDERS) or fault_of(self.body, PLACEHOLDERS)


def frozen(text: Text, estate: Estate, household: Any, number: str, day: date) -> dict[str, Any]:
    """`household`: a row of an audience."""
    values = {
        "name": household.name,
        "unit": household.label,
        "estate": estate.name,
        "company": estate.company or estate.name,
        "phone": estate.phone or NO_PHONE,
        "day": in_words(day),
        "number": number or UNNUMBERED,
        "address": " ".join(filter(None, (estate.address, estate.name, household.label))),
    }
    said = {
        "number": number,
        "subject": " ".join(filled(text.subject, values, PLACEHOLDERS).split()),
        "body": filled(text.body, values, PLACEHOLDERS),
        "day": day,
        "day_in_words": values["day"],
        "to": household.name,
        "customer_code": file_code(household.customer_id),
        "unit": household.label,
        "address": values["address"],
        "estate": estate.name,
        "company": values["company"],
        "phone": estate.phone,
        "answers": "",
        "form_number": FORM,
    }
    kept: dict[str, Any] = plain(said)
    return kept
