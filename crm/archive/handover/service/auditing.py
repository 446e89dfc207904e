"""B's part, and the archivist's line-by-line check: ticks bound to the lines as they are (L-12, L-19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from crm.archive.dossiers import service as dossiers
from crm.archive.dossiers.models import Item
from crm.archive.dossiers.queries import items_of
from crm.archive.handover.causes import RETURNED_TO_A
from crm.archive.handover.content import line_hash
from crm.archive.handover.events import LinesChecked
from crm.archive.handover.models import LineCheck, Party
from crm.archive.handover.path import PATH
from crm.archive.handover.service import steps
from crm.archive.handover.service.telling import tell
from crm.archive.handover.standing import Standing
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

CHECKING = {Party.b: "audit", Party.archivist: "check"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line against the paper: name, pages and form as the list says; the signatures it needs are there.

    `read` is the hash of the line as it stood on the page that was ticked.
    """

    read: str
    matches: bool
    signed: bool
    note: str = ""


def check(standing: Standing, party: Party, ticks: Mapping[int, Tick]) -> int:
    """Store what differs from the last check of each line; how many. A line changed since it was read is refused."""
    PATH.expect(standing, CHECKING[party])
    found = {line["item_id"]: line for line in standing.lines}
    changed = [
        found[item_id]["title"]
        for item_id, tick in ticks.items()
        if item_id in found and line_hash(found[item_id]) != tick.read
    ]
    if changed or ticks.keys() - found.keys():
        raise DomainError(
            _("Lines were changed since you opened the page: %(what)s. Look at them again.", what=_(", ").join(changed))
        )
    stored = [_stored(standing, party, item_id, tick) for item_id, tick in ticks.items()]
    kept = [row for row in stored if row is not None]
    session().add_all(kept)
    session().flush()
    if kept:
        passing = sum(standing.in_order(row) for row in kept)
        record(
            LinesChecked(
                handover_id=standing.handover.id,
                dossier_id=standing.handover.dossier_id,
                party=party.value,
                in_order=passing,
                not_in_order=len(kept) - passing,
            )
        )
    return len(kept)


def _stored(standing: Standing, party: Party, item_id: int, tick: Tick) -> LineCheck | None:
    """None when the newest check says the same already, or nothing was ever said and nothing is."""
    before = standing.checks.get(party, {}).get(item_id)
    said = (tick.read, tick.matches, tick.signed, tick.note)
    if before is None and not (tick.matches or tick.signed or tick.note):
        return None
    if before is not None and (before.line_hash, before.matches, before.signed, before.note) == said:
        return None
    return LineCheck(
        handover_id=standing.handover.id,
        item_id=item_id,
        line_hash=tick.read,
        party=party,
        matches=tick.matches,
        signed=tick.signed,
        note=tick.note,
        checked_by_id=g.actor.user_id,
        a_id=standing.a_id,
        b_id=standing.b_id,
        checked_at=utc_now(),
    )


def return_to_a(standing: Standing, reason: str) -> None:
    """Dossier and list go back, with the reason; A's due date stays."""
    steps.take(standing, "return_to_a", reason)
    dossiers.take_custody(standing.handover.dossier, holder_id=standing.a_id, cause=RETURNED_TO_A)


def code(standing: Standing, places: Mapping[int, int]) -> str:
    """Confirm the proposed codes: every document gets its code and pages. What became of it, in words.

    Other `places` within the sections give other codes. The list says something else then: A issues and signs it anew
    before B can code.
    """
    PATH.expect(standing, "code")
    sections: dict[int, list[Item]] = {}
    for item in items_of(standing.handover.dossier_id):
        sections.setdefault(item.section_id, []).append(item)
    if any([_put_in_order(items, places) for items in sections.values()]):
        title = standing.handover.project.title
        tell(
            standing.handover,
            standing.a_id,
            words=lambda: _("%(title)s: documents were moved. Issue and sign the list anew.", title=title),
        )
        return _("Documents were moved and have other codes now. A issues and signs the list anew.")
    steps.take(standing, "code")
    dossiers.arrange(standing.handover.dossier)
    return _("The codes stand. Sign the list, then submit it.")


def _put_in_order(items: list[Item], places: Mapping[int, int]) -> bool:
    """The documents of one section; the one that moves goes before or behind whoever has its new place."""

    def wanted_place(item: Item) -> float:
        present = items.index(item) + 1
        wanted = places.get(item.id, present)
        return wanted if wanted == present else wanted + (0.5 if wanted > present else -0.5)

    wanted, present = sorted(items, key=wanted_place), list(items)
    for place, item in enumerate(wanted, start=1):
        if present[place - 1] is not item:
            dossiers.move_item(item, place)
            present.remove(item)
            present.insert(place - 1, item)
    return wanted != items
