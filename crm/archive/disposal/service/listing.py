"""Proposing a list, the group's opinions, the approval, the count, and taking a list back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm import numbering
from crm.archive.disposal import queries
from crm.archive.disposal.events import DisposalProposed, OpinionsGiven, RetentionChanged
from crm.archive.disposal.figures import COOLING_DAYS, DISAGREED_YEARS
from crm.archive.disposal.group import Said as Word
from crm.archive.disposal.group import agreed
from crm.archive.disposal.models import (
    DisposalLine,
    DisposalList,
    DisposalState,
    Opinion,
    Outcome,
    RetentionChange,
    Seat,
    WitnessTick,
)
from crm.archive.disposal.periods import kept_until
from crm.archive.disposal.service import destroying
from crm.archive.disposal.service.steps import NOTHING_SAID, STEPS, Said, free_seats, next_of, ring, tell, to_destroy
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.queries import is_removed, shown_title
from crm.archive.dossiers.service.destroying import hold_for_good
from crm.archive.lending.losses import lost_of
from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.steps.taking import NOW

SERIES, PATTERN = "销毁清册", "销毁{year:04d}-{serial:03d}"
MOST = 200  # dossiers of one list


def propose(estate_id: int | None, dossier_ids: Sequence[int], title: str, key: str | None = None) -> DisposalList:
    """Of what is over and free, held meanwhile. Raises `DomainError` where something is not."""
    if not 0 < len(dossier_ids) <= MOST:
        raise DomainError(_("Choose the dossiers, at most %(most)s on one list.", most=MOST))
    hold_for_good(list(dossier_ids))
    free = {row.id: row for row in queries.proposable(estate_id, 100_000)}
    if set(dossier_ids) - free.keys():
        raise DomainError(_("Some of these are held by now, or stand on another list. Look at the list again."))
    [number] = numbering.reserve(SERIES, PATTERN, year=business_day().year)
    number.commit()
    made = DisposalList(
        number_id=number.id,
        number=number.text,
        state=DisposalState.listed,
        estate_id=estate_id,
        title=title,
        proposed_by_id=g.actor.user_id,
        proposed_by=g.actor.name,
        proposed_at=utc_now(),
    )
    session().add(made)
    session().flush()
    session().add_all(_lines(made, [free[key_] for key_ in dict.fromkeys(dossier_ids)]))
    session().flush()
    STEPS.follow(made, "propose", None, Said(key=key))
    told = {"number": made.number, "title": title}
    record(DisposalProposed(disposal_list_id=made.id, dossiers=len(dossier_ids), **told))
    ring(made, next_of(made, "propose"))
    return made


def _lines(made: DisposalList, rows: Sequence[Any]) -> list[DisposalLine]:
    """名称、卷号、册数、起止年度、应保管期限、已保管期限, as they are now."""
    by_id = {row.id: row for row in rows}
    lying = select(Item.pages, Item.dossier_id, Item.doc_date).where(Item.dossier_id.in_(by_id), ~is_removed())
    pages, days = dict.fromkeys(by_id, 0), {key: [] for key in by_id}  # type: ignore[var-annotated]
    for row in session().execute(lying):
        pages[row.dossier_id] += row.pages
        days[row.dossier_id] += [row.doc_date] if row.doc_date else []
    lost = lost_of(by_id)
    volumes, periods = queries.volumes_of(list(by_id)), queries.in_force(by_id)
    return [
        DisposalLine(
            list_id=made.id,
            dossier_id=dossier.id,
            code=dossier.code or _("no number"),
            title=title,
            volumes=volumes.get(dossier.id, 1),
            pages=pages[dossier.id] - lost.get(dossier.id, 0),
            from_year=min([dossier.opened_on, *days[dossier.id]]).year,
            to_year=max([by_id[dossier.id].starts_on, *days[dossier.id]]).year,
            retention=periods[dossier.id],
            kept_since=by_id[dossier.id].starts_on,
            kept_until=queries.until_of(by_id[dossier.id]),
        )
        for dossier, title in session().execute(
            select(Dossier, shown_title()).where(Dossier.id.in_(by_id)).order_by(Dossier.code, Dossier.id)
        )
    ]


def give_opinions(
    found: DisposalList, seat: Seat, words: Mapping[int, tuple[Word, str]], said: Said = NOTHING_SAID
) -> None:
    """One member's word on every dossier: line id -> what and why. The third completes the appraisal."""
    STEPS.hold_unchanged(found)
    STEPS.expect(found, "opine")
    if seat not in free_seats(found):
        raise DomainError(_("This seat is taken, or it does not fit you. Choose another."))
    if set(words) != {line.id for line in found.lines}:
        raise DomainError(_("Say of every dossier of the list what is to become of it."))
    STEPS.take(found, "opine", said)
    facts = {"seat": seat, "given_by_id": g.actor.user_id, "given_by": g.actor.name, "given_at": utc_now()}
    for line_id, (word, why) in words.items():
        session().add(Opinion(line_id=line_id, outcome=word.outcome, years=word.years, words=why, **facts))
    session().flush()
    counts = {each.value: sum(word.outcome is each for word, _why in words.values()) for each in Outcome}
    record(OpinionsGiven(disposal_list_id=found.id, number=found.number, seat=seat.value, **counts))
    if {each.seat for each in queries.opinions_of(found.id)} == set(Seat):
        _appraise(found)


