"""The global search over the typed tokens, kept inside the acting person's estates and rights.

First every token of the query is counted, up to `MANY`; then each way to understand the text that can have results
is looked up from its rarest token. Best first: exact, beginning, end, fragment, pinyin; see `crm.desk.tokens`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import STATE_TITLES as DOSSIER_STATES
from crm.archive.dossiers.models.template import KIND_TITLES as DOSSIER_TITLES
from crm.archive.dossiers.queries import shown_title, visible
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.desk import index
from crm.desk.index import TOKENS
from crm.desk.letters import fold
from crm.desk.marks import mark
from crm.desk.pinyin import spells
from crm.desk.tokens import EXACT, WHOLE_NAME, Alternative, Document, holds, parse_query, words_of
from crm.desk.units import normalise_unit
from crm.numbering import Number
from crm.phones import mask_phone
from crm.properties.models import USE_TITLES, Estate, Unit
from crm.properties.queries import estate_names
from crm.secrecy import blind_index
from crm.tenants.models import Customer, Occupancy, Phone
from crm.tenants.queries import files_of, lasts_on

MANY = 1000  # never count further: a hot fragment has a hundred thousand
RANKED = 100  # so many are ordered by their titles
BEST = 40  # of more, only so many, the rest as the index gives them: whoever sees hundreds types on
LONGEST = 100  # letters of a query
ADDRESSES = {
    "customer": "/tenants/customers/{}",
    "unit": "/tenants/units/{}",
    "estate": "/properties/estates/{}",
    "dossier": "/archive/dossiers/{}",
}
Ref = tuple[str, int]  # kind and id
Merged = aliased(Customer)


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    id: int
    title: str
    detail: str
    estate: str

    @property
    def url(self) -> str:
        return ADDRESSES[self.kind].format(self.id)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything found, best first, up to the most that was asked for."""

    refs: tuple[Ref, ...]
    many: bool = False

    @property
    def count(self) -> str:
        return f"{len(self.refs)}+" if self.many else str(len(self.refs))


def search(text: str, limit: int = 20) -> list[Hit]:
    """The best `limit` objects the text finds."""
    return hits(find(text).refs[:limit], text)


def find(text: str, most: int = MANY) -> Found:
    """A word that names an estate beside others narrows the search to it: 天庆花园 12-2-1803."""
    text = text.strip()[:LONGEST]
    rest, estate_ids = _places(text)
    found = _find(rest, most, estate_ids) if estate_ids else Found(())
    own = actor().estate_ids
    return found if found.refs else _find(text, most, None if own is None else own | {index.COMPANY})


def is_secret(text: str) -> bool:
    """An ID number: it must not stand in an address, where logs and histories keep it."""
    return parse_query(text[:LONGEST]).id_number is not None


# Which objects


def _places(text: str) -> tuple[str, frozenset[int]]:
    """The text without the first word that is part of an estate's name, and those estates."""
    words = words_of(text)
    if len(words) < 2:
        return text, frozenset()
    names = {key: fold(name) for key, name in estate_names().items()}
    for place, word in enumerate(words):
        named = frozenset(key for key, name in names.items() if len(fold(word)) > 1 and fold(word) in name)
        if named:
            return " ".join(words[:place] + words[place + 1 :]), named
    return text, frozenset()


def _find(text: str, most: int, estate_ids: frozenset[int] | None) -> Found:
    scope = {"kinds": _kinds(), "estates": sorted(estate_ids or ())}
    narrowed = estate_ids is not None
    alternatives = _alternatives(text)
    counts = _counts(sorted({token for each in alternatives for token in each.tokens}), scope, narrowed=narrowed)
    weights = dict.fromkeys(_by_printed_number(text), EXACT)
    for alternative in alternatives:
        if len(weights) > most:
            break
        if all(counts[token] for token in alternative.tokens):
            rarest_first = sorted(alternative.tokens, key=lambda token: (counts[token], token))
            few = counts[rarest_first[0]] <= MANY
            having = _having(rarest_first, scope, most, narrowed=narrowed, few=few)
            for ref in _checked(alternative, [ref for ref in having if ref not in weights]):
                weights.setdefault(ref, alternative.weight)
    return Found(tuple(_ordered(weights, text))[:most], len(weights) > most)


