"""Hand-overs by their work lists, findings of the filing reviews, what is closed and not filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers.models import Correction, Dossier, DossierTemplate, Removal
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.queries import TO_CONFIRM, shown_title, visible
from crm.archive.handover import listings
from crm.archive.handover.models import STATE_TITLES
from crm.archive.handover.queries import lists
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import beginning_of, business_day, business_day_of, utc_now
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.properties.queries import in_chosen_estate
from crm.review.figures import mended_by, signed_by
from crm.review.models import ADDRESS, MINE, FilingReview, Finding, ReviewState, Sampling
from crm.review.queries import chosen
from crm.review.sampling.listings import LEFT
from crm.review.sampling.queries import to_count
from crm.review.wording import fault, name_of, place_of
from crm.tenants.unfiled import counts

SAMPLES_SHOWN = 6


def _handovers(most: int) -> Sequence[Todo]:
    day = business_day()
    return [_handover(row, day) for row in lists.waiting(most)]


def _handover(row: Any, day: date) -> Todo:
    due = beginning_of((row.due or day) + timedelta(days=1))
    state = " · ".join((str(STATE_TITLES[row.state]), f"A {row.a}", f"B {row.b}"))
    return Todo(
        due=due,
        left=listings.left(row, day),
        tone=listings.tone(row, day),
        title=" ".join(filter(None, (row.title, listings.number(row)))),
        about=state,
        url=url_for("handover.show", handover_id=row.id),
    )


def _handover_figures() -> Sequence[Figure]:
    """The work lists of hand-overs with how much waits in each."""
    figures = []
    for desk in lists.desks(business_day()):
        chosen: dict[str, Any] = {desk.filter: desk.name}
        address = url_for("handover.index", **chosen)
        figures.append(Figure(title=str(desk.title), count=desk.count, url=address, late=desk.name == "late"))
    return figures


def _asked_figures() -> Sequence[Figure]:
    """Corrections and removals that nobody has decided about."""
    found = []
    for model, title, endpoint in (
        (Correction, _("Corrections asked for"), "dossiers.corrections"),
        (Removal, _("Removals asked for"), "dossiers.removals"),
    ):
        asked = select(func.count(model.id)).join(Dossier, Dossier.id == model.dossier_id)
        count = session().scalar(asked.where(model.state == AskState.asked, visible())) or 0
        found.append(Figure(title=title, count=count, url=url_for(endpoint, state="asked")))
    return found


def _unfiled() -> Sequence[Figure]:
    """Each kind of thing that is closed and lies in no dossier yet."""
    now, found = utc_now(), []
    for count in counts:
        kind = count()
        counted = func.count(kind.estate_id), func.count(case((kind.since < now - kind.after, kind.estate_id)))
        many, late = session().execute(select(*counted).where(kind.condition, in_chosen_estate(kind.estate_id))).one()
        found.append(Figure(title=str(kind.title), count=many, url=kind.address, late=bool(late)))
    return found


def _seen() -> ColumnElement[bool]:
    """Findings still open, of dossiers one sees in the estates one works in."""
    estate = or_(Finding.estate_id.is_(None), in_chosen_estate(Finding.estate_id))
    return and_(Finding.cured_at.is_(None), estate, visible())


def _own() -> ColumnElement[bool]:
    """Given to the acting person, or to nobody and for a desk of hers."""
    return or_(Finding.owner_id == actor().user_id, and_(Finding.owner_id.is_(None), Finding.role.in_(actor().roles)))


def _findings(most: int) -> Sequence[Todo]:
    day = business_day()
    found = (
        select(
            Finding.due_on,
            Finding.kind,
            Finding.detail,
            Finding.about_id,
            Finding.dossier_id,
            Dossier.subject_id,
            shown_title().label("title"),
        )
        .join(Dossier, Dossier.id == Finding.dossier_id)
        .where(_seen(), _own())
        .order_by(Finding.due_on, Finding.id)
    )
    return [
        Todo(
            title=row.title,
            about=fault(row),
            url=place_of(row, row.subject_id) or url_for("dossiers.show", dossier_id=row.dossier_id),
            **by_day(row.due_on, day),
        )
        for row in session().execute(found.limit(most))
    ]


def _finding_figures() -> Sequence[Figure]:
    own, late = _own(), Finding.due_on < business_day()
    columns = func.count(), func.count(case((own, 1))), func.count(case((and_(own, late), 1)))
    found = select(*columns).select_from(Finding).join(Dossier, Dossier.id == Finding.dossier_id).where(_seen())
    every, mine, overdue = session().execute(found).one()
    return [
        Figure(title=_("My findings"), count=mine, url=MINE if mine else ""),
        Figure(title=_("My findings past due"), count=overdue, url=MINE if overdue else "", late=True),
        Figure(title=_("Findings in all"), count=every, url=url_for("review.findings")),
    ]


def _to_sign(most: int) -> Sequence[Todo]:
    """Begun, and not signed off yet."""
    day = business_day()
    found = select(FilingReview).options(joinedload(FilingReview.estate))
    waiting = found.where(FilingReview.state != ReviewState.signed, chosen(FilingReview.estate_id))
    return [
        Todo(
            title=_("Filing review of %(what)s, %(month)s", what=name_of(row), month=f"{row.month:%Y-%m}"),
            about=_("%(count)s dossiers, to be signed off", count=row.dossiers)
            if row.state is ReviewState.open
            else _("%(count)s dossiers, being looked at", count=row.dossiers),
            url=ADDRESS.format(row.id),
            **by_day(signed_by(business_day_of(row.opened_at)), day),
        )
        for row in session().scalars(waiting.order_by(FilingReview.opened_at, FilingReview.id).limit(most))
    ]


def _samples() -> Sequence[tuple[Sampling, int]]:
    """Asked for once a request, for the lines and for the figures."""
    if "samples_to_count" not in g:
        g.samples_to_count = to_count(SAMPLES_SHOWN)
    found: Sequence[tuple[Sampling, int]] = g.samples_to_count
    return found


def _to_count(most: int) -> Sequence[Todo]:
    """By the day on which the review's findings should be mended."""
    day = business_day()
    return [
        Todo(
            title=_sample(sampling),
            about=_("%(left)s of %(count)s dossiers to be counted", left=left, count=sampling.size),
            url=url_for("review_sampling.show", sampling_id=sampling.id),
            **by_day(mended_by(sampling.review.day), day),
        )
        for sampling, left in _samples()[:most]
    ]


