"""The figures of a period put together: cards, tables and pictures, for the page, the workbook and the paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.repairs.figures import besides
from crm.repairs.figures.asked import Asked
from crm.repairs.figures.besides import Cost, Named, Place, Visits
from crm.repairs.figures.meanings import MEANINGS, meaning, repeat_in_words, title
from crm.repairs.figures.sums import ALL, Grouped, Sums, summed
from crm.repairs.orders.models import CHANNEL_TITLES, PAYER_TITLES, Channel
from crm.web import charts
from crm.web.figures import Card, Ratio, Table

BARS, LINES, COLUMNS = 10, 30, 24  # of the pictures; the tables have them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`narrowed`: the building and the worker whose figures these are, where they are not everybody's."""

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
    sums, asking = summed(asked), besides.costs(asked)
    total = sums[ALL].get(None, Sums())
    names = besides.named(asked, [key for key in (*sums["worker"], asked.worker_id) if key])
    cost = besides.altogether([*asking.values()])
    return Report(
        asked=asked,
        narrowed=_narrowed(asked, names),
        total=total,
        cards=_cards(asked, total, besides.visits(asked), cost),
        tables=[
            table
            for table in (
                _trend(asked),
                _categories(sums, names, total),
                _map(asked, sums, names),
                _channels(sums, total),
                _workers(sums, names) if asked.names_workers else None,
                _standing("category", _("Category"), sums, _by_finished(sums, names), total),
                _standing("building", _("Building"), sums, _in_order(names), total),
                _standing("estate", _("Estate"), sums, asked.estates, total),
                _costs(asking, names, cost),
            )
            if table is not None
        ],
        meanings=[*((title(key), meaning(key)) for key in MEANINGS), (_("Repeats"), repeat_in_words(asked.last))],
    )


def _narrowed(asked: Asked, names: Named) -> list[str]:
    building = names.buildings.get(asked.building_id or 0)
    worker = names.workers.get(asked.worker_id or 0) if asked.names_workers else None
    told = _("building %(number)s", number=building) if building else ""
    return [each for each in (told, worker) if each]


def _cards(asked: Asked, total: Sums, visits: Visits, cost: Cost) -> list[Card]:
    median = besides.median_minutes(asked)
    waited = _("median %(minutes)s minutes", minutes=median) if median is not None else _("nobody talked to yet")
    young = _("%(count)s of them provisional", count=total.provisional) if total.provisional else ""
    score = _("score %(score)s", score=visits.score) if visits.score is not None else ""
    rates = [
        ("accepted", total.accepted, ""),
        ("arrived", total.arrived, ""),
        ("in_time", total.in_time, ""),
        ("contacted", total.contacted, waited),
        ("first_fix", total.first_fix, young),
        ("visits", visits.made, _("%(count)s attempts", count=visits.attempts)),
        ("satisfied", visits.satisfied, score),
    ]
    over = _("cancelled %(cancelled)s, twice %(twice)s", cancelled=total.cancelled, twice=total.duplicates)
    hours = _("%(hours)s hours on average", hours=total.hours) if total.hours is not None else ""
    return [
        _card("reported", f"{total.reported:,}", _("%(count)s emergencies", count=total.emergencies)),
        _card("finished", f"{total.finished:,}", hours),
        _card("open", f"{total.open:,}", ""),
        _card("cancelled", f"{total.cancelled + total.duplicates:,}", over),
        *(_card(key, ratio.in_words, " · ".join(filter(None, (ratio.counted, note)))) for key, ratio, note in rates),
        _card(
            "cost", _money(cost.per_unit), _("%(sum)s yuan / %(units)s units", sum=_money(cost.total), units=cost.units)
        ),
    ]


def _card(key: str, value: str, note: str) -> Card:
    return Card(title=title(key), value=value, note=note)


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.2f}"


def _told(*keys: str) -> list[tuple[str, str]]:
    return [(title(key), meaning(key)) for key in keys]


def _trend(asked: Asked) -> Table:
    rows = [(f"{month:%Y-%m}", reported, finished) for month, reported, finished in besides.by_month(asked)]
    return Table(
        key="trend",
        title=title("trend"),
        headings=(_("Month"), _("Reported"), _("Finished")),
        kinds=("text", "number", "number"),
        rows=rows,
        meanings=_told("trend"),
        chart=charts.trend(rows),
    )


def _categories(sums: Grouped, names: Named, total: Sums) -> Table:
    """From the most frequent on, with the share of all that they make up together."""
    counts = [(key, figures.reported) for key, figures in sums["category"].items() if figures.reported]
    counts.sort(key=lambda pair: (-pair[1], names.categories[pair[0]]))
    rows, so_far = [], 0
    for key, count in counts:
        so_far += count
        rows.append((names.categories[key][0], count, Ratio(count, total.reported), Ratio(so_far, total.reported)))
    bars = [(*names.categories[key], count) for key, count in counts[:BARS]]
    return Table(
        key="category",
        title=title("category"),
        headings=(_("Category"), _("Reported"), _("Share of all"), _("Share, added up")),
        kinds=("text", "number", "rate", "rate"),
        rows=rows,
        foot=(_("Total"), total.reported, None, None),
        meanings=_told("category"),
        chart=charts.pareto(bars, total.reported) if bars else None,
    )


def _building_of(names: Named) -> Callable[[int | None], str]:
    return lambda key: _("In no building") if key is None else names.buildings[key]


