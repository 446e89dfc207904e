"""How urgent a job is, and who pays for it: each with its reason. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from crm.dates import months_later
from crm.repairs.categories.models import WARRANTY_TITLES, Place, Priority, WarrantyPart
from crm.repairs.orders.models import Payer, PriorityReason


def priority_of(
    category: Priority, *, emergency: bool, repeated: bool = False, many: bool = False
) -> tuple[Priority, PriorityReason]:
    """What was taken as an emergency is one; else the category decides. A repeat or many callers raise it by a step,
    never to an emergency."""
    if emergency:
        return Priority.emergency, PriorityReason.said
    if category is Priority.normal and (repeated or many):
        return Priority.urgent, PriorityReason.repeated if repeated else PriorityReason.many
    return category, PriorityReason.category


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """Who is proposed to pay, and why in words."""

    payer: Payer
    reason: str


def payer_of(
    place: Place, part: WarrantyPart | None, handover_on: date | None, years: int, day: date, *, repeated: bool
) -> Paying:
    """`years`: how long the builder answers for the part, from the unit's handover on; the last day still counts.

    A repeat of our own repair costs nobody but us; public areas and equipment are the company's to keep up.
    """
    if repeated:
        return Paying(payer=Payer.company, reason=_("A repeat of our own repair is free of charge."))
    if part is not None and handover_on is not None:
        ends = months_later(handover_on, 12 * years)
        told = {"part": WARRANTY_TITLES[part], "years": years, "handover": handover_on, "ends": ends}
        if day <= ends:
            return Paying(
                payer=Payer.builder,
                reason=_("%(part)s: %(years)s years from %(handover)s, up to %(ends)s.", **told),
            )
        return _besides(place, _("%(part)s: the builder's %(years)s years ended on %(ends)s.", **told))
    if part is not None and place is Place.home:
        return _besides(place, _("The unit's day of handover is not known, so neither is the builder's warranty."))
    return _besides(place, "")


def _besides(place: Place, reason: str) -> Paying:
    if place is Place.home:
        own = _("Inside the unit: the customer's own.")
        return Paying(payer=Payer.customer, reason=" ".join(filter(None, (reason, own))))
    own = _("Common property: covered by the service fee.")
    return Paying(payer=Payer.company, reason=" ".join(filter(None, (reason, own))))