def _appraise(found: DisposalList) -> None:
    least = DISAGREED_YEARS.on(business_day())
    for line in found.lines:
        line.outcome = agreed(_said(found, line.id), least).outcome
        if line.outcome is not Outcome.destroy:
            _keep_longer(found, line)
    STEPS.take(found, "appraise")
    tell(found, "appraise")


def _said(found: DisposalList, line_id: int) -> list[Word]:
    given = queries.opinions_of(found.id)
    return [Word(each.outcome, each.years) for each in given if each.line_id == line_id]


def approve(found: DisposalList, said: Said = NOTHING_SAID) -> None:
    """What is to be destroyed cools off. Where nothing is to be, the list ends."""
    action = "approve" if any(line.outcome is Outcome.destroy for line in found.lines) else "keep"
    cools = business_day() + timedelta(days=COOLING_DAYS.on(business_day())) if action == "approve" else None
    by = {"approved_by_id": g.actor.user_id, "approved_by": g.actor.name, "approved_at": NOW, "cools_until": cools}
    STEPS.take(found, action, said, **by)
    tell(found, action, said)


def _keep_longer(found: DisposalList, line: DisposalLine) -> None:
    """From the appraisal on: a list that is withdrawn afterwards asks no other group."""
    line.live = False
    word = agreed(_said(found, line.id), DISAGREED_YEARS.on(business_day()))
    until = None if word.outcome is Outcome.keep else kept_until(business_day(), word.years or 0)
    reason = _("Appraised on list %(number)s", number=found.number)
    told: dict[str, Any] = {"dossier_id": line.dossier_id, "until": until, "reason": reason}
    by = {"changed_by": g.actor.name, "changed_at": utc_now(), "changed_on": business_day()}
    session().add(RetentionChange(list_id=found.id, **told, **by))
    session().flush()
    record(RetentionChanged(disposal_list_id=found.id, number=found.number, **told))


def count(found: DisposalList, pages: Mapping[int, int], said: Said = NOTHING_SAID) -> None:
    """Every dossier in hand, its pages counted: line id -> pages. What differs from the list stops it."""
    STEPS.hold_unchanged(found)
    second = found.witness_id is not None
    action = "counted" if second else "count"
    STEPS.expect(found, action)
    lines = to_destroy(found)
    if wrong := [line.code for line in lines if pages.get(line.id) != line.pages]:
        raise DomainError(
            _(
                "The count differs from the list: %(codes)s. Count again; if it stays so, withdraw the list.",
                codes=", ".join(wrong),
            )
        )
    if second:
        destroying.expect_as_counted(lines)
    else:
        destroying.freeze(lines)
    for line in lines:
        session().add(
            WitnessTick(line_id=line.id, witness_id=g.actor.user_id, pages=pages[line.id], ticked_at=utc_now())
        )
    STEPS.take(found, action, said, **{"second_witness_id" if second else "witness_id": g.actor.user_id})
    tell(found, action, said)


def attest(found: DisposalList, said: Said = NOTHING_SAID) -> None:
    """One of the two stands by: the destruction is signed within the time that figures say."""
    STEPS.take(found, "attest", said)
    tell(found, "attest", said)


def take_back(found: DisposalList, action: str, said: Said) -> None:
    """`action`: refuse, by whoever would approve, or withdraw. The dossiers may be listed again."""
    STEPS.take(found, action, said, reason=said.reason)
    session().execute(update(DisposalLine).where(DisposalLine.list_id == found.id).values(live=False))
    tell(found, action, said)
