"""The operation log and the log-ins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.admin import listings, log, queries
from crm.admin.forms import LogForm, options
from crm.admin.titles import EVENT_TITLES, SUBJECT_TITLES
from crm.admin.views.pages import P, blueprint, log_tabs
from crm.auth.permissions import requires
from crm.dates import beginning_of
from crm.lists import listing


@blueprint.get("/log")
@requires(P.audit_read)
def operations() -> ResponseReturnValue:
    form, tabs = _query_bar(), log_tabs("operations")
    if not form.validate():
        return render_template("admin/log.html", form=form, page=None, lines=[], tabs=tabs), 422
    wanted = _wanted(form)
    page = log.page(wanted, request.args.get("before", type=int), request.args.get("after", type=int))
    return render_template(
        "admin/log.html", form=form, page=page, lines=log.lines_of(page.entries), reach=log.REACH, tabs=tabs
    )


@blueprint.get("/log/list")
@requires(P.audit_read)
def entries() -> ResponseReturnValue:
    """The same entries as an ordinary list, which is what exports and prints are made of."""
    form = _query_bar()
    if not form.validate():
        asked: dict[str, Any] = request.args.to_dict()
        return redirect(url_for(".operations", **asked))
    return listing.answer(
        listings.entries(log.entries(_wanted(form))),
        "admin/list.html",
        tabs=log_tabs("entries"),
        new_url=None,
        new_text="",
    )


def _query_bar() -> LogForm:
    form = LogForm(request.args)
    people = {str(row.id): f"{row.full_name} {row.username}" for row in queries.people()}
    form.who.choices = options({log.SYSTEM: _("Without an account: jobs, command line"), **people}, _("All"))
    form.kind.choices = options(_by_title(EVENT_TITLES), _("All"))
    form.subject.choices = options(_by_title(SUBJECT_TITLES), _("All"))
    return form


def _by_title(titles: Mapping[str, object]) -> dict[str, str]:
    return dict(sorted(((code, str(title)) for code, title in titles.items()), key=lambda pair: pair[1]))


def _wanted(form: LogForm) -> log.Wanted:
    since, until = form.since.data, form.until.data
    return log.Wanted(
        who=form.who.data or "",
        kind=form.kind.data or "",
        subject=form.subject.data or "",
        number=form.number.data,
        request_id=(form.request_id.data or "").strip(),
        since=beginning_of(since) if since else None,
        until=beginning_of(until + timedelta(days=1)) if until else None,
    )


@blueprint.get("/log/<int:entry_id>")
@requires(P.audit_read)
def entry(entry_id: int) -> ResponseReturnValue:
    found = log.get_entry(entry_id)
    data = log.readable(found.data)
    return render_template(
        "admin/entry.html",
        entry=found,
        title=log.title_of(found.kind),
        subjects=log.subjects_of(found),
        changes=log.changes_of(data),
        facts=log.facts_of(data),
        plain=json.dumps(data, ensure_ascii=False, indent=2),
        sound=log.is_sound(found),
    )


@blueprint.get("/logins")
@requires(P.audit_read)
def logins() -> ResponseReturnValue:
    return listing.answer(listings.logins(), "admin/list.html", tabs=log_tabs("logins"), new_url=None, new_text="")
