"""The parts of a pack on paper, the index in front, and the numbers on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from flask import g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.arrears.contacts.models import CONTACT_CHANNELS, CONTACT_OUTCOMES
from crm.billing.arrears.evidence.binding import Entry, Piece, page_count, picture_as_pdf
from crm.billing.arrears.evidence.reports.pack import PDF, Pack, Scan
from crm.billing.arrears.limitation.clock import CAUSE_TITLES
from crm.billing.arrears.limitation.figures import LIMITATION_YEARS
from crm.billing.arrears.limitation.present import reason
from crm.billing.arrears.promises.models import PLAN_TITLES, PROMISE_TITLES
from crm.billing.charges.models import LEGAL_TITLES, METER_TITLES
from crm.billing.ledger.explaining import days_in_words, legal_basis, plain
from crm.billing.ledger.models import METHOD_TITLES
from crm.billing.meters.models import READING_TITLES
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES
from crm.dates import business_day
from crm.files import store
from crm.money import in_capitals
from crm.web import pdf

PARTS = {
    1: _l("Debtor, unit and occupancy"),
    2: _l("Contract and tariffs"),
    3: _l("Bills and how they are reckoned"),
    4: _l("Services rendered"),
    5: _l("Payments and what they settled"),
    6: _l("Demands and how they were served"),
    7: _l("Contacts, promises and plans"),
    8: _l("Disputes and how they ended"),
    9: _l("Reckoning of what is claimed"),
    10: _l("Limitation of each bill"),
}
TITLES = {
    "channels": CHANNEL_TITLES,
    "arrivals": ARRIVAL_TITLES,
    "contact_channels": CONTACT_CHANNELS,
    "contact_outcomes": CONTACT_OUTCOMES,
    "promise_states": PROMISE_TITLES,
    "plan_states": PLAN_TITLES,
    "methods": METHOD_TITLES,
    "meters": METER_TITLES,
    "readings": READING_TITLES,
    "legal": LEGAL_TITLES,
    "causes": CAUSE_TITLES,
}
# Letters as they went out, by their ids: HTML and its stylesheet; `crm.wiring` has it of the package that makes them.
letter_papers: list[Callable[[Sequence[int]], Sequence[tuple[str, str]]]] = []


def part_title(number: int) -> str:
    return _("Part %(number)s: %(title)s", number=number, title=PARTS[number])


def part_html(pack: Pack, number: int) -> str:
    return render_template(
        f"document/arrears/evidence/part_{number}.html",
        heading=part_title(number),
        pack=pack,
        claim=pack.claim,
        customer=pack.customer,
        estate=pack.customer.estate,
        lacking=pack.lacks(number),
        capitals=in_capitals(pack.claim.total),
        years=LIMITATION_YEARS.on(pack.claim.day),
        words=TITLES,
        basis_of=legal_basis,
        days_of=days_in_words,
        plain=plain,
        reason_of=reason,
        printed_on=business_day(),
        clerk=g.actor.name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands in front of the parts and is still needed when they are bound: plain values alone."""

    company: str
    code: str
    name: str
    day: date
    total: Decimal
    bills: int
    missing: Sequence[tuple[int, str]]
    letters: Sequence[tuple[int, str]]  # demand id, number
    scans: Sequence[Scan]


def cover_of(pack: Pack) -> Cover:
    estate = pack.customer.estate
    return Cover(
        company=estate.company or estate.name,
        code=pack.customer.code,
        name=pack.customer.name,
        day=pack.claim.day,
        total=pack.claim.total,
        bills=len(pack.claim.lines),
        missing=pack.missing,
        letters=[(letter.demand.id, letter.demand.number.text) for letter in pack.letters],
        scans=pack.scans,
    )


def scans_as_pieces(scans: Sequence[Scan], folder: Path) -> Iterator[Piece]:
    """One after the other, each on disk before the next is read. What cannot be a page is left out."""
    for number, scan in enumerate(scans):
        if scan.is_printable and (upload := store.find_upload(scan.upload_id)) is not None:
            path = folder / f"scan-{number}.pdf"
            content = store.read(upload)
            if scan.media_type == PDF:
                path.write_bytes(content)
            else:
                picture_as_pdf(content, path)
            title = f"{scan.title} {scan.name}"
            yield Piece(part=scan.part, title=title, path=path, pages=page_count(path), fits=False)


def letters_as_sent(letters: Sequence[tuple[int, str]]) -> list[tuple[int, str, str, str]]:
    """(demand id, number, HTML, its stylesheet); in a unit of work that writes: a print is noted."""
    if not letter_papers:
        return []
    pages = letter_papers[0]([demand_id for demand_id, _number in letters])
    return [(*letter, *page) for letter, page in zip(letters, pages, strict=True)]


def letters_as_pieces(letters: Sequence[tuple[int, str, str, str]], folder: Path) -> Iterator[Piece]:
    for demand_id, number, html, style in letters:
        path = folder / f"letter-{demand_id}.pdf"
        path.write_bytes(pdf.press(html, style))
        title = _("Letter %(number)s as it went out", number=number)
        yield Piece(part=6, title=title, path=path, pages=page_count(path), fits=False)


def index_pdf(cover: Cover, lines: Sequence[Entry]) -> bytes:
    return pdf.document(
        "arrears/evidence/index.html",
        cover=cover,
        customer=cover,
        company=cover.company,
        lines=lines,
        capitals=in_capitals(cover.total),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def stamps_pdf(cover: Cover, front_pages: int, lines: Sequence[Entry]) -> bytes:
    """A page for each page of the file, with its number and its part."""
    parts = [0] * front_pages + [line.part for line in lines for _page in range(line.pages)]
    texts = [_stamp(number, len(parts), part) for number, part in enumerate(parts, start=1)]
    return pdf.document("arrears/evidence/stamps.html", code=cover.code, texts=texts)


def _stamp(number: int, pages: int, part: int) -> str:
    told = _("page %(number)s of %(pages)s", number=number, pages=pages)
    return f"{_('Part %(number)s', number=part)} · {told}" if part else told
