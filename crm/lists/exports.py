"""A list out of the house, exactly as asked: short ones at once, long ones in the background (decision 016)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask import abort, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.confirmation import require_confirmation
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.jobs.service import enqueue
from crm.lists.asking import Asked
from crm.lists.events import ListExported
from crm.web import excel, pdf
from crm.web.application import writing
from crm.web.download import attachment

AT_ONCE = {"xlsx": 2_000, "pdf": 500}  # rows; 500 printed lines take about six seconds
MOST_PRINTED = 20_000  # rows, some 450 pages
UNCONFIRMED = 100  # rows that may leave without the password given again
KINDS = {"xlsx": "lists.export", "pdf": "lists.print"}


def answer(asked: Asked, form: str) -> ResponseReturnValue:
    """The file, or the page of the job that makes it; `form` is xlsx or pdf."""
    require_right(asked)
    count, _sums = asked.summary()
    if count > UNCONFIRMED:
        require_confirmation()
    if form == "pdf" and count > MOST_PRINTED:
        raise DomainError(
            _(
                "A print takes %(most)d lines at most. Narrow the list by a filter, or export it to Excel.",
                most=MOST_PRINTED,
            )
        )
    if count > AT_ONCE[form]:
        return redirect(url_for("jobs.show", job_id=_enqueued(asked, form, count)), 303)
    return _at_once(asked, form)


def require_right(asked: Asked) -> None:
    """Answers 403 to whoever may see the list and may not take it out of the house."""
    if not asked.listing.may_export:
        abort(403)


def _at_once(asked: Asked, form: str) -> ResponseReturnValue:
    rows = cells(asked, session().execute(asked.query).all())
    name, title = file_name(asked, form), str(asked.listing.title)
    with writing():
        record(exported(asked, form, len(rows)))
    if form == "xlsx":
        return attachment(excel.workbook(title, headings(asked), kinds(asked), rows), name, excel.MEDIA_TYPE)
    paper = pdf.document("list.html", **printed(asked), rows=rows, count=len(rows))
    return attachment(paper, name, "application/pdf", inline=True)


def _enqueued(asked: Asked, form: str, count: int) -> int:
    """The job's id; pressing twice within a minute is asking once."""
    payload = {
        "address": asked.address,
        "columns": [column.name for column in asked.columns],
        "rows": count,
        "locale": g.actor.locale,
        "estate_ids": None if g.actor.estate_ids is None else sorted(g.actor.estate_ids),
    }
    minute = utc_now().strftime("%Y%m%d%H%M")
    digest = sha256(f"{g.actor.user_id} {form} {minute} {payload}".encode()).hexdigest()
    with writing():
        title = str(asked.listing.title)
        return enqueue(KINDS[form], title, payload, key=f"lists:{digest}", estate_id=g.actor.estate_id).id


def cells(asked: Asked, rows: Sequence[Any]) -> list[list[Any]]:
    """What stands in these rows, column by column as asked."""
    return [[column.value(row) for column in asked.columns] for row in rows]


def headings(asked: Asked) -> list[str]:
    return [str(column.title) for column in asked.columns]


def kinds(asked: Asked) -> list[str]:
    return [column.excel_kind for column in asked.columns]


def file_name(asked: Asked, form: str) -> str:
    return f"{asked.listing.title}.{form}"


def printed(asked: Asked) -> dict[str, Any]:
    """What every piece of the printed list says."""
    return {
        "title": str(asked.listing.title),
        "headings": headings(asked),
        "kinds": kinds(asked),
        "filters": asked.in_words,
        "printed_on": business_day(),
    }


def exported(asked: Asked, form: str, rows: int) -> ListExported:
    return ListExported(
        list_key=asked.key,
        form=form,
        filters=asked.extra | asked.parameters,
        columns=[column.name for column in asked.columns],
        rows=rows,
    )
