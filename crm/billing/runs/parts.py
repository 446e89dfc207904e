"""Days that follow one another put together, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, select


def together(parts: CTE, *same: str) -> Select[*tuple[Any, ...]]:
    """unit_id, `same`, begins, ends: parts of a unit that follow one another and agree in `same` are one."""
    unit: dict[str, Any] = {"partition_by": parts.c.unit_id, "order_by": parts.c.begins}
    agree = [func.lag(parts.c[name]).over(**unit) == parts.c[name] for name in same]
    goes_on = and_(func.lag(parts.c.ends).over(**unit) == parts.c.begins, *agree)
    marked = select(parts, case((goes_on, 0), else_=1).label("new")).cte()
    turn = func.sum(marked.c.new).over(partition_by=marked.c.unit_id, order_by=marked.c.begins)
    turns = select(marked, turn.label("turn")).cte()
    return select(
        turns.c.unit_id,
        *(func.min(turns.c[name]).label(name) for name in same),
        func.min(turns.c.begins).label("begins"),
        func.max(turns.c.ends).label("ends"),
    ).group_by(turns.c.unit_id, turns.c.turn)
