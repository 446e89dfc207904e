"""The search: how long each kind of query takes, its whole answer, and whether it misses what a LIKE would find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.db import session
from crm.desk import queries
from crm.desk.letters import fold
from crm.desk.pinyin import readings
from crm.desk.units import normalise_unit
from crm.properties.models import Unit
from crm.tenants.models import Customer, EmergencyContact, Member, Occupancy, Phone, Vehicle
from tests.bench.figure import Figure, Reading, spread, timings
from tests.bench.installation import USERS, Installation, raw, statements

FRAGMENTS, CROSS_CHECKED = 50, 30  # fragments for each ask
EVERYTHING = 10**8


def kinds(bench: Installation) -> dict[str, list[str]]:
    """Each kind of query, as a clerk types it, drawn from what is stored."""
    dice, asks = Random(bench.seed), bench.asks
    names = bench.some(Customer.name, 2 * asks, dice)
    people = [name for name in names if len(name) <= 4][:asks]
    firms = [name for name in names if len(name) > 4]
    spoken = [dice.choice(sorted(readings(name))) for name in people]
    phones, plates = bench.some(Phone.digits, asks, dice), bench.some(Vehicle.plate, asks, dice)
    units = [label for label in bench.some(Unit.label, 2 * asks, dice) if label.count("-") == 2][:asks]
    return {
        "one character": [dice.choice(name) for name in people],
        "two characters": [name[-2:] for name in people],
        "whole name": people,
        "company fragment": [name[1:6] for name in firms],
        "公司 (hot)": ["公司"] * (asks // 4 + 1),
        "one letter": [each[0][0] for each in spoken],
        "pinyin initials": ["".join(syllable[0] for syllable in each) for each in spoken],
        "full pinyin": ["".join(each) for each in spoken],
        "pinyin half typed": ["".join(each)[: dice.randint(2, 8)] for each in spoken],
        "last 4 of phone": [digits[-4:] for digits in phones],
        "phone beginning": [digits[:7] for digits in phones],
        "whole phone": phones,
        "unit": units,
        "unit in words": ["{}栋{}单元{}室".format(*label.split("-")) for label in units],
        "room": [label.split("-")[-1] for label in units],
        "plate": plates,
        "end of a plate": [plate[-4:] for plate in plates],
        "name and room": [f"{name[:2]} {label.split('-')[-1]}" for name, label in zip(people, units, strict=False)],
    }


def _found(bench: Installation) -> Iterator[Reading]:
    """Which objects, in order; the ratio to the same statements through the driver alone."""
    for kind, texts in kinds(bench).items():
        with bench.reading():
            found = timings([partial(queries.find, text) for text in texts])
            plain = timings([partial(raw, _sent(text)) for text in texts])
        yield spread(kind, found, sum(found) / sum(plain) if sum(plain) else None)


def _sent(text: str) -> Any:
    with statements() as seen:
        queries.find(text)
    return seen


def _found_in_one_estate(bench: Installation) -> Iterator[Reading]:
    """As a clerk who sees one estate only."""
    permissions = frozenset({Permission.customer_read, Permission.property_read})
    clerk = Actor(name="bench", permissions=permissions, user_id=1, estate_ids=frozenset({1}))
    for kind, texts in kinds(bench).items():
        with bench.reading(clerk):
            yield spread(kind, timings([partial(queries.find, text) for text in texts]))


def _answered(bench: Installation) -> Iterator[Reading]:
    """The list under the search box, from the request to the last byte."""
    client = bench.client(USERS["desk_supervisor"])
    for kind, texts in kinds(bench).items():
        asked = [partial(client.get, "/search/suggest", query_string={"q": text}) for text in texts]
        yield spread(kind, timings(asked))


# Against an oracle


def _missed(bench: Installation) -> Iterator[Reading]:
    """Fragments of 1 to 4 characters and whole numbers: whoever a LIKE finds, the search must find."""
    with bench.reading():
        for kind, (told, wanted) in _oracles(Random(bench.seed + 1), bench.asks * FRAGMENTS).items():
            missed = sum(len(wanted(text) - _customers(text)) for text in told)
            yield Reading(kind, missed, note=f"{len(told):,} queries")
        yield Reading("the oracle against LIKE", _differing(Random(bench.seed + 2)), note=f"{CROSS_CHECKED} fragments")


def _customers(text: str) -> set[int]:
    return {key for kind, key in queries.find(text, most=EVERYTHING).refs if kind == "customer"}


Oracle = tuple[Sequence[str], Callable[[str], set[int]]]


def _oracles(dice: Random, count: int) -> dict[str, Oracle]:
    """Kind of text -> what is typed, and who must be found."""
    names = _owned(
        *((part.customer_id, part.name) for part in (Member, EmergencyContact)), (Customer.id, Customer.name)
    )
    phones = _owned(*((part.customer_id, part.phone) for part in (Member, EmergencyContact)))
    phones |= _owned((Phone.customer_id, Phone.digits), known=phones)
    plates, units = _owned((Vehicle.customer_id, Vehicle.plate)), _owned_units()
    few = count // 10
    spoken = {name: min(readings(name)) for name in dice.choices([n for n in names if len(n) <= 4], k=few)}
    return {
        "name fragments": _pieces(names, dice, lambda name: _cut(name, dice), _fragments, count),
        "initials": _said(names, {"".join(each[0] for each in said): name for name, said in spoken.items()}),
        "full pinyin": _said(names, {"".join(said): name for name, said in spoken.items()}),
        "last 4 digits": _pieces(phones, dice, lambda digits: digits[-4:], lambda digits: [digits[-4:]], few),
        "whole phones": _pieces(phones, dice, lambda digits: digits, lambda digits: [digits], few),
        "plates": _pieces(plates, dice, lambda plate: plate[-4:], lambda plate: [plate[-4:]], few),
        "units in words": _pieces(units, dice, _in_words, lambda label: [_in_words(label)], few),
        "units with dashes": _pieces(units, dice, lambda label: label, lambda label: [label], few),
    }


def _owned(*columns: tuple[Any, Any], known: dict[str, set[int]] | None = None) -> dict[str, set[int]]:
    """Text -> the customers who have it."""
    found: dict[str, set[int]] = defaultdict(set, known or {})
    for key, text in columns:
        for customer_id, value in session().execute(select(key, text).where(_live(key), text != "")):
            found[value].add(customer_id)
    return found


def _live(key: Any) -> Any:
    return key.class_.ends.is_(None) if hasattr(key.class_, "ends") else Customer.merged_into_id.is_(None)


def _owned_units() -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    lived_in = select(Unit.label, Occupancy.customer_id).join(Unit, Unit.id == Occupancy.unit_id)
    for label, customer_id in session().execute(lived_in.where(Occupancy.ends.is_(None))):
        if len(normalise_unit(label) or ()) > 1:
            found[label].add(customer_id)
    return found


def _pieces(
    texts: dict[str, set[int]],
    dice: Random,
    cut: Callable[[str], str],
    all_of: Callable[[str], Iterable[str]],
    count: int,
) -> Oracle:
    """Pieces of random texts; one walk over all texts says who has any of them."""
    known = list(texts)
    typed = [cut(dice.choice(known)) for _ in range(count)] if known else []
    wanted: dict[str, set[int]] = {text: set() for text in typed}
    for text, keys in texts.items():
        for piece in all_of(text):
            if piece in wanted:
                wanted[piece] |= keys
    return typed, wanted.__getitem__


def _said(names: dict[str, set[int]], said: dict[str, str]) -> Oracle:
    return list(said), lambda typed: names[said[typed]]


def _cut(name: str, dice: Random) -> str:
    letters = fold(name)
    start = dice.randrange(len(letters))
    return letters[start : start + dice.randint(1, 4)]


def _fragments(name: str) -> Iterator[str]:
    letters = fold(name)
    return (
        letters[start:end]
        for start in range(len(letters))
        for end in range(start + 1, min(start + 4, len(letters)) + 1)
    )


def _in_words(label: str) -> str:
    parts = label.split("-")
    return "栋".join(parts) if len(parts) == 2 else "{}栋{}单元{}室".format(*parts)


def _differing(dice: Random) -> int:
    """How often the walk over all names says something else than the database's own LIKE."""
    names = _owned((Customer.id, Customer.name))
    typed, wanted = _pieces(names, dice, lambda name: _cut(name, dice), _fragments, CROSS_CHECKED)
    like = (set(session().scalars(select(Customer.id).where(Customer.name.like(f"%{text}%")))) for text in typed)
    return sum(told != wanted(text) for told, text in zip(like, typed, strict=True))


FIGURES = (
    Figure(name="search: query", unit="ms p95", target=5, measure=_found),
    Figure(name="search: query in one estate", unit="ms p95", target=5, measure=_found_in_one_estate),
    Figure(name="search: answer", unit="ms p95", target=20, measure=_answered),
    Figure(name="search: missed", unit="customers", target=0, measure=_missed, slow=True),
)
