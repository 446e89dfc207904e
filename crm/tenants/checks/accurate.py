"""准确 and 有效: what in a file speaks against something else in it, and papers that have run out. P-03, P-05."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, and_, cast, exists, literal, or_
from sqlalchemy.orm import aliased

from crm.archive.dossiers.checking import Measure, finding
from crm.archive.dossiers.checks import dossier_page
from crm.archive.dossiers.measures import document, expired, valid_until
from crm.archive.dossiers.models import Dossier, Item
from crm.tenants.checks.asking import check, is_here, of_customers, of_parts, tab
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer, CustomerKind, Member, MemberRole, Occupancy, Vehicle
from crm.tenants.queries import has_part, lasts_on

Space = aliased(Occupancy)


def _legal_representative(day: date) -> Select[*tuple[Any, ...]]:
    """The file says one name, the company's people say another."""
    theirs = and_(lasts_on(Member, day), Member.role == MemberRole.legal_representative)
    same = has_part(Member, theirs, Member.name == Customer.legal_representative)
    named = and_(Customer.kind == CustomerKind.company, Customer.legal_representative != "")
    found = of_customers(*finding(detail=Customer.legal_representative))
    return found.where(named, is_here(day), has_part(Member, theirs), ~same)


def _vehicle(day: date) -> Select[*tuple[Any, ...]]:
    """Its space was the customer's and is no more, or is nobody's; a relative's space is nobody's business."""
    columns = finding(key=cast(Vehicle.id, String), about_id=Vehicle.id, detail=Vehicle.plate)
    taken = and_(Space.unit_id == Vehicle.unit_id, lasts_on(Space, day))
    gone = or_(has_part(Space, Space.unit_id == Vehicle.unit_id), ~exists().where(taken).correlate(Vehicle))
    theirs = of_parts(Vehicle, day, *columns).where(Vehicle.unit_id.is_not(None))
    return theirs.where(~has_part(Space, taken), gone)


def _expired(day: date) -> Select[*tuple[Any, ...]]:
    """Whoever has left is asked for no new paper."""
    told = document() + literal(" ") + valid_until()
    found = expired(day, *finding(key=cast(Item.id, String), about_id=Item.id, detail=told))
    whose = and_(Customer.id == Dossier.subject_id, Dossier.subject_kind == SUBJECT)
    return found.join(Customer, whose).where(is_here(day))


_asked = partial(check, measure=Measure.accurate)

CHECKS = (
    _asked(
        "legal_representative_disagrees",
        title=_l("The company's people name another legal representative"),
        advice=_l("Compare both with the licence. Enter a correction, or end the wrong person's entry."),
        find=_legal_representative,
        page=tab("people"),
    ),
    _asked(
        "vehicle_without_space",
        title=_l("A vehicle stands in a space that the customer does not have"),
        advice=_l("Ask where it stands now, enter it anew, and end the wrong entry."),
        find=_vehicle,
        page=tab("vehicles"),
    ),
    _asked(
        "document_expired",
        title=_l("A document has run out"),
        advice=_l("Ask the customer for the new one and file it."),
        measure=Measure.valid,
        find=_expired,
        page=dossier_page,
    ),
)