def _alternatives(text: str) -> list[Alternative]:
    query = parse_query(text)
    if query.id_number is None:
        return list(query.alternatives)
    return [Alternative(frozenset({f"i:{blind_index(query.id_number)}"}), EXACT), *query.alternatives]


def _kinds() -> list[str]:
    rights = {
        "customer": Permission.customer_read,
        "unit": Permission.property_read,
        "estate": Permission.property_read,
        "dossier": Permission.dossier_read,
    }
    return [kind for kind, permission in rights.items() if actor().may(permission)]


def _by_printed_number(text: str) -> list[Ref]:
    """KH000123 from a form is the customer's id, or that of a file merged into it; no token needed."""
    printed = re.fullmatch(r"kh0*(\d{1,9})", fold(text))
    if printed is None or not actor().may(Permission.customer_read):
        return []
    known = select(Customer.kept_id).where(Customer.id == int(printed[1]), within(Customer.estate_id))
    return [("customer", customer_id) for customer_id in session().scalars(known)]


def _counts(tokens: Sequence[str], scope: dict[str, Any], *, narrowed: bool) -> dict[str, int]:
    """How many objects have each token, counted up to `MANY`."""
    if not tokens:
        return {}
    named = {f"token_{place}": token for place, token in enumerate(tokens)}
    rows = session().execute(_counting(len(tokens), narrowed=narrowed), {**scope, **named}).all()
    return {tokens[place]: count for place, count in rows}


def _having(tokens: Sequence[str], scope: dict[str, Any], most: int, *, narrowed: bool, few: bool) -> list[Ref]:
    """At most one more than `most`, which says that there are more."""
    named = {f"token_{place}": token for place, token in enumerate(tokens)}
    finding = _finding(len(tokens), narrowed=narrowed, few=few)
    rows = session().execute(finding, {**scope, **named, "most": most + 1}).all()
    return [(kind, object_id) for kind, object_id in rows]


# Both statements are built once for each number of tokens: building costs more than running them.


@lru_cache
def _counting(tokens: int, *, narrowed: bool) -> Select[Any] | Any:
    return union_all(
        *(
            select(literal(place), select(func.count()).select_from(counted.subquery()).scalar_subquery())
            for place in range(tokens)
            for counted in [_scoped(place, narrowed=narrowed, columns=(literal(1),)).limit(MANY + 1)]
        )
    )


@lru_cache
def _finding(tokens: int, *, narrowed: bool, few: bool) -> Select[Any]:
    """`few`: the first token has at most `MANY` objects, each of which is looked up among the other tokens.

    The offset keeps PostgreSQL from merging the lists instead, of which the other may be of tens of thousands.
    """
    query = _scoped(0, narrowed=narrowed, columns=(TOKENS.c.kind, TOKENS.c.object_id))
    for place in range(1, tokens):
        also = TOKENS.alias()
        same = (also.c[name] == TOKENS.c[name] for name in ("estate_id", "kind", "object_id"))
        having = select(literal(1)).where(also.c.token == bindparam(f"token_{place}"), *same)
        query = query.where((having.offset(0) if few else having).exists())
    return query.limit(bindparam("most"))


def _scoped(place: int, *, narrowed: bool, columns: Any) -> Select[Any]:
    query = select(*columns).where(TOKENS.c.token == bindparam(f"token_{place}"))
    query = query.where(TOKENS.c.kind.in_(bindparam("kinds", expanding=True)))
    return query.where(TOKENS.c.estate_id.in_(bindparam("estates", expanding=True))) if narrowed else query


def _checked(alternative: Alternative, refs: list[Ref]) -> Iterable[Ref]:
    """Those whose texts agree, where the tokens alone cannot say it."""
    return refs if not alternative.checks else (ref for ref, held in _held(alternative, refs) if held)


def _held(alternative: Alternative, refs: list[Ref]) -> Iterator[tuple[Ref, bool]]:
    by_name = all(check[0] in "np" for check in alternative.checks)
    for start in range(0, len(refs), RANKED):
        some = refs[start : start + RANKED]
        texts = _named(some) if by_name else _texts(some)
        yield from ((ref, ref in texts and holds(alternative, texts[ref])) for ref in some)


