"""The figures of a period put together: cards, tables and pictures, for the page, the workbook and the paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.complaints.cases.models import CHANNEL_TITLES, Channel, Complaint
from crm.complaints.figures import besides
from crm.complaints.figures.asked import Asked
from crm.complaints.figures.besides import Heard, Named
from crm.complaints.figures.meanings import MEANINGS, meaning, title
from crm.complaints.figures.sums import ALL, CAUSE, CROSS, Grouped, Sums, summed
from crm.web import charts
from crm.web.figures import Card, Ratio, Table

BARS, LINES, COLUMNS = 10, 30, 12  # of the pictures; the tables have them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`narrowed`: the building, department and contractor whose figures these are, where they are not everybody's."""

    asked: Asked
    narrowed: Sequence[str]
    total: Sums
    cards: Sequence[Card]
    tables: Sequence[Table]
    meanings: Sequence[tuple[str, str]]

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)


def report(asked: Asked) -> Report:
    """Always the same number of statements, however long the period is and however much there is."""
    sums, names = summed(asked), besides.named(asked)
    total = sums[ALL].get(None, Sums())
    return Report(
        asked=asked,
        narrowed=_narrowed(asked, names),
        total=total,
        cards=_cards(asked, total),
        tables=[
            _trend(asked),
            _causes(sums, names, total),
            _map(sums, names),
            _cross(sums, names, total),
            _standing("category", _("Category"), sums, _by_received(sums, names), total),
            _standing("department", _("Department"), sums, _departments(names), total),
            _standing("contractor", _("Contractor"), sums, _contractors(sums, names), total),
            _standing("building", _("Building"), sums, _buildings(names), total),
            _standing("estate", _("Estate"), sums, asked.estates, total),
            _channels(sums, total),
        ],
        meanings=[(title(key), meaning(key)) for key in MEANINGS],
    )


def _narrowed(asked: Asked, names: Named) -> list[str]:
    building = names.buildings.get(asked.building_id or 0)
    told = (
        _("building %(number)s", number=building) if building else "",
        names.departments.get(asked.department_id or 0, ""),
        names.contractors.get(asked.contractor, ""),
    )
    return [each for each in told if each]


def _cards(asked: Asked, total: Sums) -> list[Card]:
    heard, (times, sum_given) = besides.heard(asked), besides.given(asked)
    answer = besides.median_hours(asked, Complaint.acknowledged_at)
    result = besides.median_hours(asked, Complaint.replied_at)
    received = _("%(urgent)s urgent, %(void)s taken back or joined", urgent=total.urgent, void=total.void)
    return [
        _card("received", f"{total.received:,}", received),
        _card("closed", f"{total.closed:,}", ""),
        _card("open", f"{total.open:,}", ""),
        _card("answered", total.answered.in_words, total.answered.counted),
        _card("hours_answer", _hours(answer), _("median")),
        _card("result", total.settled.in_words, total.settled.counted),
        _card("hours_result", _hours(result), _("median")),
        _card("again", total.again.in_words, total.again.counted),
        _card("justified", total.with_ground.in_words, total.with_ground.counted),
        _card("satisfied", heard.satisfied.in_words, _heard_in_words(heard)),
        _card("given", f"{sum_given:,.2f}", _("%(count)s times", count=times)),
    ]


def _heard_in_words(heard: Heard) -> str:
    score = _("score %(score)s", score=heard.score) if heard.score is not None else ""
    attempts = _("%(count)s attempts", count=heard.attempts)
    return " · ".join(filter(None, (heard.satisfied.counted, attempts, score)))


def _hours(hours: Decimal | None) -> str:
    return "–" if hours is None else f"{hours:,}"


def _card(key: str, value: str, note: str) -> Card:
    return Card(title=title(key), value=value, note=note)


def _told(*keys: str) -> list[tuple[str, str]]:
    return [(title(key), meaning(key)) for key in keys]


def _trend(asked: Asked) -> Table:
    rows = [(f"{month:%Y-%m}", received, closed) for month, received, closed in besides.by_month(asked)]
    return Table(
        key="trend",
        title=title("trend"),
        headings=(_("Month"), title("received"), title("closed")),
        kinds=("text", "number", "number"),
        rows=rows,
        meanings=_told("trend"),
        chart=charts.trend(rows) if any(row[1] or row[2] for row in rows) else None,
    )


def _causes(sums: Grouped, names: Named, total: Sums) -> Table:
    """The most frequent on, with the share of all that they make up together."""
    counts = [(_cause(names)(code), figures.closed) for code, figures in sums[CAUSE].items()]
    counts.sort(key=lambda pair: (-pair[1], pair[0]))
    rows, so_far = [], 0
    for name, count in counts:
        so_far += count
        rows.append((name, count, Ratio(count, total.closed), Ratio(so_far, total.closed)))
    bars = [(name, name, count) for name, count in counts[:BARS]]
    return Table(
        key="cause",
        title=title("cause"),
        headings=(_("Root cause"), title("closed"), _("Share of all"), _("Share, added up")),
        kinds=("text", "number", "rate", "rate"),
        rows=rows,
        foot=(_("Total"), total.closed, None, None),
        meanings=_told("cause"),
        chart=charts.pareto(bars, total.closed) if bars else None,
    )


