"""Search tokens: short strings with a one-letter type, the same for what is stored and for what is typed.

    w whole name   n 1-3 characters of a name   p letters typed in pinyin   q pieces of a long name's pinyin
    u whole unit   a its beginning              r room: its end, whole parts
    h a phone's beginning, from 3 digits to all e its end, from 4 digits
    b a code's beginning, from 3 to 12 letters  s its end (plates, archive numbers, receipt numbers)
    i blind index of an ID number

An object is found when it has all tokens of one alternative of the query. Digits get typed tokens, never bigrams
(18 to 75 times slower, engineering.md); what is longer than the stored pieces is checked against the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product

from crm.desk.letters import fold
from crm.desk.pinyin import (
    LONG_LETTERS,
    REMEMBERED,
    SHORT_LETTERS,
    long_keys,
    long_pieces,
    spells,
    typed_forms,
    with_single_initials,
)
from crm.desk.units import normalise_unit
from crm.phones import domestic_digits, local_part, normalise_phone

EXACT, BEGINNING, END, FRAGMENT, SPOKEN = 50, 40, 30, 20, 10

MOST_WORDS = 4
MOST_ALTERNATIVES = 120
MOST_GRAMS = 12
WHOLE_NAME = 40  # letters; so much of a name is one token
_CODE_PIECE = 12
_PLATE = re.compile(r"\s*[^\W\d_a-zA-Z]\s*[a-zA-Z]\W*\w{2,6}\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What an object is found by, as written; `codes` are any other numbers, `id_indexes` keyed hashes.

    `whole_codes` are found only when they are typed as a whole.
    """

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    id_indexes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    whole_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Objects that have all `tokens`; with `checks` (type and text) the document decides, see `holds`.

    `weight` orders the alternatives: EXACT > BEGINNING > END > FRAGMENT > SPOKEN.
    """

    tokens: frozenset[str]
    weight: int
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Any of `alternatives`, the heaviest first; `id_number` is set when the text is one (upper case X), and then
    the caller adds the token "i:" + its blind index."""

    alternatives: tuple[Alternative, ...]
    id_number: str | None = field(default=None, repr=False)


def tokens_of(document: Document) -> set[str]:
    found = {f"i:{index}" for index in document.id_indexes}
    found.update(*map(_name_tokens, document.names))
    found.update(*map(_phone_tokens, document.phones))
    found.update(*map(_unit_tokens, document.units))
    for plate in document.plates:
        found.update(_code_tokens(plate, shortest=2))
    for code in document.codes:
        found.update(_code_tokens(code, shortest=3))
    found.update(f"b:{code_letters(code)[:_CODE_PIECE]}" for code in document.whole_codes)
    return found


def parse_query(text: str) -> Query:
    """All ways to understand the text; words apart by spaces must all be found."""
    id_number, alone = _id_number(text)
    if alone:
        return Query((), id_number)
    found: dict[tuple[frozenset[str], tuple[str, ...]], Alternative] = {}
    for alternative in sorted(_alternatives(text), key=lambda each: -each.weight):
        found.setdefault((alternative.tokens, alternative.checks), alternative)
    return Query(tuple(islice(found.values(), MOST_ALTERNATIVES)), id_number)


def holds(alternative: Alternative, document: Document) -> bool:
    """Whether the texts agree where the tokens cannot say it; true when there is nothing to check."""
    return all(_agrees(check[0], check[2:], document) for check in alternative.checks)


def words_of(text: str) -> list[str]:
    """Words apart by spaces; a name in front of a unit is a word of its own: 天庆花园12-2-1803."""
    words = unicodedata.normalize("NFKC", text).split()[:MOST_WORDS]
    return [part for word in words for part in _name_and_unit(word)]


def code_letters(text: str) -> str:
    """A plate or number without signs and filling: 甘A·12345 is 甘a12345, 2012鸿借字第001号 is 2012鸿借001."""
    return re.sub("[字第号]", "", fold(text))


# What is stored


@lru_cache(maxsize=REMEMBERED)
def _name_tokens(name: str) -> frozenset[str]:
    letters = fold(name)
    return frozenset(
        (
            f"w:{letters[:WHOLE_NAME]}",
            *(f"n:{run}" for run in re.findall(r"\d+", letters)),
            *(f"n:{gram}" for size in (1, 2, 3) for gram in _grams(letters, size)),
            *(f"p:{form}" for form in typed_forms(letters)),
            *(f"q:{piece}" for piece in long_pieces(letters)),
        )
    )


