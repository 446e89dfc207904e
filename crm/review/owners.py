"""Who is to mend what a review finds: of each desk and estate one person, until findings are handed out anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import selectinload

from crm.archive.dossiers.models import Dossier, DossierReader
from crm.auth.actor import permissions_of
from crm.auth.models import User
from crm.auth.permissions import Permission, RoleName
from crm.auth.queries import holds
from crm.db import session
from crm.properties.models import Estate
from crm.review.models import Finding

Owners = Mapping[RoleName, Mapping[int | None, int]]  # role -> estate (None: the company's archive) -> person


def owners() -> Owners:
    """Whoever got the last finding of the desk there and still is at it, else who has been there longest."""
    estates: list[int | None] = [*session().scalars(select(Estate.id)), None]
    last, people = _last(), _people()
    found: defaultdict[RoleName, dict[int | None, int]] = defaultdict(dict)
    for role, staff in people.items():
        for estate_id in estates:
            here = [user.id for user in staff if _works_for(user, estate_id)]
            if here:
                before = last.get((role, estate_id))
                found[role][estate_id] = before if before in here else here[0]
    return found


def owner(keepers: Owners, role: RoleName) -> ColumnElement[Any]:
    """Of the dossier asked about."""
    by_estate = dict(keepers.get(role, {}))
    of_company = literal(by_estate.pop(None, None), Finding.owner_id.type)
    theirs = case(by_estate, value=Dossier.estate_id) if by_estate else literal(None, Finding.owner_id.type)
    return case((Dossier.estate_id.is_(None), of_company), else_=theirs)


def _people() -> dict[RoleName, list[User]]:
    active = select(User).where(User.active).options(selectinload(User.roles), selectinload(User.estates))
    by_role: defaultdict[RoleName, list[User]] = defaultdict(list)
    for user in session().scalars(active.order_by(User.id)):
        for held in user.roles:
            by_role[held.role].append(user)
    return by_role


def _works_for(user: User, estate_id: int | None) -> bool:
    return estate_id is None or user.all_estates or any(each.estate_id == estate_id for each in user.estates)


def _last() -> dict[tuple[RoleName, int | None], int | None]:
    newest = select(func.max(Finding.id)).where(Finding.owner_id.is_not(None)).group_by(Finding.role, Finding.estate_id)
    rows = session().execute(select(Finding.role, Finding.estate_id, Finding.owner_id).where(Finding.id.in_(newest)))
    return {(row.role, row.estate_id): row.owner_id for row in rows}


# Handing out


def candidates() -> Sequence[User]:
    """Whoever sees findings."""
    seeing = (
        select(User).where(holds(Permission.review_read)).options(selectinload(User.roles), selectinload(User.estates))
    )
    return session().scalars(seeing.order_by(User.full_name, User.id)).all()


def readers_of(dossier_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(dossier, person) of the dossiers that are shown to some by name."""
    rows = select(DossierReader.dossier_id, DossierReader.user_id).where(DossierReader.dossier_id.in_(dossier_ids))
    return {(row.dossier_id, row.user_id) for row in session().execute(rows)}


def sees(user: User, finding: Any, readers: Collection[tuple[int, int]]) -> bool:
    """Whether the person can open the finding's dossier."""
    rights = permissions_of(held.role for held in user.roles)
    if finding.estate_id is not None:
        return Permission.customer_read in rights and _works_for(user, finding.estate_id)
    return Permission.credit_oversee in rights or (finding.dossier_id, user.id) in readers


def candidates_for(finding: Finding) -> Sequence[User]:
    """Whoever has it now is one, whatever became of her since."""
    readers = readers_of([finding.dossier_id])
    others = [user for user in candidates() if sees(user, finding, readers)]
    present = session().get(User, finding.owner_id) if finding.owner_id else None
    return others if present is None or present in others else [present, *others]
