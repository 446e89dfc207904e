"""What is still missing of a move-in, part by part: pure, over facts that `facts` reads for many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm.moves.moving_in.documents import DOCUMENTS, Document
from crm.moves.moving_in.models import PART_TITLES, Part, Standing
from crm.tenants.models import CustomerKind, OccupancyRole
from crm.web.templating import money

WAIVABLE = (Part.keys, Part.readings, Part.inspection, Part.money, Part.contacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDeposit:
    """Yuan asked for, and held of that kind for this customer and unit."""

    kind: str
    title: str
    asked: Decimal
    held: Decimal

    @property
    def is_there(self) -> bool:
        return self.held >= self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document as it stands: signed or brought, or not applicable with its reason."""

    signed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    standing: Standing
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    kind: CustomerKind
    role: OccupancyRole
    lives_there: bool
    known_numbers: bool  # the person's ID number; the company's credit code and legal representative
    lease_until: date | None = None
    licence_until: date | None = None
    documents: dict[str, Kept] = field(default_factory=dict)
    slips: int = 0
    unsigned_slips: int = 0
    meters: Sequence[str] = ()
    unread: Sequence[str] = ()
    defects: int = 0
    deposits: Sequence[AskedDeposit] = ()
    contacts: int = 0
    verified_phones: int = 0
    marks: dict[Part, Mark] = field(default_factory=dict)

    def said(self, part: Part) -> Mark:
        return self.marks.get(part, Mark(standing=Standing.open))

    @property
    def wanted(self) -> list[Document]:
        """Documents that have to be there."""
        return [each for each in DOCUMENTS if each.wanted(self.kind, self.role)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStanding:
    """`missing`: what is, in words; `waived`: why nothing of it is wanted here."""

    part: Part
    missing: Sequence[str]
    waived: str = ""

    @property
    def title(self) -> Any:
        return PART_TITLES[self.part]

    @property
    def is_done(self) -> bool:
        return not self.missing


def standings(facts: Facts) -> list[PartStanding]:
    """All parts in their order."""
    return [_standing(part, facts) for part in Part]


def missing_parts(facts: Facts) -> list[PartStanding]:
    return [each for each in standings(facts) if not each.is_done]


def _standing(part: Part, facts: Facts) -> PartStanding:
    said = facts.said(part)
    if part in WAIVABLE and said.standing is Standing.waived:
        return PartStanding(part=part, missing=(), waived=said.words)
    return PartStanding(part=part, missing=[words for words in RULES[part](facts) if words])


def _identity(facts: Facts) -> list[str]:
    company, tenant = facts.kind is CustomerKind.company, facts.role is OccupancyRole.tenant
    number = _("The credit code or the legal representative is missing.") if company else _("The ID number is missing.")
    return [
        "" if facts.lives_there else _("The day from which the customer has the unit is not entered."),
        "" if facts.known_numbers else number,
        _("The end of the lease is missing.") if tenant and facts.lease_until is None else "",
        _("The end of the licence is missing.") if company and tenant and facts.licence_until is None else "",
    ]


def _documents(facts: Facts) -> list[str]:
    return [
        _("%(document)s is missing.", document=each.title) for each in facts.wanted if each.code not in facts.documents
    ]


def _contacts(facts: Facts) -> list[str]:
    return [
        "" if facts.contacts else _("No emergency contact is known."),
        "" if facts.verified_phones else _("No telephone number was tried."),
    ]


def _keys(facts: Facts) -> list[str]:
    if not facts.slips:
        return [_("No keys were handed out.")]
    return [_("%(count)s slips for keys are not signed.", count=facts.unsigned_slips)] if facts.unsigned_slips else []


def _readings(facts: Facts) -> list[str]:
    return [_("Meter %(number)s was not read.", number=number) for number in facts.unread]


def _inspection(facts: Facts) -> list[str]:
    done = facts.said(Part.inspection).standing is Standing.done
    return [] if done else [_("Nobody has said yet that the unit was looked over.")]


def _money(facts: Facts) -> list[str]:
    unpaid = [
        _("%(deposit)s: %(sum)s yuan are missing.", deposit=each.title, sum=money(each.asked - each.held))
        for each in facts.deposits
        if not each.is_there
    ]
    done = facts.said(Part.money).standing is Standing.done
    return unpaid if done else [*unpaid, _("The first bills were not shown to the customer.")]


RULES: dict[Part, Callable[[Facts], list[str]]] = {
    Part.identity: _identity,
    Part.documents: _documents,
    Part.contacts: _contacts,
    Part.keys: _keys,
    Part.readings: _readings,
    Part.inspection: _inspection,
    Part.money: _money,
}
