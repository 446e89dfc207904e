"""Where the parts of the pictures lie. Pure; `templates/_macros/chart.html` draws them, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, TOP, FOOT, SIDE = 640, 240, 24, 44, 34
FLOOR = HEIGHT - FOOT
LEVELS = 5  # of the heat map, beside nothing at all
ABOVE, BELOW, LETTERS = 7, 15, 11  # a dot, its label, how tall that is
CLOSE = 3 * LETTERS
SHORT = 6  # characters under a bar
WIDEST = 44
CELL, ROW, HEAD = 64, 24, 26
BESIDE = 8  # characters before a row of the heat map


def shortened(text: str, most: int = SHORT) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def beside(text: str, most: int) -> str:
    """Of "estate number" the number stays whole: the estate gives way, from its middle."""
    front, _space, number = text.rpartition(" ")
    room = most - len(number) - 1
    if len(text) <= most or not front or room < 1:
        return shortened(text, most)
    kept = (room - 1) // 2
    return f"{front[: room - 1 - kept]}…{front[len(front) - kept :]} {number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    title: str
    label: str
    count: int
    share: str  # cumulative, per cent
    x: float
    y: float
    width: float
    height: float
    middle: float
    line_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pareto:
    """Bars from the largest on, and how much of all they make up together."""

    bars: Sequence[Bar]
    points: str
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR


def pareto(rows: Sequence[tuple[str, str, int]], total: int) -> Pareto:
    """`rows` are (title, short, count), the largest first; `total` may be more than they come to."""
    largest, step = max((count for *_names, count in rows), default=1) or 1, (WIDTH - SIDE) / max(len(rows), 1)
    bars, so_far, thick = [], 0, min(step * 0.7, WIDEST)
    for place, (title, short, count) in enumerate(rows):
        so_far += count
        height, share = (FLOOR - TOP) * count / largest, so_far / total if total else 0
        bars.append(
            Bar(
                title=title,
                label=shortened(short),
                count=count,
                share=f"{100 * share:.1f}",
                x=_fine((place + 0.5) * step - thick / 2),
                y=_fine(FLOOR - height),
                width=_fine(thick),
                height=_fine(height),
                middle=_fine((place + 0.5) * step),
                line_y=_fine(FLOOR - (FLOOR - TOP) * share),
            )
        )
    return Pareto(bars=bars, points=" ".join(f"{bar.middle},{bar.line_y}" for bar in bars))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    title: str
    count: int
    level: int
    x: int
    y: int
    middle: float
    base: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    cells: Sequence[Cell]
    rows: Sequence[tuple[str, int]]  # label, y of its text
    columns: Sequence[tuple[str, float]]  # label, x of its middle
    width: int
    height: int
    cell: int = CELL - 2
    row: int = ROW - 2
    left: int = 96


def heat(
    rows: Sequence[tuple[Any, str]], columns: Sequence[tuple[Any, str]], counts: Mapping[tuple[Any, Any], int]
) -> Heat:
    """`rows` and `columns` are (key, label); `counts` by both keys."""
    left, largest = 96, max(counts.values(), default=0)
    cells = [
        Cell(
            title=f"{name} · {heading}",
            count=(count := counts.get((row, column), 0)),
            level=-(-count * LEVELS // largest) if largest else 0,
            x=left + place * CELL,
            y=HEAD + line * ROW,
            middle=left + place * CELL + (CELL - 2) / 2,
            base=HEAD + line * ROW + 16,
        )
        for line, (row, name) in enumerate(rows)
        for place, (column, heading) in enumerate(columns)
    ]
    return Heat(
        cells=cells,
        rows=[(beside(name, BESIDE), HEAD + line * ROW + 16) for line, (_key, name) in enumerate(rows)],
        columns=[
            (shortened(name, 7), left + place * CELL + (CELL - 2) / 2) for place, (_key, name) in enumerate(columns)
        ],
        width=max(left + len(columns) * CELL, WIDTH),
        height=HEAD + len(rows) * ROW,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    title: str
    label: str
    x: float
    reported: int
    finished: int
    reported_y: float
    finished_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    points: Sequence[Point]
    reported: str
    finished: str
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR


def trend(rows: Sequence[tuple[str, int, int]]) -> Trend:
    """`rows` are (month, reported, finished), the oldest first."""
    largest = max((count for _title, *counts in rows for count in counts), default=1) or 1
    step = (WIDTH - SIDE) / max(len(rows), 1)

    def height_of(count: int) -> float:
        return _fine(FLOOR - (FLOOR - TOP) * count / largest)

    points = [
        Point(
            title=title,
            label=title[2:],
            x=_fine((place + 0.5) * step),
            reported=reported,
            finished=finished,
            reported_y=height_of(reported),
            finished_y=height_of(finished),
        )
        for place, (title, reported, finished) in enumerate(rows)
    ]
    return Trend(
        points=points,
        reported=" ".join(f"{point.x},{point.reported_y}" for point in points),
        finished=" ".join(f"{point.x},{point.finished_y}" for point in points),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """`base`: of its label."""

    title: str
    label: str
    x: float
    y: float
    base: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`stretches`: a month without a value breaks it."""

    title: str
    dots: Sequence[Dot]
    stretches: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One or two lines over the months; none may be less than nought."""

    months: Sequence[tuple[str, float]]
    lines: Sequence[Line]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR


Value = tuple[float | None, str]  # with its label


def course(months: Sequence[str], series: Sequence[tuple[str, Sequence[Value]]]) -> Course:
    """`series` are (title, a value for each month), the oldest first."""
    largest = max((value for _title, values in series for value, _label in values if value is not None), default=1) or 1
    step = (WIDTH - SIDE) / max(len(months), 1)
    places = [_fine((place + 0.5) * step) for place in range(len(months))]
    heights = [[_height(value, largest) for value, _label in values] for _title, values in series]
    lines = [
        _line(title, months, places, values, own, below)
        for (title, values), own, below in zip(series, heights, _below(heights), strict=True)
    ]
    return Course(months=[(month[2:], place) for month, place in zip(months, places, strict=True)], lines=lines)


Heights = Sequence[float | None]


def _height(value: float | None, largest: float) -> float | None:
    return None if value is None else _fine(FLOOR - (FLOOR - TOP) * max(value, 0) / largest)


def _below(heights: Sequence[Heights]) -> list[list[bool]]:
    """For each line, at which of its dots the label stands below: at the lower of two that are close (the second
    line's, where they lie alike), else where the line is lowest, out of its way."""
    others = heights[::-1] if len(heights) > 1 else [[None] * len(line) for line in heights]
    return [
        [_is_below(line, other[place], place, first=line is heights[0]) for place in range(len(line))]
        for line, other in zip(heights, others, strict=True)
    ]


def _is_below(line: Heights, other: float | None, place: int, *, first: bool) -> bool:
    y = line[place]
    if y is None:
        return False
    if other is not None and abs(y - other) < CLOSE:
        return y > other or (y == other and not first)
    beside = [each for each in (*line[max(place - 1, 0) : place], *line[place + 1 : place + 2]) if each is not None]
    return bool(beside) and y > max(beside)


def _base(y: float, is_lower: bool) -> float:
    """The axis runs through no label."""
    base = _fine(y + BELOW if is_lower else y - ABOVE)
    return FLOOR + LETTERS if FLOOR < base < FLOOR + LETTERS else base


def _line(
    title: str,
    months: Sequence[str],
    places: Sequence[float],
    values: Sequence[Value],
    heights: Heights,
    below: Sequence[bool],
) -> Line:
    dots, stretches = [], [""]
    for month, x, (_value, label), y, is_lower in zip(months, places, values, heights, below, strict=True):
        if y is None:
            stretches.append("")
            continue
        dots.append(Dot(title=f"{month} · {title}: {label}", label=label, x=x, y=y, base=_base(y, is_lower)))
        stretches[-1] += f"{x},{y} "
    return Line(title=title, dots=dots, stretches=[each.strip() for each in stretches if each])


SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 120, 32, 3


def spark(values: Sequence[float | None]) -> Sequence[str]:
    """The stretches of a small line without words, between the least and the largest of the values."""
    known = [value for value in values if value is not None]
    least, span = min(known, default=0), max(known, default=0) - min(known, default=0)
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(values) - 1, 1)
    stretches = [""]
    for place, value in enumerate(values):
        if value is None:
            stretches.append("")
            continue
        share = (value - least) / span if span else 0.5
        y = SPARK_HEIGHT - SPARK_EDGE - (SPARK_HEIGHT - 2 * SPARK_EDGE) * share
        stretches[-1] += f"{_fine(SPARK_EDGE + place * step)},{_fine(y)} "
    return [each.strip() for each in stretches if each]


