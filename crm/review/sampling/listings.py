"""The samples of a review, and the dossiers of one with what was counted."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_

from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.review.models import FilingReview, PaperCount, SampledDossier, Sampling
from crm.review.sampling import queries

LEFT, AGREES, DIFFERS, ABSENT = "left", "agrees", "differs", "absent"
RESULT_TITLES = {
    LEFT: _l("To be counted"),
    AGREES: _l("As in the books"),
    DIFFERS: _l("Differs"),
    ABSENT: _l("Not there"),
}
TONES = {LEFT: "blue", AGREES: "green", DIFFERS: "red", ABSENT: "red"}
EXPORT = Permission.customer_export


def result(row: Any) -> str:
    if row.there is None:
        return LEFT
    if not row.there:
        return ABSENT
    return AGREES if row.agrees else DIFFERS


def _has(value: str) -> ColumnElement[bool]:
    conditions: dict[str, Any] = {
        LEFT: PaperCount.id.is_(None),
        AGREES: PaperCount.agrees,
        DIFFERS: and_(PaperCount.there, ~PaperCount.agrees),
        ABSENT: ~PaperCount.there,
    }
    found: ColumnElement[bool] = conditions[value]
    return found


def samples(review: FilingReview) -> Listing:
    return Listing(
        title=_l("Samples of the paper"),
        query=queries.samplings(review.id),
        columns=(
            Column(
                name="drawn_at",
                title=_l("Drawn"),
                kind="date",
                order=Sampling.drawn_at,
                link=lambda row: url_for("review_sampling.show", sampling_id=row.id),
            ),
            Column(name="what", title=_l("Kind"), value=_kind),
            Column(name="size", title=_l("Dossiers"), kind="number", order=Sampling.size, total="size"),
            Column(name="counted", title=_l("Counted so far"), kind="number"),
            Column(name="differ", title=_l("Differ"), kind="number"),
            Column(name="drawn_by", title=_l("Drawn by"), order=Sampling.drawn_by),
            Column(name="reason", title=_l("Reason"), kind="long"),
        ),
        order=(Sampling.id.desc(),),
        export_permission=EXPORT,
        empty=_l("No sample was drawn yet."),
    )


def _kind(row: Any) -> str:
    return _("Sample") if row.recount_of_id is None else _("Recount")


def lines(sampling: Sampling) -> Listing:
    """What the books say stands beside it once it is counted, never before: page, Excel and print alike."""
    return Listing(
        title=_l("Sample of the paper"),
        query=queries.lines_of(sampling.id),
        columns=(
            Column(name="position", title=_l("Serial no."), kind="number", order=SampledDossier.position),
            Column(name="code", title=_l("Archive code"), order=Dossier.code, link=lambda row: _link(sampling, row)),
            Column(name="title", title=_l("Dossier title"), kind="long"),
            Column(name="place", title=_l("Where it should be"), order=SampledDossier.place),
            Column(
                name="result",
                title=_l("Result"),
                value=lambda row: str(RESULT_TITLES[result(row)]),
                kind="badge",
                tone=lambda row: TONES[result(row)],
            ),
            Column(name="found", title=_l("Counted: documents / pages / sheets"), value=_found),
            Column(name="books", title=_l("In the books"), value=_books),
            Column(name="remark", title=_l("Remark"), kind="long"),
            Column(name="counted_by", title=_l("Counted by"), order=PaperCount.counted_by),
            Column(name="counted_at", title=_l("Counted on"), kind="date", order=PaperCount.counted_at),
        ),
        filters=(
            Filter(
                name="q", title=_l("Code or title"), condition=lambda text: holding(text, Dossier.code, Dossier.title)
            ),
            Filter(name="result", title=_l("Result"), condition=_has, choices=[*RESULT_TITLES.items()]),
        ),
        order=(SampledDossier.position,),
        export_permission=EXPORT,
        empty=_l("No dossier of this sample is like that."),
    )


def _link(sampling: Sampling, row: Any) -> str:
    if row.there is None:
        return url_for("review_sampling.count", sampling_id=sampling.id, position=row.position)
    return url_for("dossiers.show", dossier_id=row.dossier_id)


def _found(row: Any) -> str:
    return f"{row.documents} / {row.pages} / {row.sheets}" if row.there else ""


def _books(row: Any) -> str:
    return "" if row.there is None else f"{row.books_documents} / {row.books_pages} / {row.books_sheets}"
