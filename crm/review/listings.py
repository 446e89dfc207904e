"""The reviews, the dossiers of one, the work list of findings, and what is due for review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, true

from crm.archive.dossiers.checking import MEASURE_TITLES, Measure
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import DossierKind
from crm.auth.actor import actor
from crm.auth.permissions import Permission, RoleName, opens
from crm.auth.titles import ROLE_TITLES
from crm.dates import business_day_of
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate
from crm.properties.queries import estate_names
from crm.review import due, queries
from crm.review.actions import HAND_OUT
from crm.review.checks import checks
from crm.review.comparing import is_new
from crm.review.models import (
    STATE_TITLES,
    WHY_TITLES,
    FilingReview,
    Finding,
    ReviewedDossier,
    ReviewState,
    Why,
)
from crm.review.wording import fault, place_of, score, started_by, why_of

READ = Permission.review_read
STATE_TONES = {ReviewState.running: "blue", ReviewState.open: "orange", ReviewState.signed: "green"}
WHY_TONES = {Why.asked: "grey", Why.period: "blue", Why.pressing: "orange"}
STATES = {"new": _l("New in that review"), "cured": _l("Mended in the last 90 days")}
MEASURE_TONES = {Measure.complete: "orange", Measure.accurate: "blue", Measure.valid: "red"}


def _choice(
    name: str, title: Any, titles: Mapping[Any, Any], condition: Callable[[str], ColumnElement[bool]]
) -> Filter:
    offered = [(str(key), said) for key, said in titles.items()]
    return Filter(name=name, title=title, condition=condition, choices=offered)


def _offered(*filters: Filter) -> tuple[Filter, ...]:
    """Without those that would leave no choice: a field for words has no place there."""
    return tuple(each for each in filters if each.choices or each.name == "q")


def _estate(column: Any) -> Filter:
    titles: dict[Any, Any] = estate_names() if queries.sees_reviews() else {}
    if queries.oversees():
        titles |= {0: _("Loans and guarantees")}
    return _choice("estate", _l("Estate"), titles, lambda value: column.is_not_distinct_from(int(value) or None))


def _scores() -> tuple[Column, ...]:
    return tuple(
        Column(
            name=measure.value,
            title=_("%(measure)s (%%)", measure=MEASURE_TITLES[measure]),
            value=partial(_score, measure),
            kind="number",
        )
        for measure in Measure
    )


def _score(measure: Measure, row: Any) -> float | None:
    return score(row, measure)


# Reviews


def reviews() -> Listing:
    return Listing(
        title=_l("Filing reviews"),
        query=queries.reviews(),
        columns=_review_columns(),
        filters=_offered(
            _estate(FilingReview.estate_id),
            _choice("state", _l("State"), STATE_TITLES, lambda value: FilingReview.state == ReviewState(value)),
            _choice(
                "started",
                _l("How it started"),
                {1: _l("Started by the clock"), 0: _l("Started by hand")},
                lambda value: FilingReview.scheduled.is_(value == "1"),
            ),
        ),
        order=(FilingReview.day.desc(), FilingReview.id.desc()),
        export_permission=READ,
        empty=_l("No review was run yet. The clock opens one each month; you can run one now.")
        if queries.sees_reviews()
        else _l("A review covers a whole archive. What was found in your own projects stands under “Findings”."),
    )


def _review_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="month",
            title=_l("Month"),
            value=lambda row: row.month.strftime("%Y-%m"),
            order=FilingReview.month,
            link=lambda row: url_for("review.show", filing_review_id=row.id),
        ),
        Column(
            name="estate",
            title=_l("Estate"),
            value=lambda row: row.estate or _("Loans and guarantees"),
            order=Estate.name,
        ),
        Column(name="day", title=_l("As of"), kind="date", order=FilingReview.day),
        Column(name="started", title=_l("How it started"), value=started_by),
        Column(name="why", title=_l("Why"), value=why_of),
        Column(name="dossiers", title=_l("Dossiers"), kind="number", order=FilingReview.dossiers),
        *_scores(),
        *_counts(),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(name="signed_by", title=_l("Who signed")),
    )


def _counts() -> tuple[Column, ...]:
    titles = {"new": _l("New"), "repeated": _l("Repeated"), "cured": _l("Mended")}
    return tuple(
        Column(name=name, title=title, kind="number", order=getattr(FilingReview, name))
        for name, title in titles.items()
    )


def looked_at(review: FilingReview, day: date) -> Listing:
    """The worst first."""
    return Listing(
        title=_("Dossiers of the review %(name)s", name=queries.title_of(review)),
        query=queries.looked_at(review, day),
        counted=select(ReviewedDossier.dossier_id).where(ReviewedDossier.review_id == review.id),
        columns=(
            _number(_dossier),
            *_about(),
            _why(),
            *_scores(),
            Column(
                name="findings",
                title=_l("Findings"),
                kind="number",
                order=ReviewedDossier.findings,
                link=lambda row: url_for("review.findings", dossier=row.dossier_id) if row.findings else "",
            ),
        ),
        filters=_offered(
            _called(),
            _choice("why", _l("Why"), WHY_TITLES, lambda value: ReviewedDossier.why == Why(value)),
            _choice("faulty", _l("Findings"), {1: _l("With findings")}, lambda _value: ReviewedDossier.findings > 0),
        ),
        order=(ReviewedDossier.findings.desc().nulls_last(), ReviewedDossier.dossier_id),
        export_permission=READ,
        empty=_l("No dossier of this review is yours to see."),
    )


def _why() -> Column:
    return Column(
        name="why",
        title=_l("Why"),
        value=lambda row: str(WHY_TITLES[row.why]),
        kind="badge",
        tone=lambda row: WHY_TONES[row.why],
    )


def _number(link: Callable[[Any], str]) -> Column:
    return Column(
        name="number",
        title=_l("Archive number"),
        value=lambda row: row.number or _("no number yet"),
        order=Dossier.code,
        link=link,
    )


def _about() -> tuple[Column, ...]:
    return (
        Column(name="title", title=_l("Name or title"), order=Dossier.title),
        Column(name="units", title=_l("Units"), kind="long"),
    )


def _called() -> Filter:
    return Filter(
        name="q", title=_l("Number or name"), condition=lambda text: holding(text, Dossier.code, Dossier.title)
    )


# Findings


def findings(day: date, *, cured: bool, dossier: Dossier | None, review_id: int | None) -> Listing:
    """The work list; `review_id` is the review asked for, so that an old one is among the choices."""
    dossier_id = dossier.id if dossier else None
    return Listing(
        title=_("Findings of %(name)s", name=dossier.code or dossier.title) if dossier else _l("Findings"),
        query=queries.findings(day, cured=cured, dossier_id=dossier_id),
        counted=queries.counted_findings(cured=cured, dossier_id=dossier_id),
        columns=_finding_columns(day),
        filters=_finding_filters(day, review_id),
        order=(Finding.due_on, Finding.id),
        export_permission=READ,
        empty=_l("Nothing is to be mended."),
        actions=() if cured else (HAND_OUT,),
    )


def _dossier(row: Any) -> str:
    return url_for("dossiers.show", dossier_id=row.dossier_id) if opens("dossiers.show") else ""


def _finding_columns(day: date) -> tuple[Column, ...]:
    return (
        _number(lambda row: url_for("review.finding", finding_id=row.id)),
        *_about(),
        Column(name="fault", title=_l("Fault"), value=fault, kind="long", order=Finding.kind),
        Column(
            name="mend",
            title=_l("Where to mend it"),
            value=lambda row: _("Mend it") if place_of(row, row.subject_id) else "",
            link=lambda row: place_of(row, row.subject_id),
        ),
        Column(
            name="measure",
            title=_l("Which measure"),
            value=lambda row: str(MEASURE_TITLES[row.measure]),
            kind="badge",
            tone=lambda row: MEASURE_TONES[row.measure],
            order=Finding.measure,
        ),
        Column(name="due_on", title=_l("To be mended by"), kind="date", order=Finding.due_on),
        _late(lambda row: row.cured_at is None and row.due_on < day),
        Column(name="owner", title=_l("Who mends it")),
        Column(name="role", title=_l("Desk"), value=lambda row: str(ROLE_TITLES[row.role]), at_first=False),
        *_moments(),
        Column(name="note", title=_l("Note"), kind="long"),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )


def _moments() -> tuple[Column, ...]:
    return (
        Column(
            name="found",
            title=_l("Found on"),
            value=lambda row: business_day_of(row.found_at),
            kind="date",
            order=Finding.found_at,
        ),
        Column(
            name="cured",
            title=_l("Mended"),
            value=lambda row: business_day_of(row.cured_at) if row.cured_at else None,
            kind="date",
            order=Finding.cured_at,
            at_first=False,
        ),
    )


def _late(is_late: Callable[[Any], bool]) -> Column:
    return Column(
        name="late",
        title=_l("Overdue"),
        value=lambda row: _("Overdue") if is_late(row) else "",
        kind="badge",
        tone=lambda _row: "red",
    )


def _finding_filters(day: date, review_id: int | None) -> tuple[Filter, ...]:
    kinds = {kind: check.title for kind, check in checks.items()}
    roles = {check.role: ROLE_TITLES[check.role] for check in checks.values()}
    return _offered(
        _called(),
        _choice("mine", _l("Whose"), {1: _l("Mine")}, lambda _value: Finding.owner_id == actor().user_id),
        _choice("late", _l("Time left"), {1: _l("Overdue")}, lambda _value: Finding.due_on < day),
        _choice("measure", _l("Which measure"), MEASURE_TITLES, lambda value: Finding.measure == Measure(value)),
        _choice("kind", _l("Fault"), kinds, lambda value: Finding.kind == value),
        _choice("role", _l("Desk"), roles, lambda value: Finding.role == RoleName(value)),
        _choice("owner", _l("Who mends it"), {0: _l("Nobody so far")} | queries.owner_names(), _of_owner),
        _estate(Finding.estate_id),
        _choice("review", _l("Filing review"), queries.review_names(review_id), _of_review),
        _choice("state", _l("State"), STATES, lambda value: _new_in(review_id) if value == "new" else true()),
    )


def _of_owner(value: str) -> ColumnElement[bool]:
    return Finding.owner_id == int(value) if int(value) else Finding.owner_id.is_(None)


def _of_review(value: str) -> ColumnElement[bool]:
    """Of the dossiers that it looked at."""
    lines = select(ReviewedDossier.dossier_id).where(ReviewedDossier.review_id == int(value))
    return Finding.dossier_id.in_(lines)


def _new_in(review_id: int | None) -> ColumnElement[bool]:
    return is_new(queries.get_review(review_id)) if review_id else Finding.found_review_id.is_not(None)


# What is due


def coming_up(day: date) -> Listing:
    def end(row: Any) -> date:
        kind = row.customer_kind if row.kind is DossierKind.property else row.kind
        return due.ends_on(row.reviewed_on or row.opened_on, row.why, kind, day)

    return Listing(
        title=_l("Due for review"),
        query=queries.coming_up(day),
        columns=(
            _number(_dossier),
            *_about(),
            _why(),
            Column(name="reviewed_on", title=_l("Last reviewed"), kind="date", order=due.last_looked()),
            Column(name="due_on", title=_l("Due from"), value=lambda row: due.due_on(end(row), day), kind="date"),
            _late(lambda row: end(row) < day),
            Column(name="estate", title=_l("Estate"), order=Estate.name),
        ),
        filters=_offered(
            _called(),
            _choice("late", _l("Time left"), {1: _l("Overdue")}, lambda _value: due.late(day)),
            _choice(
                "why",
                _l("Why"),
                {why: WHY_TITLES[why] for why in (Why.period, Why.pressing)},
                lambda value: due.why(day) == Why(value),
            ),
            _estate(Dossier.estate_id),
        ),
        order=(due.last_looked(), Dossier.id),
        export_permission=READ,
        empty=_l("No dossier is due for review this month."),
    )