@dataclass(frozen=True, slots=True)
class Frame:
    """How large the picture is, and between which edges its lines lie."""

    width: int
    height: int
    top: int
    floor: int
    side: int


WHOLE, SMALL = Frame(WIDTH, HEIGHT, TOP, FLOOR, SIDE), Frame(240, 72, 6, 66, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`spots` are (moment, per cent, x, y); `dashes` tell the lines apart without colours."""

    title: str
    points: str
    spots: Sequence[tuple[str, float, float, float]]
    colour: str
    dashes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Per cents over time, from `lowest` to 100 so that small changes are seen. `rules` are (per cent, y), `labels`
    (moment, x)."""

    lines: Sequence[Score]
    rules: Sequence[tuple[int, float]]
    labels: Sequence[tuple[str, float]]
    lowest: int
    frame: Frame


COLOURS = (("#1f7a6d", ""), ("#c2672d", "7 4"), ("#4a5fa5", "2 3"))


def scores(titles: Sequence[str], lines: Mapping[str, Sequence[float | None]], frame: Frame = WHOLE) -> Scores:
    """`titles` of the moments, the oldest first; `lines` hold a per cent for each of them."""
    known = [value for line in lines.values() for value in line if value is not None]
    lowest = min(90, int(min(known, default=90) // 10 * 10))
    step = (frame.width - 2 * frame.side) / max(len(titles) - 1, 1)

    def x(place: int) -> float:
        return _fine(frame.side + place * step)

    def y(value: float) -> float:
        return _fine(frame.floor - (frame.floor - frame.top) * (value - lowest) / (100 - lowest))

    drawn = []
    for (title, values), (colour, dashes) in zip(lines.items(), COLOURS, strict=False):
        spots = [(titles[at], value, x(at), y(value)) for at, value in enumerate(values) if value is not None]
        points = " ".join(f"{left},{top}" for *_said, left, top in spots)
        drawn.append(Score(title=title, points=points, spots=spots, colour=colour, dashes=dashes))
    marks = range(lowest, 101, 2 if lowest == 90 else 10 if lowest >= 50 else 20)
    labels = [(title, x(place)) for place, title in enumerate(titles)]
    return Scores(lines=drawn, rules=[(mark, y(mark)) for mark in marks], labels=labels, lowest=lowest, frame=frame)


def _fine(number: float) -> float:
    return round(number, 1)
