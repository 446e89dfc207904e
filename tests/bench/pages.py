"""Pages at size: the caller card, the 360° page, the lists, and every page there is."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.db import session
from crm.desk.card import customer_card, unit_card
from crm.lists.models import PAGE_SIZES
from crm.properties.models import Building, Equipment, Estate, PublicArea, Unit
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import get_whole_customer
from tests.bench.figure import Figure, Reading, p95, spread, timings
from tests.bench.installation import USERS, Installation, raw, statements

PER_PAGE = 8  # calls of a page for each hundred asks
LISTS = ("/tenants/customers", "/properties/units", "/properties/parking", "/properties/equipment")
IDS = {
    "customer_id": Customer.id, "unit_id": Unit.id, "estate_id": Estate.id, "building_id": Building.id,
    "equipment_id": Equipment.id, "area_id": PublicArea.id,
}  # fmt: skip


def _cards(bench: Installation) -> Iterator[Reading]:
    """From the request to the last byte; the ratio is of the data part to the driver alone."""
    client = bench.client(USERS["desk_supervisor"])
    for name, address, column, data in (
        ("card of a customer", "/card/customer/{}", Occupancy.customer_id, customer_card),
        ("card of a unit", "/card/unit/{}", Occupancy.unit_id, unit_card),
        ("360° page", "/tenants/customers/{}", Occupancy.customer_id, get_whole_customer),
    ):
        ids = bench.some(column, bench.asks, Random(bench.seed))
        asked = timings([partial(client.get, address.format(key)) for key in ids])
        ratio, counts = data_part(bench, data, ids)
        yield spread(name, asked, ratio, f"{min(counts)} to {max(counts)} queries")


def _calls(bench: Installation) -> int:
    return max(1, bench.asks * PER_PAGE // 100)


def data_part(bench: Installation, data: Callable[[int], Any], ids: list[int]) -> tuple[float, set[int]]:
    """How many times the driver alone the data takes, and how many statements it is."""
    with bench.reading() as db:

        def afresh(key: int) -> None:
            db.expunge_all()
            data(key)

        sent = []
        for key in ids:
            with statements() as seen:
                afresh(key)
            sent.append(seen)
        own = timings([partial(afresh, key) for key in ids])
        plain = timings([partial(raw, seen) for seen in sent])
    return sum(own) / sum(plain), {len(seen) for seen in sent}


def _lists(bench: Installation) -> Iterator[Reading]:
    client = bench.client(USERS["desk_supervisor"])
    last = max(PAGE_SIZES)
    for address in LISTS:
        for query in ("", f"?size={last}", "?q=11", "?page=20"):
            yield spread(f"{address}{query}", timings([partial(client.get, address + query)] * _calls(bench)))


def _every_page(bench: Installation) -> Iterator[Reading]:
    """Every address that is read without further arguments than ids of things that exist; the slowest first."""
    clients = {role: bench.client(USERS[role]) for role in ("desk_supervisor", "administrator")}
    with bench.reading():
        ids = {name: _middle(column) for name, column in IDS.items()}
    read = [
        spread(each, timings([partial(client.get, each)] * _calls(bench)))
        for each, client in _pages(bench, clients, ids)
    ]
    slowest = sorted(read, key=lambda reading: -reading.value)
    yield Reading("slowest page", slowest[0].value, note=f"{len(read)} pages; {slowest[0].name}")
    yield from slowest[:5]


def _middle(column: Any) -> int | None:
    place = (session().scalar(select(func.count(column))) or 0) // 2
    return session().scalar(select(column).order_by(column).offset(place).limit(1))


def _pages(
    bench: Installation, clients: dict[str, FlaskClient], ids: dict[str, int | None]
) -> Iterator[tuple[str, FlaskClient]]:
    for rule in bench.app.url_map.iter_rules():
        known = {name: ids.get(name) for name in rule.arguments}
        if (
            "GET" in (rule.methods or ())
            and rule.endpoint not in ("static", "auth.logout")
            and None not in known.values()
        ):
            address = bench.app.url_map.bind("localhost").build(rule.endpoint, known)
            for client in clients.values():
                answer = client.get(address)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    yield address, client
                    break


def _first_load(bench: Installation) -> Iterator[Reading]:
    """The start page with everything it names, as a browser without a cache fetches it; then with one."""
    client = bench.client(USERS["desk_supervisor"])
    for name, address in (("start page", "/"), ("360° page", f"/tenants/customers/{_first_customer(bench)}")):
        page = client.get(address)
        assets = dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
        sizes = [len(gzip.compress(client.get(each).data)) for each in assets]
        alone = len(gzip.compress(page.data)) / 1000
        yield Reading(name, alone + sum(sizes) / 1000, note=f"{alone:.1f} kB again, {len(assets)} files")


def _first_customer(bench: Installation) -> int:
    with bench.reading():
        return session().scalar(select(func.min(Customer.id))) or 0


def _log_in(bench: Installation) -> Iterator[Reading]:
    """Nearly all of it is the password's hash, which is meant to take long."""
    times = timings([partial(bench.client, USERS["desk_supervisor"])] * _calls(bench))
    yield Reading("log-in", p95(times))


FIGURES = (
    Figure(name="caller card and 360° page", unit="ms p95", target=60, most_ratio=4, measure=_cards),
    Figure(name="lists", unit="ms p95", target=150, measure=_lists),
    Figure(name="every page", unit="ms p95", target=150, measure=_every_page),
    Figure(name="first load", unit="kB gzip", target=160, measure=_first_load),
    Figure(name="log-in", unit="ms p95", target=None, measure=_log_in),
)
