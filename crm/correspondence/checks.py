"""What the filing review asks about letters and notices: filed, and what we sent proved (P-12)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, cast, exists

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.correspondence.letters import present as letters
from crm.correspondence.letters.figures import UNPROVED_DAYS
from crm.correspondence.letters.models import Letter, LetterState
from crm.correspondence.notices import present as notices
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold
from crm.correspondence.notices.queries import RECEIPT, is_proof, runs_no_more
from crm.dates import beginning_of
from crm.tenants.queries import File, of_dossiers
from crm.tenants.unfiled import lies_in_theirs


def _letters() -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=Letter.number, about_id=Letter.id, detail=Letter.number))
    return found.join(Letter, Letter.customer_id == File.id)


def _unfiled(day: date) -> Select[*tuple[Any, ...]]:
    return _letters().where(letters.unfiled().waits(beginning_of(day)))


def _unproved(day: date) -> Select[*tuple[Any, ...]]:
    """Sent, and neither a proof came nor the letter back, nor did anybody file it and say why."""
    until = beginning_of(day - timedelta(days=UNPROVED_DAYS.on(day)))
    return _letters().where(Letter.state == LetterState.sent, Letter.sent_at < until)


def _unfiled_notices(day: date) -> Select[*tuple[Any, ...]]:
    """A household whose proof does not lie in its own customer's dossier, wherever those of the others lie; where
    nothing was signed or photographed there is nothing to file."""
    whose = Notice.number + " " + NoticeHousehold.label
    found = of_dossiers(*finding(key=cast(NoticeHousehold.id, String), about_id=Notice.id, detail=whose))
    told = found.join(NoticeHousehold, NoticeHousehold.customer_id == File.id)
    issued = told.join(Notice, Notice.id == NoticeHousehold.notice_id)
    proved = exists().where(NoticeDelivery.notice_household_id == NoticeHousehold.id, is_proof())
    left = proved.correlate(NoticeHousehold), ~lies_in_theirs(RECEIPT, NoticeHousehold.id)
    return issued.where(runs_no_more(), notices.unfiled().is_time(beginning_of(day)), *left)


def _letter(where: Where) -> str:
    return url_for("correspondence.show", letter_id=where.about_id)


def _notice(where: Where) -> str:
    return url_for("notices.show", household_notice_id=where.about_id)


CHECKS = (
    Check(
        kind="letter_unfiled",
        title=_l("A letter is done with and not filed"),
        advice=_l("File the letter: it then lies in the dossier."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unfiled,
        page=_letter,
    ),
    Check(
        kind="letter_unproved",
        title=_l("Nothing proves that our letter arrived"),
        advice=_l("Note how it arrived with the proof, or that it came back, or file it without proof and say why."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unproved,
        page=_letter,
    ),
    Check(
        kind="notice_unfiled",
        title=_l("The receipt of a notice is not filed"),
        advice=_l("Have the background work that files the receipts and failed done again."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unfiled_notices,
        page=_notice,
    ),
)
