"""When a customer's dossier begins to be kept for its period."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, literal, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer

Later = aliased(Dossier)
Own, Named = aliased(Customer), aliased(Customer)


def starts() -> Select[*tuple[Any, ...]]:
    """(dossier_id, starts_on, because): closed, and so is the one it goes on in, if it is there at all; whichever was
    closed later begins it."""
    ended = Later.state.in_((DossierState.closed, DossierState.destroyed))
    later = or_(Dossier.continued_in_id.is_(None), ended)
    day = case((Later.closed_on > Dossier.closed_on, Later.closed_on), else_=Dossier.closed_on)
    return (
        select(Dossier.id.label("dossier_id"), day.label("starts_on"), literal("closed").label("because"))
        .outerjoin(Later, Later.id == Dossier.continued_in_id)
        .where(Dossier.subject_kind == SUBJECT, Dossier.state == DossierState.closed, day.is_not(None), later)
    )


def holding(model: Any, customer_id: Any, words: Any) -> Select[*tuple[Any, ...]]:
    """(dossier_id, words) of the customer's things, under whichever of the merged files they were entered."""
    of_theirs = and_(Dossier.subject_kind == SUBJECT, Own.id == Dossier.subject_id)
    found = select(Dossier.id, words).join(Own, of_theirs).join(Named, Named.kept_id == Own.kept_id)
    return found.join(model, customer_id == Named.id)