def _grams(letters: str, size: int) -> list[str]:
    grams = (letters[start : start + size] for start in range(len(letters) - size + 1))
    return [gram for gram in grams if not gram.isdecimal()]


def _phone_tokens(phone: str) -> Iterable[str]:
    digits = normalise_phone(phone)
    for number in filter(None, (digits, local_part(digits))):
        yield from [f"h:{number[:length]}" for length in range(3, len(number) + 1)]
    yield from [f"e:{digits[-length:]}" for length in range(4, len(digits))]


def _code_tokens(code: str, shortest: int) -> Iterable[str]:
    letters = code_letters(code)
    longest = min(len(letters), _CODE_PIECE)
    yield from [f"b:{letters[:length]}" for length in range(shortest, longest + 1)]
    yield from [f"s:{letters[-length:]}" for length in range(3, longest + 1)]


@lru_cache(maxsize=REMEMBERED)
def _unit_tokens(label: str) -> frozenset[str]:
    """A label in no known spelling (地下车库东) is found like a name."""
    parts = normalise_unit(label)
    if parts is None:
        return _name_tokens(label)
    number = parts[-1]
    found = {f"u:{'-'.join(parts)}", f"r:{number}", *(f"r:{each}-{number}" for each in parts[:-1])}
    if len(parts) > 1:
        found.update(f"a:{'-'.join(parts[:length])}" for length in range(1, len(parts)))
        found.update(_typing_ahead((*parts[:-1], ""), number), _typing_ahead((parts[0], ""), number))
    return frozenset(found)


def _typing_ahead(before: tuple[str, ...], number: str) -> Iterable[str]:
    return (f"a:{'-'.join(before)}{number[:length]}" for length in range(1, len(number)))


# What is typed


def _id_number(text: str) -> tuple[str | None, bool]:
    """The ID number, and whether it is nothing else: with a date of birth and no credit code's or alien's 9 in front.

    Then no token is made of it: tokens may be logged.
    """
    compact = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(r"\d{17}[\dX]|\d{15}", compact):
        return None, False
    birth = r"[1-8]\d{5}(?:(?:18|19|20)\d{2}|\d{2}(?=\d{7}$))(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]?"
    return compact, compact.endswith("X") or bool(re.fullmatch(birth, compact))


def _alternatives(text: str) -> list[Alternative]:
    words = words_of(text)
    as_one = len(words) == 1 or _is_many_parts(text) or _alike(words) or bool(_PLATE.fullmatch(text))
    whole = _word_alternatives(text.strip()) if as_one and words else []
    if len(words) == 1 or _is_many_parts(text):
        return whole
    apart = product(*map(_parts_alternatives, words)) if words else ()
    return [*whole, *(_together(each) for each in apart)]


def _parts_alternatives(word: str) -> list[Alternative]:
    """Of one word among several: the whole name would only add rank, and the alternatives multiply."""
    return [each for each in _word_alternatives(word) if not any(token.startswith("w:") for token in each.tokens)]


def _alike(words: list[str]) -> bool:
    """Digits only, or no digits at all: then the spaces may be part of a number or of a name."""
    return len({bool(re.search(r"\d", word)) for word in words}) == 1


def _is_many_parts(text: str) -> bool:
    return len(normalise_unit(text) or ()) > 1


def _together(each: tuple[Alternative, ...]) -> Alternative:
    tokens = frozenset(token for alternative in each for token in alternative.tokens)
    checks = tuple(check for alternative in each for check in alternative.checks)
    return Alternative(tokens, min(alternative.weight for alternative in each), checks)


def _name_and_unit(word: str) -> list[str]:
    split = re.match(r"(\D*[^\W\da-zA-Z#])(\d.*)$", word)
    if split and normalise_unit(word) is None and _is_many_parts(split[2]):
        return [split[1], split[2]]
    return [word]


