"""What may stand in braces in a notice: what its writer fills, and what each household's own paper says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.correspondence.wordings.wording import NAMED, fault_of, filled
from crm.dates import in_words
from crm.properties.models import Estate

WRITTEN = {
    "begins": _l("Begins"),
    "ends": _l("Ends"),
    "place": _l("Where"),
    "reason": _l("Why"),
    "contact": _l("Whom to ask"),
}
OF_HOUSEHOLD = {
    "name": _l("Customer's name"),
    "unit": _l("Unit"),
    "estate": _l("Estate"),
    "company": _l("Management company"),
    "phone": _l("Service telephone"),
    "day": _l("Day of issue"),
    "number": _l("Number"),
}
PLACEHOLDERS = WRITTEN | OF_HOUSEHOLD
NO_PHONE = "请到客户服务中心"
EVERYBODY, EVERY_UNIT = "各位业主、住户", "本小区"  # on the board, where nobody is named
UNNUMBERED = "〔发布时编号〕"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Whose paper it is."""

    name: str
    label: str


ALL = Whom(name=EVERYBODY, label=EVERY_UNIT)


def fault_of_words(words: Words) -> str:
    """Why the texts cannot be used, or ""."""
    return fault_of(words.subject, PLACEHOLDERS) or fault_of(words.body, PLACEHOLDERS)


def missing(words: Words, facts: Mapping[str, str]) -> str:
    """What the texts want to say and nobody has written, or ""."""
    named = [*NAMED.findall(words.subject), *NAMED.findall(words.body)]
    for name in dict.fromkeys(named):
        if name in WRITTEN and not facts.get(name):
            title = WRITTEN[name]
            return _("{%(name)s} stands in the text. Write what it says: %(title)s.", name=name, title=title)
    return ""


def general(estate: Estate, facts: Mapping[str, str], number: str | None, day: date) -> dict[str, str]:
    """What is the same on every paper of a notice."""
    return {
        **{name: facts.get(name, "") for name in WRITTEN},
        "estate": estate.name,
        "company": estate.company or estate.name,
        "phone": estate.phone or NO_PHONE,
        "day": in_words(day),
        "number": number or UNNUMBERED,
    }


def told(words: Words, same: Mapping[str, str], whom: Whom) -> Words:
    """The words as one household reads them; what a value holds is text."""
    values = {**same, "name": whom.name, "unit": whom.label}
    return Words(subject=filled(words.subject, values, PLACEHOLDERS), body=filled(words.body, values, PLACEHOLDERS))
