"""Long exports and prints in the background: the list's view is entered again, its rows are taken a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh
from werkzeug.exceptions import HTTPException

from crm.audit.log import record
from crm.db import reading, session, unit_of_work
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.lists import exports
from crm.lists.asking import Asked, entered
from crm.lists.layouts import Layout
from crm.lists.paper import LongPrint
from crm.web import excel

EXPORTED, PRINTED = 1_000, 250  # rows between two looks whether somebody asked for the end
PURPOSE = "export"


def export(step: Step) -> Plain:
    if "made" in step.place:  # by a runner that was killed before it could say so
        return dict(step.place["made"])
    with _asked(step.job_payload) as asked, TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        title = str(asked.listing.title)
        with excel.Workbook(path, title, exports.headings(asked), exports.kinds(asked)) as book:
            rows = _hand_over(step, asked, book.add, EXPORTED)
        return _keep(step, asked, path.read_bytes(), "xlsx", rows)


def print_list(step: Step) -> Plain:
    if "made" in step.place:
        return dict(step.place["made"])
    with _asked(step.job_payload) as asked, TemporaryDirectory() as folder:
        paper = LongPrint(Path(folder), step.job_payload["rows"], **exports.printed(asked))
        rows = _hand_over(step, asked, paper.add, PRINTED)
        return _keep(step, asked, paper.finished(), "pdf", rows)


@contextmanager
def _asked(payload: Plain) -> Iterator[Asked]:
    """The list as it was asked for, in the language of then."""
    g.actor = replace(g.actor, locale=payload["locale"])
    refresh()  # the language may have been looked up before
    with ExitStack() as stack:
        with unit_of_work(writes=False):
            asked = _entered(stack, payload)
        yield asked


def _entered(stack: ExitStack, payload: Plain) -> Asked:
    """Rights may have been taken away since: to see the list, or to take it out of the house."""
    try:
        asked = stack.enter_context(entered(payload["address"], Layout(columns=payload["columns"])))
        exports.require_right(asked)
        return asked
    except HTTPException as refusal:
        raise DomainError(_("You may no longer see or export this list.")) from refusal


def _hand_over(step: Step, asked: Asked, take: Callable[[Sequence[Any]], None], batch: int) -> int:
    """Give every row's cells to `take`; returns how many rows there were.

    Whoever goes on after a killed runner begins anew, and counts only what is new.
    """
    handed, counted = 0, step.place.get("rows", 0)
    with reading() as db, db.execute(asked.query.execution_options(yield_per=batch)) as found:
        for rows in found.partitions():
            handed += len(rows)
            with step.unit(done=max(0, min(len(rows), handed - counted))):
                step.place = {"rows": max(handed, counted)}
                cells = exports.cells(asked, rows)
            take(cells)
    return handed


def _keep(step: Step, asked: Asked, content: bytes, form: str, rows: int) -> Plain:
    with step.unit():
        upload = store.keep(content, exports.file_name(asked, form), purpose=PURPOSE, estate_id=g.actor.estate_id)
        record(exports.exported(asked, form, rows))
        made = {"upload_id": upload.id, "rows": rows}
        step.place = {**step.place, "made": made}
    return made


def finish(_payload: Plain, results: Iterator[Plain]) -> Finished:
    [made] = results
    return Finished(result={"rows": made["rows"]}, upload=session().get_one(Upload, made["upload_id"]))


def plan(payload: Plain) -> list[Plain]:
    return [{"rows": payload["rows"]}]


def size(chunk: Plain) -> int:
    rows: int = chunk["rows"]
    return rows


def may_fetch(payload: Plain) -> bool:
    """Whether the acting person may still take this list out of the house, with every estate it was made of."""
    now, then = g.actor.estate_ids, payload["estate_ids"]
    if now is not None and (then is None or not now.issuperset(then)):
        return False
    try:
        with entered(payload["address"], Layout(columns=payload["columns"])) as asked:
            exports.require_right(asked)
    except HTTPException:
        return False
    return True


SAME: dict[str, Any] = {
    "plan": plan,
    "finish": finish,
    "size": size,
    "may_fetch": may_fetch,
    "facts": {"rows": _l("Rows")},
}
EXPORT = Kind(name="lists.export", title=_l("Export to Excel"), work=export, **SAME)
PRINT = Kind(name="lists.print", title=_l("Print a list"), work=print_list, **SAME)
