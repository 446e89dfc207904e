"""What a letter of ours says, frozen as plain data when it gets its number. In Chinese, whoever writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import plain
from crm.correspondence.letters.models import Letter
from crm.correspondence.wordings.models import WordingKind
from crm.correspondence.wordings.placeholders import PLACEHOLDERS
from crm.correspondence.wordings.wording import NAMED, filled, misspelt
from crm.dates import in_words
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer

NO_PHONE = "请到客户服务中心"
KNOWN = PLACEHOLDERS[WordingKind.letter]
NUMBER = "（登记时取号）"  # in a preview, for the number to come


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody writes, before it is a letter: to a customer, or to a party without a file here. `further`: what
    only a form of its own prints."""

    kind: str
    subject: str
    body: str
    customer: Customer | None = None
    unit: Unit | None = None
    party: str = ""
    address: str = ""
    reply_to: Letter | None = None
    doc_no: str = ""
    summary: str = ""
    further: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.customer.name if self.customer else self.party


def address_of(written: Written, estate: Estate) -> str:
    if written.address:
        return written.address
    return " ".join(filter(None, (estate.address, estate.name, written.unit.label))) if written.unit else ""


def values_of(written: Written, estate: Estate, number: str, day: date) -> dict[str, str]:
    """What stands for each placeholder."""
    theirs = written.reply_to
    return {
        "name": written.name,
        "unit": written.unit.label if written.unit else "",
        "estate": estate.name,
        "company": estate.company or estate.name,
        "phone": estate.phone or NO_PHONE,
        "day": in_words(day),
        "number": number,
        "address": address_of(written, estate),
        "their_number": theirs.doc_no or theirs.number if theirs else "",
        "their_subject": theirs.subject if theirs else "",
        "their_day": in_words(theirs.dated_on) if theirs else "",
    }


def fault_of(written: Written, estate: Estate, day: date) -> str:
    """Why it cannot go out, or "": a placeholder is misspelt, or there is nothing to stand for it."""
    texts = written.subject, written.body
    if fault := next(filter(None, (misspelt(text, KNOWN) for text in texts)), ""):
        return fault
    values = values_of(written, estate, NUMBER, day)
    for name in (name for text in texts for name in NAMED.findall(text)):
        if not values[name].strip():
            told = {"name": name, "title": KNOWN[name].title}
            return _(
                "{%(name)s} stands in the text, and nothing is known to stand for it: %(title)s. "
                "Write it in words, or take it out.",
                **told,
            )
    return ""


def words_of(written: Written, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body with the placeholders replaced, as text."""
    subject = " ".join(filled(written.subject, values, KNOWN).split())
    return subject, filled(written.body, values, KNOWN)


def frozen(written: Written, estate: Estate, number: str, day: date) -> dict[str, Any]:
    values = values_of(written, estate, number, day)
    subject, body = words_of(written, values)
    theirs = written.reply_to
    said = {
        "number": number,
        "subject": subject,
        "body": body,
        "day": day,
        "day_in_words": values["day"],
        "to": written.name,
        "customer_code": written.customer.code if written.customer else "",
        "unit": values["unit"],
        "address": values["address"],
        "estate": estate.name,
        "company": values["company"],
        "phone": estate.phone,
        "answers": " ".join(filter(None, (values["their_number"], theirs.subject))) if theirs else "",
    }
    kept: dict[str, Any] = plain({**written.further, **said})
    return kept
