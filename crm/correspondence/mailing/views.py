"""Letters to many: the text and whom it is for, the preview, the batches that were made."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import require_confirmation
from crm.auth.permissions import Permission, requires
from crm.correspondence.audience.asked import estate_asked
from crm.correspondence.audience.queries import Preview, preview
from crm.correspondence.letters.models import LETTER_KINDS
from crm.correspondence.mailing import history, jobs, listings, queries
from crm.correspondence.mailing.content import Text, frozen
from crm.correspondence.mailing.forms import ToManyForm
from crm.correspondence.mailing.service import expect_few, expect_shown
from crm.correspondence.wordings.models import Wording, WordingKind
from crm.correspondence.wordings.queries import find_in_use, in_use
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import business_day
from crm.errors import DomainError
from crm.jobs.models import Job
from crm.jobs.service import address
from crm.lists import listing
from crm.lists.exports import UNCONFIRMED
from crm.properties.models import Estate
from crm.properties.queries import visible_estates
from crm.web.forms import attempt, form_page

blueprint = Blueprint("mailing", __name__, url_prefix="/letters/to-many")
WRITE = Permission.notice_write
SHOWN = 100  # letters on a batch's page
Seen = tuple[Preview, dict[str, Any] | None]  # whom it goes to now, how the first of them reads it


@blueprint.get("/")
@requires(WRITE)
def index() -> ResponseReturnValue:
    return listing.answer(listings.batches(), new_url=url_for(".new"), new_text=_("Write to many"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new() -> ResponseReturnValue:
    """`estate_id` and `wording_id` in the address. Sent once it is shown, sent from the preview it is made."""
    estate = estate_asked()
    if estate is None:
        told = {"title": _("Write to many"), "endpoint": "mailing.new"}
        return render_template("notices/estate.html", estates=visible_estates(), **told)
    wording = find_in_use(WordingKind.letter, request.args.get("wording_id"))
    form = ToManyForm(key=token_hex(12), **_begun(wording))
    form.offer(estate.id)
    form.offer_kinds()
    seen, made = _sent(form, estate, wording) if form.validate_on_submit() else (None, "")
    return redirect(made, 303) if made else _page(form, estate, wording, seen)


def _usable() -> list[Wording]:
    """Those that ask for nothing which a letter to many does not know, such as the letter that is answered."""
    return [each for each in in_use(WordingKind.letter) if not Text(subject=each.subject, body=each.body).fault]


def _begun(wording: Wording | None) -> dict[str, Any]:
    return {"subject": wording.subject, "body": wording.body} if wording else {}


def _sent(form: ToManyForm, estate: Estate, wording: Wording | None) -> tuple[Seen | None, str]:
    """What is shown, and where to see what was made."""
    making = request.form.get("step") == "make"
    standing, form.key.data = jobs.begun(form.key.data or "")
    if making and standing:
        return None, standing
    seen: Seen | None = attempt(form, _seen, form, estate)
    job = attempt(form, _make, form, estate, wording, seen[0].households) if making and seen else None
    return seen, address(job) if job else ""


def _seen(form: ToManyForm, estate: Estate) -> Seen:
    text, day = form.text(), business_day()
    if text.fault:
        raise DomainError(text.fault)
    found = preview(form.audience(estate.id), day)
    expect_few(found.households)
    return found, frozen(text, estate, found.first[0], "", day) if found.first else None


def _make(form: ToManyForm, estate: Estate, wording: Wording | None, count: int) -> Job:
    """`count`: how many it goes to now."""
    told = form.to_many(estate.id, wording.id if wording else None)
    expect_shown(count, told.shown)
    if count > UNCONFIRMED:
        require_confirmation()
    return jobs.ask_make(told)


def _page(form: ToManyForm, estate: Estate, wording: Wording | None, seen: Seen | None) -> ResponseReturnValue:
    found, first = seen or (None, None)
    if found:
        form.shown.process(None, found.households)
        form.shown.raw_data = None
    links = [(each, url_for(".new", estate_id=estate.id, wording_id=each.id)) for each in _usable()]
    said: dict[str, Any] = {
        "intro": estate.name,
        "wordings": links,
        "wording": wording,
        "preview": found,
        "first": first,
    }
    said |= {"paragraphs": in_paragraphs(first["body"]) if first else []}
    if found and not form.form_errors:
        return render_template("mailing/new.html", form=form, title=_("Write to many"), back=url_for(".index"), **said)
    return form_page(form, _("Write to many"), url_for(".index"), "mailing/new.html", **said)


@blueprint.get("/<int:letter_batch_id>")
@requires(WRITE)
def show(letter_batch_id: int) -> str:
    batch = queries.get_batch(letter_batch_id)
    found = queries.letters_of(batch.id, SHOWN)
    return render_template(
        "mailing/show.html",
        batch=batch,
        letters=found,
        kind=LETTER_KINDS.title_of(found[0].kind) if found else "",
        events=history.happenings(batch.id),
    )


@blueprint.post("/<int:letter_batch_id>/print")
@requires(WRITE)
def print_again(letter_batch_id: int) -> ResponseReturnValue:
    batch = queries.get_batch(letter_batch_id)
    if batch.letters > UNCONFIRMED:
        require_confirmation()
    return redirect(address(jobs.ask_print(batch)), 303)