def _map(asked: Asked, sums: Grouped, names: Named) -> Table:
    """Building × month; in a single month building × category."""
    counts = {place: figures.reported for place, figures in sums["map"].items() if figures.reported}
    columns = _months(asked) if len(asked.months) > 1 else _busiest(counts, names)
    buildings = [key for key in (*names.buildings, None) if any(place[0] == key for place in counts)]
    named = [(key, _building_of(names)(key)) for key in buildings]
    shown = {key for key, _name in columns}
    return Table(
        key="map",
        title=title("map"),
        headings=(_("Building"), *(name for _key, name in columns)),
        kinds=("text", *("number" for _each in columns)),
        rows=[(name, *(counts.get((key, column), 0) for column, _name in columns)) for key, name in named],
        meanings=_told("map"),
        chart=_heat(named, columns, {place: count for place, count in counts.items() if place[1] in shown}),
    )


def _heat(rows: list[Any], columns: list[Any], counts: dict[Any, int]) -> Any:
    """The busiest buildings, in the order of the buildings."""
    if not counts:
        return None
    sums = {key: sum(count for place, count in counts.items() if place[0] == key) for key, _name in rows}
    most = set(sorted(sums, key=lambda key: -sums[key])[:LINES])
    return charts.heat([row for row in rows if row[0] in most], columns[-COLUMNS:], counts)


def _months(asked: Asked) -> list[tuple[int, str]]:
    return [(month.year * 100 + month.month, f"{month:%Y-%m}") for month in asked.months]


def _busiest(counts: dict[Any, int], names: Named) -> list[tuple[int, str]]:
    """The categories with most jobs, in the order of how many they have."""
    sums: dict[int, int] = {}
    for (_building, category), count in counts.items():
        sums[category] = sums.get(category, 0) + count
    keys = sorted(sums, key=lambda key: (-sums[key], key))[:BARS]
    return [(key, names.categories[key][1]) for key in keys]


def _channels(sums: Grouped, total: Sums) -> Table:
    found = {word: figures.reported for word, figures in sums["channel"].items()}
    rows = [(str(CHANNEL_TITLES[each]), found[each.value]) for each in Channel if found.get(each.value)]
    return Table(
        key="channel",
        title=title("channel"),
        headings=(_("Way"), _("Reported")),
        kinds=("text", "number"),
        rows=rows,
        foot=(_("Total"), total.reported),
        meanings=_told("channel"),
    )


def _workers(sums: Grouped, names: Named) -> Table:
    rows = [(key, figures) for key, figures in sums["worker"].items() if figures.anything]
    rows.sort(key=lambda row: -row[1].finished)
    told = [(names.workers[key] if key else _("Nobody yet"), *_of_standing(figures)[1:]) for key, figures in rows]
    return Table(
        key="worker",
        title=title("worker"),
        headings=(_("Worker"), *_headings()[1:]),
        kinds=KINDS[:1] + KINDS[2:],
        rows=told,
        meanings=_told("worker", "in_time", "first_fix", "reworks", "hours"),
    )


KINDS = ("text", "number", "number", "rate", "rate", "number", "hours")


def _headings() -> tuple[str, ...]:
    return (
        _("Reported"),
        _("Finished"),
        title("in_time"),
        title("first_fix"),
        title("reworks"),
        title("hours"),
    )


def _of_standing(figures: Sums) -> tuple[Any, ...]:
    return (
        figures.reported,
        figures.finished,
        figures.in_time,
        figures.first_fix,
        figures.reworks,
        figures.hours,
    )


STANDING = {
    "category": _l("How well it went, by category"),
    "building": _l("How well it went, by building"),
    "estate": _l("How well it went, by estate"),
}


def _standing(kind: str, heading: str, sums: Grouped, names: Mapping[Any, str], total: Sums) -> Table:
    """A line for each of `names` of which there is anything, in their order."""
    found = sums[kind]
    rows = [(name, *_of_standing(found[key])) for key, name in names.items() if key in found and found[key].anything]
    return Table(
        key=f"standing_{kind}",
        title=str(STANDING[kind]),
        headings=(heading, *_headings()),
        kinds=KINDS,
        rows=rows,
        foot=(_("Total"), *_of_standing(total)),
        meanings=_told("in_time", "first_fix", "reworks", "hours"),
    )


def _by_finished(sums: Grouped, names: Named) -> dict[Any, str]:
    found = sums["category"]
    keys = sorted(found, key=lambda key: (-found[key].finished, names.categories[key]))
    return {key: names.categories[key][0] for key in keys}


def _in_order(names: Named) -> dict[int | None, str]:
    found: dict[int | None, str] = dict(names.buildings.items())
    return found | {None: _building_of(names)(None)}


def _costs(costs: dict[Place, Cost], names: Named, total: Cost) -> Table:
    places = {building: cost for (_estate, building), cost in costs.items() if building is not None}
    none = besides.altogether([cost for (_estate, building), cost in costs.items() if building is None])
    rows = [(names.buildings[key], *_of_cost(places[key])) for key in names.buildings if key in places]
    if none.total:
        rows.append((_("In no building"), *_of_cost(none)))
    payers = (str(each) for each in PAYER_TITLES.values())
    return Table(
        key="cost",
        title=title("cost"),
        headings=(
            _("Building"),
            _("Units"),
            _("Materials (yuan)"),
            _("Labour (yuan)"),
            *payers,
            _("Of a unit (yuan)"),
        ),
        kinds=("text", "number", *("money" for _each in range(3 + len(PAYER_TITLES)))),
        rows=rows,
        foot=(_("Total"), *_of_cost(total)),
        meanings=_told("cost"),
    )


def _of_cost(cost: Cost) -> tuple[Any, ...]:
    return cost.units, cost.materials, cost.labour, *cost.payers.values(), cost.per_unit