def _sample(sampling: Sampling) -> str:
    review = sampling.review
    return _("Sample of %(what)s, %(month)s", what=name_of(review), month=f"{review.month:%Y-%m}")


def _sample_figures() -> Sequence[Figure]:
    """Of each sample the dossiers that are left."""
    shown = "review_sampling.show"
    return [
        Figure(title=_sample(sampling), count=left, url=url_for(shown, sampling_id=sampling.id, result=LEFT))
        for sampling, left in _samples()
    ]


def _confirm_figures() -> Sequence[Figure]:
    """As a line they stand in the person's part of the setting up, until all are confirmed."""
    count = session().scalar(select(func.count(DossierTemplate.id)).where(TO_CONFIRM)) or 0
    address = url_for("dossiers.checklists", state="to_confirm")
    return [Figure(title=_("Checklists to confirm"), count=count, url=address)]


HANDOVERS = Card(
    name="archive",
    title=_l("Hand-overs"),
    permission=Permission.credit_read,
    url=lambda: url_for("handover.index"),
    todo=_handovers,
    figures=_handover_figures,
)
ASKED = Card(
    name="asked",
    title=_l("Asked for, not decided"),
    permission=Permission.dossier_keep,
    url=lambda: url_for("dossiers.corrections"),
    figures=_asked_figures,
)
UNFILED = Card(
    name="unfiled",
    title=_l("Closed and not filed yet"),
    permission=Permission.dossier_keep,
    url=lambda: url_for("tenants.quality"),
    figures=_unfiled,
)
FINDINGS = Card(
    name="findings",
    title=_l("Findings"),
    permission=Permission.review_read,
    url=lambda: "",
    todo=_findings,
    figures=_finding_figures,
)
FILING_REVIEWS = Card(
    name="filing-reviews",
    title=_l("Filing reviews to sign off"),
    permission=Permission.review_sign,
    url=lambda: "",
    todo=_to_sign,
)
SAMPLES = Card(
    name="samples",
    title=_l("Samples of the paper"),
    permission=Permission.review_keep,
    url=lambda: url_for("review.index"),
    todo=_to_count,
    figures=_sample_figures,
)
CHECKLISTS = Card(
    name="checklists",
    title=_l("Checklists"),
    permission=Permission.archive_appoint,
    url=lambda: url_for("dossiers.checklists"),
    figures=_confirm_figures,
)
