"""权证库: what came, went and lies there, how soon it got there, and what was wrong; of the whole company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.models import Delay
from crm.archive.vault.models.count import INCIDENT_TITLES
from crm.archive.vault.models.document import KIND_TITLES
from crm.archive.vault.monthly import Way, average, incidents_of_months, vault_of_months, ways_of
from crm.auth.permissions import Permission
from crm.statistics.asked import Asked
from crm.statistics.categories import by_category
from crm.statistics.registers import since_and_until
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.web.figures import Table

IN_TIME = _l(
    "Of the title documents that were laid into a safe for the first time in the month: on the working day on which A "
    "obtained them ÷ all."
)
FIGURES = (
    SheetFigure(
        key="came",
        title=_l("Laid into the vault"),
        meaning=_l("Title documents that came in by vouchers carried out in the month. As in the book of the vault."),
    ),
    SheetFigure(
        key="went",
        title=_l("Taken out of the vault"),
        meaning=_l(
            "Title documents that went out by vouchers carried out in the month: for a time, for good, or as lost."
        ),
    ),
    SheetFigure(
        key="balance",
        title=_l("In the vault at the month's end"),
        meaning=_l("All that came less all that went, up to the month's last day. As in the book of the vault."),
    ),
    SheetFigure(
        key="outside",
        title=_l("Outside at the month's end"),
        meaning=_l(
            "Taken out for a time, and not back by the end of the month's last day, today of the running month."
        ),
    ),
    SheetFigure(
        key="laid",
        title=_l("Laid in for the first time"),
        meaning=_l("Title documents that reached the vault in the month, each once."),
    ),
    SheetFigure(key="in_time", of="laid", kind="rate", title=_l("In the vault the same working day"), meaning=IN_TIME),
)


def reckon(asked: Asked) -> Reckoned:
    ways = ways_of(asked.months)
    found = vault_of_months(asked.months, ways)
    of_month = [way for way in ways if way.placed_on.replace(day=1) == asked.month]
    return Reckoned(
        known={place: asdict(each) for place, each in found.items()},
        names={kind: str(title) for kind, title in KIND_TITLES.items()},
        tables=[_ways(of_month), _incidents(asked)],
        notes=[_("These figures are those of the whole company: title documents belong to no estate.")],
    )


def _ways(ways: Sequence[Way]) -> Table:
    by_kind = [(str(title), [way for way in ways if way.kind is kind]) for kind, title in KIND_TITLES.items()]
    return Table(
        key="days",
        title=_("From the registry into the vault"),
        headings=(
            _("Kind"),
            _("The same working day"),
            _("The next working day"),
            _("Later"),
            _("Days on average"),
            _("Most days"),
        ),
        kinds=("text", "number", "number", "number", "hours", "number"),
        rows=[_way(name, each) for name, each in by_kind if each],
        foot=_way(_("Total"), ways),
        meanings=[
            (
                _("From the registry into the vault"),
                _("Title documents laid in for the first time in the month, by the days since A obtained them."),
            )
        ],
    )


def _way(name: str, ways: Sequence[Way]) -> tuple[Any, ...]:
    counts = [sum(way.delay is delay for way in ways) for delay in (None, Delay.alarm, Delay.breach)]
    return (name, *counts, average(ways), max((way.days for way in ways), default=0))


def _incidents(asked: Asked) -> Table:
    found = incidents_of_months(asked.months)
    title = _("Incidents of title documents")
    told = title, _("Reported in the month: lost, damaged, or found without being in the books.")
    names = {kind: str(each) for kind, each in INCIDENT_TITLES.items()}
    return by_category(asked, title, names, lambda month, kind: found.get((month, kind), 0), tuple(names), told)


def _in_vault(asked: Asked) -> dict[str, Any]:
    return {"on": (asked.ends - timedelta(days=1)).isoformat(), "state": "in_vault"}


SHEET = Sheet(
    slug="vault",
    title=_l("Title vault"),
    definition=_l("Title documents that came, went and lie in the vault, and how soon they got there."),
    permission=Permission.credit_oversee,
    figures=FIGURES,
    drawn=("balance", "went"),
    reckon=reckon,
    row_title=_l("Kind"),
    company=True,
    registers=(
        Register(
            title=_l("Book of the vault"),
            endpoint="vouchers.book",
            permission=Permission.credit_oversee,
            parameters=since_and_until,
        ),
        Register(
            title=_l("In the vault at the month's end"),
            endpoint="vault.documents",
            permission=Permission.title_read,
            parameters=_in_vault,
        ),
        Register(
            title=_l("Incidents of title documents"),
            endpoint="vault_incidents.index",
            permission=Permission.credit_oversee,
            parameters=since_and_until,
        ),
    ),
)