def _named(refs: list[Ref]) -> dict[Ref, Document]:
    """Names stand in the index as a whole: the tables need to be asked for very long ones only."""
    found = {(kind, key): names for kind in index.IDS for key, names in index.names(kind, _ids(kind, refs)).items()}
    cut = [ref for ref, names in found.items() if any(len(name) >= WHOLE_NAME for name in names)]
    return {ref: Document(names=names) for ref, names in found.items()} | _texts(cut)


def _texts(refs: list[Ref]) -> dict[Ref, Document]:
    some = ((kind, _ids(kind, refs)) for kind in index.IDS)
    return {(kind, key): text for kind, ids in some if ids for key, (_, text) in index.documents(kind, ids).items()}


def _ids(kind: str, refs: Iterable[Ref]) -> list[int]:
    return [key for each, key in refs if each == kind]


# In which order


def _ordered(weights: dict[Ref, int], text: str) -> list[Ref]:
    """By weight; then people before units, unless the text is a unit; those first whose own title says it."""
    by_weight = sorted(weights, key=lambda ref: -weights[ref])
    ranked = RANKED if len(by_weight) <= RANKED else BEST
    first, rest = by_weight[:ranked], by_weight[ranked:]
    titles = _titles(first)
    typed, spelled = fold(text), len(normalise_unit(text) or ()) > 1
    kinds = ["unit", "customer", "dossier", "estate"] if spelled else ["customer", "unit", "dossier", "estate"]
    chosen = actor().estate_id

    def place(ref: Ref) -> tuple[Any, ...]:
        estate_id, order, title = titles[ref]
        elsewhere = chosen not in (None, estate_id)
        named = typed in title or (typed.isascii() and typed.isalpha() and spells(title, typed))
        closeness = (title != typed, not title.startswith(typed), not named)
        return -weights[ref], kinds.index(ref[0]), *closeness, elsewhere, order

    return sorted((ref for ref in first if ref in titles), key=place) + rest


def _titles(refs: list[Ref]) -> dict[Ref, tuple[int, str, str]]:
    """Estate, what sorts (names, and units by their building first), and the folded title.

    The ids stand in the statement itself: to hand over a hundred values costs as much as to look them up.
    """
    found: dict[Ref, tuple[int, str, str]] = {}
    for kind, key, estate_id, order, title in (
        ("customer", Customer.id, Customer.estate_id, Customer.name, Customer.name),
        ("unit", Unit.id, Unit.estate_id, Unit.sort_key, Unit.label),
        ("estate", Estate.id, Estate.id, Estate.name, Estate.name),
    ):
        if ids := _ids(kind, refs):
            some = key.in_(bindparam("ids", ids, expanding=True, literal_execute=True))
            rows = session().execute(select(key, estate_id, order, title).where(some, within(estate_id))).all()
            found |= {(kind, row[0]): (row[1], row[2], fold(row[3])) for row in rows}
    if ids := _ids("dossier", refs):
        kept = select(Dossier.id, Dossier.estate_id, Dossier.code, shown_title()).where(Dossier.id.in_(ids), visible())
        for dossier_id, its_estate, code, called in session().execute(kept):
            found["dossier", dossier_id] = (its_estate or index.COMPANY, code or "", fold(called))
    return found


# What is shown


def hits(refs: Sequence[Ref], text: str = "") -> list[Hit]:
    """The objects as lines of a list; in the order given."""
    loaders = {"customer": _customer_hits, "unit": _unit_hits, "estate": _estate_hits, "dossier": _dossier_hits}
    found: dict[Ref, Hit] = {}
    for kind, load in loaders.items():
        if ids := _ids(kind, refs):
            found |= {(kind, hit.id): hit for hit in load(ids)}
    return _explained([found[ref] for ref in refs if ref in found], text)


