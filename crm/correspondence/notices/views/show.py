"""The list of notices, one notice with how far it has come, and its households."""

from __future__ import annotations

from typing import Any

from flask import abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import require_confirmation
from crm.auth.permissions import requires
from crm.correspondence.audience.chosen import restored
from crm.correspondence.audience.queries import Preview, preview
from crm.correspondence.notices import history, jobs, listings, papers, queries
from crm.correspondence.notices.models import (
    NOTICE_KINDS,
    REACH_TITLES,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    Notice,
    NoticeState,
)
from crm.correspondence.notices.placeholders import Whom, Words, general, missing, told
from crm.correspondence.notices.service import STEPS
from crm.correspondence.notices.views.pages import DELIVER, READ, WRITE, blueprint, tabs
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import business_day
from crm.jobs.service import address
from crm.lists import listing
from crm.lists.exports import UNCONFIRMED
from crm.web.download import attachment

PAGES = ("change", "issue", "end", "withdraw", "drop")  # the steps with a page of their own
LIST = "notices/households.html"


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    offered = {"new_url": url_for(".new"), "new_text": _("Draft a notice")} if g.actor.may(WRITE) else {}
    return listing.answer(listings.notices(), **offered)


@blueprint.get("/<int:household_notice_id>")
@requires(READ)
def show(household_notice_id: int) -> str:
    notice = queries.get_notice(household_notice_id)
    offered = STEPS.offered(notice)
    common = {
        "notice": notice,
        "kind": NOTICE_KINDS.title_of(notice.kind),
        "state": STATE_TITLES[notice.state],
        "tone": STATE_TONES[notice.state],
        "actions": [(name, WORKFLOW[name].title) for name in offered if name in PAGES],
        "events": history.happenings(notice.id),
    }
    if notice.issued_at is None:
        return render_template("notices/draft.html", **common, **_draft(notice, bool(offered)))
    return render_template("notices/show.html", **common, **_issued(notice, "deliver" in offered))


def _draft(notice: Notice, may_act: bool) -> dict[str, Any]:
    """The words as the first of them would read it; as everybody would, for whoever takes no step of it."""
    day, words = business_day(), Words(subject=notice.subject, body=notice.body)
    found: Preview | None = preview(restored(notice.audience), day) if may_act else None
    same = general(notice.estate, notice.facts, None, day)
    first = Whom(name=found.first[0].name, label=found.first[0].label) if found and found.first else None
    shown = told(words, same, first) if first else papers.public_words(notice, notice.estate)
    return {
        "preview": found,
        "whom": first,
        "subject": shown.subject,
        "paragraphs": in_paragraphs(shown.body),
        "missing": missing(words, notice.facts),
    }


def _issued(notice: Notice, may_deliver: bool) -> dict[str, Any]:
    tally, words = queries.tally(notice.id), papers.public_words(notice, notice.estate)
    return {
        "tally": tally,
        "tabs": tabs(notice, "show", tally),
        "buildings": queries.buildings_of(notice.id),
        "ways": [(REACH_TITLES[reach], count) for reach, count in queries.ways_of(notice.id).items()],
        "subject": words.subject,
        "paragraphs": in_paragraphs(words.body),
        "withdrawal": queries.withdrawal_of(notice.id) if notice.state is NoticeState.withdrawn else "",
        "may_deliver": may_deliver,
        "parts": _parts(tally),
    }


def _parts(tally: Any) -> list[tuple[str, int, int]]:
    """Of the bar: (what, from, width) in thousandths."""
    whole = max(1, tally.households)
    read, reached = tally.read * 1000 // whole, tally.reached * 1000 // whole
    return [("reached", 0, reached), ("read", 0, min(read, reached))]


@blueprint.route("/<int:household_notice_id>/households", methods=["GET", "POST"])
@requires(READ)
def households(household_notice_id: int) -> ResponseReturnValue:
    notice = queries.get_notice(household_notice_id)
    return _listed(notice, listings.households_of(notice), "households")


@blueprint.route("/<int:household_notice_id>/unreached", methods=["GET", "POST"])
@requires(READ)
def unreached_of(household_notice_id: int) -> ResponseReturnValue:
    notice = queries.get_notice(household_notice_id)
    return _listed(notice, listings.unreached_of(notice), "unreached")


def _listed(notice: Notice, described: listing.Listing, here: str) -> ResponseReturnValue:
    tally = queries.tally(notice.id)
    return listing.answer(described, LIST, notice=notice, tally=tally, tabs=tabs(notice, here, tally))


@blueprint.route("/unreached", methods=["GET", "POST"])
@requires(READ)
def unreached() -> ResponseReturnValue:
    return listing.answer(listings.unreached())


@blueprint.post("/<int:household_notice_id>/print")
@requires(DELIVER)
def print_all(household_notice_id: int) -> ResponseReturnValue:
    """For every household in one file, in the order of the units."""
    return redirect(address(jobs.ask_print(_to_take_out(household_notice_id))), 303)


@blueprint.post("/<int:household_notice_id>/mail")
@requires(DELIVER)
def mail_all(household_notice_id: int) -> ResponseReturnValue:
    """To whoever has an address and did not get it yet."""
    return redirect(address(jobs.ask_mail(_to_take_out(household_notice_id))), 303)


def _to_take_out(notice_id: int) -> list[int]:
    """Many papers with names leave the house only with the password given again."""
    notice = queries.get_notice(notice_id)
    STEPS.expect(notice, "deliver")
    ids = queries.ids_of(notice.id)
    if len(ids) > UNCONFIRMED:
        require_confirmation()
    return ids


@blueprint.get("/<int:household_notice_id>/poster-<any(a4, a3):paper_size>.pdf")
@requires(READ)
def poster(household_notice_id: int, paper_size: str) -> ResponseReturnValue:
    notice = queries.get_notice(household_notice_id)
    if notice.issued_at is None:
        abort(404)
    content = papers.poster(notice, paper_size)
    return attachment(content, f"{notice.subject} {paper_size.upper()}.pdf", papers.PDF, inline=True)
