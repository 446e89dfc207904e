"""Which files may be one customer, and why: self-joins on indexed columns, never every file with every other.

A pair is found by what two files share; what many share (a company's switchboard, more than `MOST_SHARING` customers)
tells nothing. Two ID numbers or credit codes that differ are two customers, whatever else agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
    values,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.db import session
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.merging.likeness import alike
from crm.tenants.merging.models import PairDecision
from crm.tenants.models import Customer, Occupancy, Phone, Vehicle, has_credit_code, in_one_file
from crm.tenants.queries import in_file

MOST_SHARING = 5  # customers
MOST_SIMILAR = 2_000  # pairs of similar names looked at, of those that share a telephone
MOST_PAIRS = 2_000  # offered at once
CERTAIN = 100


class Reason(StrEnum):
    id_number = "id_number"
    credit_code = "credit_code"
    phone = "phone"
    unit = "unit"
    vehicle = "vehicle"
    born = "born"
    similar = "similar"


REASON_TITLES = {
    Reason.id_number: _l("same ID number"),
    Reason.credit_code: _l("same credit code"),
    Reason.phone: _l("same name and telephone"),
    Reason.unit: _l("same name and unit"),
    Reason.vehicle: _l("same name and number plate"),
    Reason.born: _l("same name and date of birth"),
    Reason.similar: _l("similar name, same telephone"),
}
POINTS = {
    Reason.id_number: 100,
    Reason.credit_code: 100,
    Reason.phone: 80,
    Reason.unit: 70,
    Reason.vehicle: 70,
    Reason.born: 60,
    Reason.similar: 50,
}

One, Other = aliased(Customer, name="one"), aliased(Customer, name="other")  # the files that share something
KeptOne, KeptOther = aliased(Customer, name="kept_one"), aliased(Customer, name="kept_other")  # the customers they are


def likely_pairs(of: int | None = None) -> Sequence[Row[Any]]:
    """The likeliest `MOST_PAIRS` pairs of the chosen estates that nobody told apart: (one_id, other_id, score, points
    of each reason or 0). With `of` only that customer's, who is then the one; so many look-ups for any customer.
    """
    _run_as_it_is()
    shared = union_all(*evidence(of)).subquery("evidence")
    counted = [
        func.max(case((shared.c.reason == reason.value, points), else_=0)).label(reason.value)
        for reason, points in POINTS.items()
    ]
    grouped = select(shared.c.one_id, shared.c.other_id, *counted).where(shared.c.reason != "")
    found = grouped.group_by(shared.c.one_id, shared.c.other_id).subquery("found")
    points = [found.c[reason.value] for reason in POINTS]
    total = sum(points[1:], start=points[0])
    score = case((total > CERTAIN, CERTAIN), else_=total).label("score")
    listed = (
        select(KeptOne.id.label("one_id"), KeptOther.id.label("other_id"), score, *points)
        .select_from(found)
        .join(KeptOne, KeptOne.id == found.c.one_id)
        .join(KeptOther, KeptOther.id == found.c.other_id)
        .where(
            KeptOne.estate_id == KeptOther.estate_id,
            KeptOne.kind == KeptOther.kind,
            in_chosen_estate(KeptOne.estate_id),
            _no_contradiction(KeptOne, KeptOther),
            ~told_apart(KeptOne.id, KeptOther.id),
        )
    )
    return session().execute(listed.order_by(score.desc(), KeptOne.id, KeptOther.id).limit(MOST_PAIRS)).all()


def _run_as_it_is() -> None:
    """PostgreSQL takes the statement for costlier than it is and would compile for ten seconds what runs in one."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(text("SET LOCAL jit = off"))


def listed(rows: Sequence[Row[Any]]) -> Select[*tuple[Any, ...]]:
    """The pairs with names and estate, to be filtered and sorted: what was found once is not looked for again."""
    names = ("one_id", "other_id", "score", *(reason.value for reason in POINTS))
    given = values(*(column(name, Integer) for name in names), name="pair", literal_binds=True)
    pair = given.data([tuple(row) for row in rows] or [(0,) * len(names)]).cte("pair")
    return (
        select(*pair.c, KeptOne.name.label("one_name"), KeptOther.name.label("other_name"), Estate.name.label("estate"))
        .select_from(pair)
        .join(KeptOne, KeptOne.id == pair.c.one_id)
        .join(KeptOther, KeptOther.id == pair.c.other_id)
        .join(Estate, Estate.id == KeptOne.estate_id)
    )


def reasons(row: Any) -> list[str]:
    """Why, in words; the strongest first."""
    return [str(REASON_TITLES[reason]) for reason in POINTS if getattr(row, reason.value)]


def _no_contradiction(one: Any, other: Any) -> ColumnElement[bool]:
    ids = or_(one.id_index.is_(None), other.id_index.is_(None), one.id_index == other.id_index)
    codes = or_(one.credit_code == "", other.credit_code == "", one.credit_code == other.credit_code)
    return and_(ids, codes)


