"""What a dossier's page says of its period: until when, what holds it, or its tombstone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.archive.disposal import queries
from crm.archive.disposal.holding import Hold, holds_of
from crm.archive.disposal.models import ArchiveHold, DisposalList, Tombstone
from crm.archive.disposal.service.holds import why_not_lift
from crm.archive.disposal.starting import BECAUSE_TITLES, Because
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    dossier_id: int
    since: date | None
    because: str
    until: date | None
    holds: Sequence[Hold]
    by_hand: Sequence[tuple[ArchiveHold, bool]]  # and whether the acting person may lift it
    on_list: DisposalList | None
    may_hold: bool

    @property
    def is_over(self) -> bool:
        return self.since is not None and self.until is not None and self.until < business_day()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    stone: Tombstone
    list: DisposalList


def head(dossier: Dossier) -> tuple[str, Any] | None:
    if dossier.state is DossierState.destroyed:
        stone = queries.tombstone_of(dossier.id)
        assert stone is not None  # noqa: S101 - the database refuses the state without
        return "disposal/_tombstone.html", Gone(stone=stone, list=session().get_one(DisposalList, stone.list_id))
    return ("disposal/_period.html", _period(dossier)) if actor().may(Permission.disposal_read) else None


def _period(dossier: Dossier) -> Period:
    row, holds = queries.period_of(dossier.id), actor().may(Permission.disposal_hold)
    by_hand = queries.holds_by_hand(dossier.id)
    return Period(
        dossier_id=dossier.id,
        since=row.starts_on if row else None,
        because=str(BECAUSE_TITLES[Because(row.because)]) if row else "",
        until=queries.until_of(row) if row else None,
        holds=holds_of([dossier.id]).get(dossier.id, ()),
        by_hand=[(each, holds and not why_not_lift(each)) for each in by_hand],
        on_list=queries.live_list_of(dossier.id),
        may_hold=holds,
    )