def _cause(names: Named) -> Callable[[str], str]:
    return lambda code: names.causes.get(code, code) or _("Not said")


def _building(names: Named) -> Callable[[int | None], str]:
    return lambda key: _("In no building") if key is None else names.buildings[key]


def _map(sums: Grouped, names: Named) -> Table:
    """Building × cause."""
    counts: dict[tuple[Any, str], int] = {}
    for (building, cause, _contractor), figures in sums[CROSS].items():
        counts[building, cause] = counts.get((building, cause), 0) + figures.closed
    causes = sorted(sums[CAUSE], key=lambda code: (-sums[CAUSE][code].closed, code))
    columns = [(code, _cause(names)(code)) for code in causes]
    buildings = [key for key in (*names.buildings, None) if any(place[0] == key for place in counts)]
    named = [(key, _building(names)(key)) for key in buildings]
    return Table(
        key="map",
        title=title("map"),
        headings=(_("Building"), *(name for _code, name in columns)),
        kinds=("text", *("number" for _each in columns)),
        rows=[(name, *(counts.get((key, code), 0) for code, _name in columns)) for key, name in named],
        meanings=_told("map"),
        chart=_heat(named, columns[:COLUMNS], counts),
    )


def _heat(rows: list[Any], columns: list[Any], counts: dict[Any, int]) -> Any:
    """The buildings with most of them, in the order of the buildings."""
    if not counts:
        return None
    sums = {key: sum(count for place, count in counts.items() if place[0] == key) for key, _name in rows}
    most = set(sorted(sums, key=lambda key: -sums[key])[:LINES])
    shown = {code for code, _name in columns}
    inside = {place: count for place, count in counts.items() if place[1] in shown}
    return charts.heat([row for row in rows if row[0] in most], columns, inside)


def _cross(sums: Grouped, names: Named, total: Sums) -> Table:
    """Each building, cause and contractor that goes together, the most frequent first."""
    building, cause = _building(names), _cause(names)
    rows = [
        (building(key), cause(code), _contractor(names, word), figures.closed)
        for (key, code, word), figures in sums[CROSS].items()
    ]
    return Table(
        key="cross",
        title=title("cross"),
        headings=(_("Building"), _("Root cause"), _("Contractor"), title("closed")),
        kinds=("text", "text", "text", "number"),
        rows=sorted(rows, key=lambda row: (-row[3], *row[:3])),
        foot=(_("Total"), "", "", total.closed),
        meanings=_told("cross"),
    )


def _contractor(names: Named, code: str) -> str:
    return names.contractors.get(code, code) or _("No contractor")


STANDING = {
    "category": _l("How well it went, by category"),
    "department": _l("How well it went, by department complained about"),
    "contractor": _l("How well it went, by contractor"),
    "building": _l("How well it went, by building"),
    "estate": _l("How well it went, by estate"),
}
KINDS = ("text", "number", "number", "number", "rate", "rate", "rate", "rate")
SAID = ("received", "closed", "open", "answered", "result", "again", "justified")


def _standing(kind: str, heading: str, sums: Grouped, names: Mapping[Any, str], total: Sums) -> Table:
    """A line for each of `names` of which there is anything, in their order."""
    found = sums[kind]
    rows = [(name, *_of_standing(found[key])) for key, name in names.items() if key in found and found[key].anything]
    return Table(
        key=f"standing_{kind}",
        title=str(STANDING[kind]),
        headings=(heading, *(title(key) for key in SAID)),
        kinds=KINDS,
        rows=rows,
        foot=(_("Total"), *_of_standing(total)),
        meanings=_told(*SAID),
    )


def _of_standing(figures: Sums) -> tuple[Any, ...]:
    return (
        figures.received,
        figures.closed,
        figures.open,
        figures.answered,
        figures.settled,
        figures.again,
        figures.with_ground,
    )


def _by_received(sums: Grouped, names: Named) -> dict[Any, str]:
    found = sums["category"]
    keys = sorted(found, key=lambda key: (-found[key].received, names.categories[key]))
    return {key: names.categories[key] for key in keys}


def _departments(names: Named) -> dict[Any, str]:
    return {**names.departments, None: _("No department")}


def _contractors(sums: Grouped, names: Named) -> dict[Any, str]:
    known = {code: name for code, name in names.contractors.items() if code in sums["contractor"]}
    return {**known, **{code: _contractor(names, code) for code in sums["contractor"] if code not in known}}


def _buildings(names: Named) -> dict[Any, str]:
    return {**names.buildings, None: _building(names)(None)}


def _channels(sums: Grouped, total: Sums) -> Table:
    found = {word: figures.received for word, figures in sums["channel"].items()}
    rows = [(str(CHANNEL_TITLES[each]), found[each.value]) for each in Channel if found.get(each.value)]
    return Table(
        key="channel",
        title=title("channel"),
        headings=(_("Way"), title("received")),
        kinds=("text", "number"),
        rows=rows,
        foot=(_("Total"), total.received),
        meanings=_told("channel"),
    )