def told_apart(one_id: Any, other_id: Any) -> ColumnElement[bool]:
    """Whether the newest decision about the two, in either order, says that they are two customers."""
    said, later = aliased(PairDecision), aliased(PairDecision)
    pair = or_(
        and_(said.one_id == one_id, said.other_id == other_id), and_(said.one_id == other_id, said.other_id == one_id)
    )
    newer = select(later.id).where(later.one_id == said.one_id, later.other_id == said.other_id, later.id > said.id)
    found = select(said.id).where(pair, said.apart, ~newer.exists())
    return found.correlate_except(said).exists()  # also where one of the two is of a query further out


def evidence(of: int | None) -> list[Select[*tuple[Any, ...]]]:
    """(one_id, other_id, reason) for each thing that two files share."""
    lines = [
        _own(Reason.id_number, lambda file: file.id_index.is_not(None), of, Customer.id_index),
        _own(Reason.credit_code, has_credit_code, of, Customer.credit_code),
        _own(Reason.born, lambda file: file.born.is_not(None), of, Customer.name, Customer.born),
        _shared(Phone, Phone.digits, of).add_columns(_if_named_alike(Reason.phone)),
        _shared(Occupancy, Occupancy.unit_id, of).add_columns(_if_named_alike(Reason.unit)),
        _shared(Vehicle, Vehicle.plate, of).add_columns(_if_named_alike(Reason.vehicle)),
    ]
    similar = _similar(of)
    if similar is not None:
        lines.append(select(similar.c.one_id, similar.c.other_id, _said(Reason.similar)))
    return lines


def _said(reason: Reason) -> Any:
    return literal(reason.value).label("reason")


def _if_named_alike(reason: Reason) -> Any:
    """The reason, or "". No condition: PostgreSQL would begin with everybody of one name, and those are thousands."""
    return case((One.name == Other.name, reason.value), else_="").label("reason")


def _own(
    reason: Reason, known: Callable[[Any], ColumnElement[bool]], of: int | None, *keys: InstrumentedAttribute[Any]
) -> Select[*tuple[Any, ...]]:
    """Files that agree in columns of their own. `known` of a file is said of each: an index may hold those alone."""
    mine = in_one_file(Customer, of) if of is not None else None
    few = _few(keys, known(Customer), mine)
    found = _files().add_columns(_said(reason)).select_from(few)
    for file in (One, Other):
        found = found.join(file, and_(known(file), *(getattr(file, key.key) == few.c[key.key] for key in keys)))
    return _in_order(found, of)


def _shared(part: Any, key: InstrumentedAttribute[Any], of: int | None) -> Select[*tuple[Any, ...]]:
    """Files that have a live telephone, unit or plate in common."""
    mine = in_file(part.customer_id, of) if of is not None else None
    few = _few([key], part.ends.is_(None), mine)
    found = _files().select_from(few)
    for file in (One, Other):
        held = aliased(part)
        found = found.join(held, and_(getattr(held, key.key) == few.c[key.key], held.ends.is_(None)))
        found = found.join(file, file.id == held.customer_id)
    return _in_order(found, of)


def _few(
    keys: Sequence[InstrumentedAttribute[Any]],
    live: ColumnElement[bool],
    mine: ColumnElement[bool] | None,
) -> Subquery:
    """What at least two customers have and at most `MOST_SHARING`; with `mine` only what those rows have, too."""
    few = select(*keys).where(live).group_by(*keys)
    if mine is not None:
        few = few.where(*(key.in_(select(key).where(mine)) for key in keys))
    return few.having(func.count().between(2, MOST_SHARING)).subquery()


def _files() -> Select[*tuple[Any, ...]]:
    return select(One.kept_id.label("one_id"), Other.kept_id.label("other_id"))


def _in_order(found: Select[*tuple[Any, ...]], of: int | None) -> Select[*tuple[Any, ...]]:
    """Two customers, each pair once. That they are of one estate is asked later: here an engine would begin with it."""
    if of is not None:
        return found.where(in_one_file(One, of), Other.kept_id != of)
    return found.where(One.kept_id < Other.kept_id)


def _similar(of: int | None) -> CTE | None:
    """Pairs that share a telephone and have similar names. SQL finds who shares; what is similar, Chinese decides."""
    sharing = _shared(Phone, Phone.digits, of).add_columns(One.name, Other.name).where(One.name != Other.name)
    rows = session().execute(sharing.distinct())
    found = [(one_id, other_id) for one_id, other_id, one, other in rows if alike(one, other)][:MOST_SIMILAR]
    ids = values(column("one_id", Integer), column("other_id", Integer), name="similar_names")
    return ids.data(found).cte("similar_names") if found else None
