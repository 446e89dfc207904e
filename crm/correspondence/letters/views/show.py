"""The register, a letter's own page, its files, its paper, its mail."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import requires
from crm.correspondence.letters import listings, papers, queries, service
from crm.correspondence.letters.forms import FilesForm
from crm.correspondence.letters.history import told as happenings
from crm.correspondence.letters.matters import letter_parts, matter_of
from crm.correspondence.letters.models import (
    DIRECTION_TITLES,
    FILE_TITLES,
    LETTER_KINDS,
    STATE_TITLES,
    STATE_TONES,
    WAY_TITLES,
    WORKFLOW,
    Direction,
    FileRole,
    Letter,
    LetterState,
)
from crm.correspondence.letters.views.pages import DELIVER, KEEP, READ, address, blueprint, new_key
from crm.correspondence.letters.views.steps import PAGES
from crm.correspondence.serving.forms import WAYS
from crm.correspondence.serving.models import CHANNEL_TITLES, SERVED
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import business_day
from crm.errors import DomainError
from crm.files.showing import shown
from crm.lists import listing
from crm.outbox.models import Mail, MailState
from crm.outbox.service import masked
from crm.properties.parts import sections_of
from crm.tenants.queries import get_customer
from crm.web.download import attachment
from crm.web.forms import attempt

MAIN = ("pass_on", "answer", "send", "file")  # the first that is possible stands out
MAIL_TITLES = {
    MailState.waiting: _l("In the outbox"),
    MailState.sent: _l("Sent"),
    MailState.failed: _l("Not delivered"),
    MailState.taken_back: _l("Taken back, not sent"),
}
TITLES = {"direction": DIRECTION_TITLES, "state": STATE_TITLES, "tone": STATE_TONES, "way": WAY_TITLES}


@blueprint.route("/", methods=["GET", "POST"])
@requires(READ)
def index() -> ResponseReturnValue:
    month = f"{business_day():%Y-%m}"
    return listing.answer(listings.register(), "letters/index.html", keeps=g.actor.may(KEEP), month=month)


@blueprint.get("/<int:letter_id>")
@requires(READ)
def show(letter_id: int) -> ResponseReturnValue:
    return _page(queries.get_letter(letter_id), FilesForm(key=new_key()))


def _page(letter: Letter, form: FilesForm) -> ResponseReturnValue:
    offered = [name for name in service.STEPS.offered(letter) if name in PAGES]
    page = render_template(
        "letters/show.html",
        letter=letter,
        titles=TITLES,
        customer=get_customer(letter.customer_id) if letter.customer_id else None,
        kind=LETTER_KINDS.title_of(letter.kind),
        due=listings.due_in_words(letter, business_day()),
        due_tone=listings.due_tone(letter, business_day()),
        actions=[(name, WORKFLOW[name].title) for name in offered],
        main=next((name for name in MAIN if name in offered), ""),
        paragraphs=in_paragraphs(letter.content["body"]) if letter.content else [],
        files=[(FILE_TITLES[each.role], each) for each in queries.files_of(letter.id)],
        may_add=g.actor.may(KEEP) and not service.attaching_hindrance(letter),
        replies=queries.replies_to(letter.id),
        matter=matter_of(letter),
        sections=sections_of(letter_parts, letter),
        events=happenings(queries.steps_of(letter.id)),
        form=form,
        **_bringing(letter),
    )
    return page, 422 if form.is_submitted() else 200


def _bringing(letter: Letter) -> dict[str, Any]:
    """How a letter of ours was brought, and what may be noted of it now."""
    out = letter.direction is Direction.outgoing
    entries = queries.ENTRIES.of(letter.id) if out else []
    undone = {each.reverses_id for each in entries if each.reverses_id}
    stand = [each for each in entries if each.reverses_id is None and each.id not in undone]
    delivers = out and g.actor.may(DELIVER) and not service.serving_hindrance(letter)
    email, mail = letter.customer.email if letter.customer else "", _mail_of(letter) if out else None
    mailable = out and g.actor.may(KEEP) and _may_mail(letter, mail[0] if mail else None)
    return {
        "out": out,
        "ways": [(way.value, CHANNEL_TITLES[way]) for way in WAYS] if delivers else [],
        "deliveries": papers.titled(entries),
        "undone": undone,
        "delivered_on": min((each.delivered_on for each in stand if each.arrival in SERVED), default=None),
        "mail": mail,
        "email": masked(email) if mailable else "",
    }


def _may_mail(letter: Letter, mail: Mail | None) -> bool:
    """Once; anew where it came back."""
    goes = mail is None or mail.state is MailState.failed
    return goes and letter.state is not LetterState.served and not service.mail_hindrance(letter)


def _mail_of(letter: Letter) -> tuple[Mail, Any, str] | None:
    mail = queries.find_mail(letter.id)
    return (mail, MAIL_TITLES[mail.state], masked(mail.recipient)) if mail else None


@blueprint.post("/<int:letter_id>/files")
@requires(KEEP)
def add_files(letter_id: int) -> ResponseReturnValue:
    letter, form = queries.get_letter(letter_id), FilesForm()
    if not form.validate():
        return _page(letter, form)
    made = attempt(form, service.attach, letter, form.files.data, FileRole(form.role.data), form.key.data or None)
    if made == []:
        form.form_errors.append(_("Choose a file first."))
    if form.form_errors:
        return _page(letter, form)
    flash(_("%(count)s files are kept.", count=len(made)))
    return redirect(address(letter))


@blueprint.get("/files/<int:letter_file_id>")
@requires(READ)
def fetch(letter_file_id: int) -> ResponseReturnValue:
    found = queries.get_file(letter_file_id)
    return shown(found.upload)


@blueprint.get("/<int:letter_id>/paper.pdf")
@requires(READ)
def paper(letter_id: int) -> ResponseReturnValue:
    """The letter as it goes out; of one that came in its register sheet."""
    letter = queries.get_letter(letter_id)
    return attachment(papers.printed(letter), f"{letter.number}.pdf", "application/pdf", inline=True)


@blueprint.post("/<int:letter_id>/mail")
@requires(KEEP)
def mail(letter_id: int) -> ResponseReturnValue:
    letter = queries.get_letter(letter_id)
    if reason := service.mail_hindrance(letter):
        raise DomainError(reason)
    service.post_letter(letter, papers.keep_letter(letter))
    flash(_("The letter is in the outbox. That it left is no proof that it was read."))
    return redirect(url_for(".show", letter_id=letter.id))