def _word_alternatives(word: str) -> list[Alternative]:
    """A unit of several parts is nothing else, unless it begins with a letter (A-0038) or like a phone (139-1234)."""
    found = [*_typed_units(word), *_typed_phones(word)]
    if not _is_many_parts(word):
        return [*found, *_typed_codes(word), *_typed_names(word), *_typed_pinyin(word)]
    return [*found, *_typed_codes(word)] if re.match(r"[a-zA-Z]", word) else found


def _one(token: str, weight: int) -> Alternative:
    return Alternative(frozenset({token}), weight)


def _typed_units(word: str) -> Iterable[Alternative]:
    parts = normalise_unit(word)
    if parts is None:
        return
    label = "-".join(parts)
    if len(parts) > 1:
        yield _one(f"u:{label}", EXACT)
    if len(parts) < 3 and any(char.isdecimal() for char in parts[-1]):
        yield _one(f"r:{label}", END)
    if len(parts) > 1 or len(label) <= 3:
        yield _one(f"a:{label}", BEGINNING)


def _typed_phones(word: str) -> Iterable[Alternative]:
    """A number that ends in 0086… is also taken as it stands: the country code is only one reading of it."""
    whole = normalise_phone(word)
    typed = unicodedata.normalize("NFKC", word)
    if whole:
        yield _one(f"h:{whole}", EXACT)
    if _is_many_parts(word) and not re.match(r"(?:1[3-9]\d|0\d{2,3})\D+\d", word):
        return
    for digits in dict.fromkeys((whole or domestic_digits(word), typed if typed.isdecimal() else "")):
        if 3 <= len(digits) <= 14:
            yield _one(f"h:{digits}", BEGINNING)
        if 4 <= len(digits) <= 14:
            yield _one(f"e:{digits}", END)


def _typed_codes(word: str) -> Iterable[Alternative]:
    code = code_letters(word)
    latin, digits = bool(re.search("[a-z]", code)), bool(re.search(r"\d", code))
    if not (digits or latin) or len(code) < 2:
        return
    yield from [_long_code("b", code, BEGINNING)] if len(code) > 2 or latin != code.isascii() else []
    yield from [_long_code("s", code, END)] if digits and len(code) > 2 else []


def _long_code(kind: str, code: str, weight: int) -> Alternative:
    if len(code) <= _CODE_PIECE:
        return _one(f"{kind}:{code}", weight)
    piece = code[:_CODE_PIECE] if kind == "b" else code[-_CODE_PIECE:]
    return Alternative(frozenset({f"{kind}:{piece}"}), weight, (f"{kind}:{code}",))


def _typed_names(word: str) -> Iterable[Alternative]:
    letters = fold(word)
    if len(letters) > 1 and not letters.isdecimal():
        yield _one(f"w:{letters[:WHOLE_NAME]}", EXACT)
    if letters.isdecimal() or 0 < len(letters) <= 3:
        yield _one(f"n:{letters}", FRAGMENT)
    elif grams := _grams(letters, 3):
        apart = -(-len(grams) // MOST_GRAMS)
        yield Alternative(frozenset(f"n:{gram}" for gram in grams[::apart]), FRAGMENT, (f"n:{letters}",))


def _typed_pinyin(word: str) -> Iterable[Alternative]:
    """In one token where it is stored in full length; else the pieces of a long name, checked."""
    typed = fold(word).replace("ü", "v")
    if not re.fullmatch(r"[0-9]{0,3}[a-z]+[0-9]{0,2}", typed):
        return
    for form in dict.fromkeys((typed, with_single_initials(typed))):
        yield _one(f"p:{form[:SHORT_LETTERS]}", SPOKEN)
        for keys in long_keys(form) if len(form) > LONG_LETTERS else ():
            yield Alternative(frozenset(map(_piece, keys)), SPOKEN, (f"p:{form}",))


def _piece(key: str) -> str:
    """Short names share pieces with long ones: those of full length have a letter of their own."""
    return f"{'q' if len(key) == LONG_LETTERS else 'p'}:{key}"


def _agrees(kind: str, text: str, document: Document) -> bool:
    names = [fold(name) for name in (*document.names, *document.units)]
    codes = [code_letters(code) for code in (*document.codes, *document.plates, *document.whole_codes)]
    match kind:
        case "n":
            return any(text in name for name in names)
        case "p":
            return any(spells(name, text) for name in names)
        case "b":
            return any(code.startswith(text) for code in codes)
    return any(code.endswith(text) for code in codes)
