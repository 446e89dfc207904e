"""The page behind a household's own link: the notice, and a button that says it was read. Without signing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.auth.limits import take_reading_token
from crm.auth.permissions import public
from crm.correspondence.notices import queries
from crm.correspondence.notices.models import NoticeHousehold, NoticeState
from crm.correspondence.notices.reading import is_token_of
from crm.correspondence.notices.service import note_reading
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import utc_now
from crm.db import unit_of_work
from crm.web.application import own_units

links = Blueprint("notice_links", __name__)
ADDRESS = "/n/<int:household_id>/<reading_token>"


@links.get(ADDRESS)
@public
@own_units
def show(household_id: int, reading_token: str) -> ResponseReturnValue:
    """Reading the page notes nothing: mail programmes open links by themselves."""
    return _answer(household_id, reading_token, _page, writes=False)


@links.post(ADDRESS)
@public
@own_units
def read(household_id: int, reading_token: str) -> ResponseReturnValue:
    return _answer(household_id, reading_token, _noted, writes=True)


def _answer(
    household_id: int, token: str, then: Callable[[NoticeHousehold, str], ResponseReturnValue], *, writes: bool
) -> ResponseReturnValue:
    """A try is counted whatever comes of it; then 404 for every link that is not the household's own."""
    with unit_of_work():
        allowed = take_reading_token(request.remote_addr or "", utc_now())
    if not allowed:
        abort(429)
    with unit_of_work(writes=writes):
        household = queries.find_household(household_id)
        if household is None or not is_token_of(household, token) or household.notice.issued_at is None:
            abort(404)
        return then(household, token)


def _page(household: NoticeHousehold, token: str) -> str:
    notice = household.notice
    withdrawn = notice.state is NoticeState.withdrawn
    facts: dict[str, Any] = {
        "household": household,
        "token": token,
        "notice": notice,
        "paragraphs": in_paragraphs(household.body),
        "withdrawn": withdrawn,
        "why": queries.withdrawal_of(notice.id) if withdrawn else "",
        "over": notice.state is NoticeState.over,
        "may_read": notice.wants_reading and notice.state is NoticeState.issued and household.read_at is None,
    }
    return render_template("notices/link.html", **facts)


def _noted(household: NoticeHousehold, token: str) -> ResponseReturnValue:
    """In the household's own name, also where somebody of the house is signed in at this browser."""
    g.actor = None
    note_reading(household)
    return redirect(url_for(".show", household_id=household.id, reading_token=token))
