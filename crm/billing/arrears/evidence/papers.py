"""The parts of a pack on paper, the index in front, and the numbers on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flask import g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.arrears.contacts.models import CONTACT_CHANNELS, CONTACT_OUTCOMES
from crm.billing.arrears.dunning.models import ARRIVAL_TITLES, CHANNEL_TITLES
from crm.billing.arrears.evidence.binding import Entry, Piece, page_count, picture_as_pdf
from crm.billing.arrears.evidence.reports.pack import Pack, Scan
from crm.billing.arrears.limitation.clock import CAUSE_TITLES
from crm.billing.arrears.limitation.figures import LIMITATION_YEARS
from crm.billing.arrears.limitation.present import reason
from crm.billing.arrears.promises.models import PLAN_TITLES, PROMISE_TITLES
from crm.billing.charges.models import LEGAL_TITLES, METER_TITLES
from crm.billing.ledger.explaining import days_in_words, legal_basis, plain
from crm.billing.ledger.models import METHOD_TITLES
from crm.billing.meters.models import READING_TITLES
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
# How a letter looked when it went out; `crm.wiring` has it of the package that makes letters: demand id -> PDF.
letter_presses: list[Callable[[int], bytes]] = []


def part_title(number: int) -> str:
    return _("Part %(number)s: %(title)s", number=number, title=PARTS[number])


def part_html(pack: Pack, number: int) -> str:
    return render_template(
        f"document/billing/evidence/part_{number}.html",
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


def scans_as_pieces(scans: Sequence[Scan], folder: Path) -> Iterator[Piece]:
    """One after the other, each on disk before the next is read. What cannot be a page is left out."""
    for number, scan in enumerate(scans):
        if is_printable(scan):
            path = folder / f"scan-{number}.pdf"
            content = store.read(scan.upload)
            if scan.upload.stored.media_type == "application/pdf":
                path.write_bytes(content)
            else:
                picture_as_pdf(content, path)
            title = f"{scan.title} {scan.upload.name}"
            yield Piece(part=scan.part, title=title, path=path, pages=page_count(path), fits=False)


def is_printable(scan: Scan) -> bool:
    return scan.upload.stored.media_type in ("application/pdf", "image/png", "image/jpeg")


def letters_as_pieces(pack: Pack, folder: Path) -> Iterator[Piece]:
    for letter in pack.letters if letter_presses else ():
        path = folder / f"letter-{letter.demand.id}.pdf"
        path.write_bytes(letter_presses[0](letter.demand.id))
        title = _("Letter %(number)s as it went out", number=letter.demand.number.text)
        yield Piece(part=6, title=title, path=path, pages=page_count(path), fits=False)


def index_pdf(pack: Pack, lines: Sequence[Entry]) -> bytes:
    return pdf.document(
        "billing/evidence/index.html",
        pack=pack,
        claim=pack.claim,
        customer=pack.customer,
        estate=pack.customer.estate,
        lines=lines,
        capitals=in_capitals(pack.claim.total),
        kept_as_files=[scan for scan in pack.scans if not is_printable(scan)],
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def stamps_pdf(pack: Pack, front_pages: int, lines: Sequence[Entry]) -> bytes:
    """A page for each page of the file, with its number, and its part."""
    parts = [0] * front_pages + [line.part for line in lines for _page in range(line.pages)]
    texts = [
        _("page %(number)s of %(pages)s", number=number, pages=len(parts)) if not part else
        _("part %(part)s · page %(number)s of %(pages)s", part=part, number=number, pages=len(parts))
        for number, part in enumerate(parts, start=1)
    ]  # fmt: skip
    return pdf.document("billing/evidence/stamps.html", code=pack.customer.code, texts=texts)
