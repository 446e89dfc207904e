"""The report as plain data: what a page and the paper show, what is hashed, and what it is read back from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Per cent of each measure as it is written, "" where nothing was asked. `title`: a day, or a dossier."""

    title: str
    complete: str
    accurate: str
    valid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Findings of one kind: what the review found new and again, what it found cured, what is open now."""

    fault: str
    measure: str
    new: int
    repeated: int
    cured: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A building of the estate, or a project manager; "" where there is none."""

    title: str
    dossiers: int
    clean: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    code: str
    title: str
    findings: int
    complete: str
    accurate: str
    valid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What somebody should have mended by now; `title` is their name."""

    title: str
    findings: int
    oldest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    drawn: int
    counted: int
    agree: int
    absent: int

    @property
    def differ(self) -> int:
        return self.counted - self.agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """`found` and `books`: documents / pages / sheets; `found` is "" where the dossier was not there."""

    code: str
    title: str
    found: str
    books: str
    settled: bool  # a later count agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`by_owner`: places are people."""

    number: str
    estate: str
    month: str
    day: str
    state: str
    whole: bool
    dossiers: int
    new: int
    repeated: int
    cured: int
    signed_by: str
    signed_on: str
    remark: str
    by_owner: bool
    sample: Sample
    trend: Sequence[Scores]
    kinds: Sequence[Kind]
    places: Sequence[Place]
    worst: Sequence[Worst]
    late: Sequence[Late]
    differing: Sequence[Differing]

    @property
    def now(self) -> Scores:
        return self.trend[-1]

    @property
    def before(self) -> Scores | None:
        return self.trend[-2] if len(self.trend) > 1 else None

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


ROWS = {"trend": Scores, "kinds": Kind, "places": Place, "worst": Worst, "late": Late, "differing": Differing}


def restored(content: Mapping[str, Any]) -> Report:
    """From what was kept of it."""
    rows: dict[str, Any] = {name: [made(**row) for row in content[name]] for name, made in ROWS.items()}
    single = {name: content[name] for name in Report.__dataclass_fields__ if name not in rows and name != "sample"}
    return Report(**single, **rows, sample=Sample(**content["sample"]))