def _customer_hits(ids: list[int]) -> Iterator[Hit]:
    today = business_day()
    listed = select(Customer.id, Customer.name, Estate.name).join(Estate, Estate.id == Customer.estate_id)
    rows = session().execute(listed.where(Customer.id.in_(ids), within(Customer.estate_id))).all()
    owner = files_of(ids)
    lived_in = select(Occupancy.customer_id, Unit.label).join(Unit, Unit.id == Occupancy.unit_id)
    current = lived_in.where(Occupancy.customer_id.in_(owner), lasts_on(Occupancy, today))
    units = _gathered(current.order_by(Unit.sort_key), owner)
    numbers = select(Phone.customer_id, Phone.digits).where(Phone.customer_id.in_(owner), lasts_on(Phone, today))
    phones = _gathered(numbers.order_by(Phone.position, Phone.id), owner)
    for key, name, estate in rows:
        masked = [mask_phone(digits) for digits in phones.get(key, [])[:1]]
        yield Hit("customer", key, name, " · ".join([*_few(units.get(key, [])), *masked]), estate)


def _unit_hits(ids: list[int]) -> Iterator[Hit]:
    listed = select(Unit.id, Unit.label, Unit.use, Estate.name).join(Estate, Estate.id == Unit.estate_id)
    rows = session().execute(listed.where(Unit.id.in_(ids), within(Unit.estate_id))).all()
    people: dict[int, list[str]] = {}
    if actor().may(Permission.customer_read):
        names = select(Occupancy.unit_id, Customer.name).join(Merged, Merged.id == Occupancy.customer_id)
        names = names.join(Customer, Customer.id == Merged.kept_id)
        living = names.where(Occupancy.unit_id.in_(ids), lasts_on(Occupancy, business_day()))
        people = _gathered(living.order_by(Occupancy.id))
    for key, label, use, estate in rows:
        yield Hit("unit", key, label, " · ".join([str(USE_TITLES[use]), *_few(people.get(key, []))]), estate)


def _estate_hits(ids: list[int]) -> Iterator[Hit]:
    listed = select(Estate.id, Estate.name, Estate.address).where(Estate.id.in_(ids), within(Estate.id))
    return (Hit("estate", key, name, address, name) for key, name, address in session().execute(listed))


def _dossier_hits(ids: list[int]) -> Iterator[Hit]:
    columns = Dossier.id, Dossier.code, Number.text, shown_title(), Dossier.kind, Dossier.state, Estate.name
    joined = select(*columns).outerjoin(Number, Number.id == Dossier.number_id)
    listed = joined.outerjoin(Estate, Estate.id == Dossier.estate_id).where(Dossier.id.in_(ids), visible())
    for key, code, number, title, kind, state, estate in session().execute(listed):
        known = code or number
        told = (*([title] if known else []), str(DOSSIER_TITLES[kind]), str(DOSSIER_STATES[state]))
        yield Hit("dossier", key, known or title, " · ".join(told), estate or "")


def _gathered(query: Any, owner: dict[int, int] | None = None) -> dict[int, list[str]]:
    """By the first column; `owner` says whose a merged file is."""
    found: dict[int, list[str]] = {}
    for key, text in session().execute(query).all():
        found.setdefault(owner[key] if owner else key, []).append(text)
    return found


def _few(texts: list[str]) -> list[str]:
    """Three at most in one part, the others counted."""
    distinct = list(dict.fromkeys(texts))
    return [", ".join(distinct[:3]) + (f" +{len(distinct) - 3}" if len(distinct) > 3 else "")] if distinct else []


def _explained(found: list[Hit], text: str) -> list[Hit]:
    """Where the line does not show why it was found, the name, plate or masked number that was is added."""
    unclear = [hit.id for hit in found if hit.kind == "customer" and not _marks(f"{hit.title} {hit.detail}", text)]
    if not unclear or not text:
        return found
    reasons = {key: _reason(document, text) for key, (_, document) in index.documents("customer", unclear).items()}
    return [
        replace(hit, detail=_with(hit.detail, reasons.get(hit.id, ""))) if hit.kind == "customer" else hit
        for hit in found
    ]


def _reason(document: Document, text: str) -> str:
    shown = ((value, value) for value in (*document.names[1:], *document.plates, *document.codes, *document.units))
    numbers = ((digits, mask_phone(digits)) for digits in document.phones)
    return next((says for value, says in (*shown, *numbers) if _marks(value, text)), "")


def _with(detail: str, reason: str) -> str:
    return detail if not reason or reason in detail else " · ".join(filter(None, (detail, reason)))


def _marks(shown: str, text: str) -> bool:
    return any(marked for _, marked in mark(shown, text))
