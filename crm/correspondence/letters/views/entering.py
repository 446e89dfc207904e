"""A letter that came in is written down; one of ours is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import requires
from crm.auth.queries import departments
from crm.correspondence.letters import queries, service
from crm.correspondence.letters.content import KNOWN, NUMBER, Written, fault_of, values_of, words_of
from crm.correspondence.letters.forms import ReceiveForm, WhomForm, WriteForm
from crm.correspondence.letters.models import LETTER_KINDS, FileRole, Letter, LetterState, Way
from crm.correspondence.letters.views.pages import KEEP, address, begun, blueprint, new_key
from crm.correspondence.wordings.models import WordingKind
from crm.correspondence.wordings.queries import in_use
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.properties.forms import estate_choices
from crm.properties.models import Estate
from crm.properties.queries import get_estate, get_unit_called, visible_estates
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer, units_of
from crm.web.forms import attempt, choices, form_page

LONGEST_ID = 10  # digits: more is no id of any engine


@dataclass(frozen=True, slots=True)
class About:
    """Whose letter it is, where the address says so."""

    customer: Customer | None
    unit: str

    @property
    def back(self) -> str:
        if self.customer:
            return url_for("tenants.customer", customer_id=self.customer.id, tab="letters")
        return url_for("correspondence.index")

    @property
    def intro(self) -> str:
        return " · ".join(filter(None, (self.customer.name, self.unit))) if self.customer else ""


def _about() -> About:
    """`customer_id` in the address; with a single unit, that one. 404 outside the person's estates."""
    text = request.args.get("customer_id", "")
    if not (text.isdecimal() and len(text) < LONGEST_ID):
        return About(None, "")
    customer = get_customer(int(text))
    homes = list(units_of(customer.id, business_day()).values())
    return About(customer, homes[0] if len(homes) == 1 else "")


@blueprint.route("/receive", methods=["GET", "POST"])
@requires(KEEP)
def receive() -> ResponseReturnValue:
    about = _about()
    form: Any = ReceiveForm(key=new_key(), unit=about.unit, dated_on=business_day(), estate_id=actor().estate_id)
    _offer(form, about)
    estate_id = about.customer.estate_id if about.customer else form.estate_id.data
    form.handler_id.choices = choices(_handlers(estate_id), empty=_("No one yet"))
    form.department_id.choices = choices(departments(), empty=_("None yet"))
    if form.validate_on_submit() and (made := attempt(form, _receive, about, form)):
        flash(_("%(number)s is registered.", number=made.number))
        return redirect(address(made))
    return form_page(form, _("Register a letter in"), about.back, "letters/form.html", intro=about.intro)


def _handlers(estate_id: int | None) -> dict[int, str]:
    """Of the estate; while none is chosen, of all that the person sees, and never of another."""
    ids = [estate.id for estate in visible_estates() if estate_id in (None, estate.id)]
    found: dict[int, str] = {}
    for each in ids:
        found |= queries.handlers_in(each)
    return found


def _receive(about: About, form: Any) -> Letter:
    estate_id, whom = _whom(about, form)
    received = service.Received(
        kind=form.kind.data,
        subject=form.subject.data,
        dated_on=form.dated_on.data,
        way=Way(form.way.data),
        doc_no=form.doc_no.data or "",
        summary=form.summary.data or "",
        pages=form.pages.data,
        reply_due_on=form.reply_due_on.data,
        reply_to=_answered(estate_id, form.answers.data or ""),
        key=form.key.data,
        **whom,
    )
    standing = queries.find_by_key(form.key.data)
    made = service.register(estate_id, received)
    if standing:
        return made
    service.attach(made, form.scans.data, FileRole.scan, form.key.data)
    whose = form.handler_id.data, form.department_id.data
    if any(whose) and made.state is LetterState.registered:
        service.pass_on(made, *whose, made.reply_due_on)
    return made


def _answered(estate_id: int, text: str) -> Letter | None:
    """The letter with this number; None where nothing is written."""
    found = queries.find_called(estate_id, text) if text else None
    if text and found is None:
        raise DomainError(_("There is no letter %(number)s in this estate.", number=text))
    return found


@blueprint.route("/write", methods=["GET", "POST"])
@requires(KEEP)
def write() -> ResponseReturnValue:
    """`wording_id` in the address says with which words to begin."""
    about = _about()
    form: Any = WriteForm(key=new_key(), unit=about.unit, estate_id=actor().estate_id, kind="other", **_begun(about))
    _offer(form, about)
    shown, sound = None, form.validate_on_submit()
    if sound and "preview" in request.form:
        shown = attempt(form, _preview, about, form)
    elif sound and (made := attempt(form, _write, about, form)):
        flash(_("%(number)s is registered. Print or mail it, then note how it was brought.", number=made.number))
        return redirect(address(made))
    context = {"intro": about.intro, "wordings": in_use(WordingKind.letter), "known": KNOWN, "shown": shown}
    if shown:
        return render_template("letters/write.html", form=form, title=_("Write a letter"), back=about.back, **context)
    return form_page(form, _("Write a letter"), about.back, "letters/write.html", **context)


def _begun(about: About) -> dict[str, str]:
    if about.customer is None:
        return begun(None)
    unit = get_unit_called(about.customer.estate_id, about.unit) if about.unit else None
    return begun(about.customer.estate, customer=about.customer, unit=unit)


def _written(about: About, form: Any) -> tuple[int, Written]:
    estate_id, whom = _whom(about, form)
    said = {"subject": form.subject.data, "body": form.body.data, "address": form.address.data or ""}
    return estate_id, Written(kind=form.kind.data, **said, **whom)


def _write(about: About, form: Any) -> Letter:
    estate_id, written = _written(about, form)
    standing = queries.find_by_key(form.key.data)
    made = service.compose(estate_id, written, key=form.key.data)
    if standing is None:
        service.attach(made, form.scans.data, FileRole.enclosure, form.key.data)
    return made


def _preview(about: About, form: Any) -> tuple[str, list[str]]:
    """Subject and paragraphs as they would be frozen."""
    estate_id, written = _written(about, form)
    estate, day = session().get_one(Estate, estate_id), business_day()
    if fault := fault_of(written, estate, day):
        raise DomainError(fault)
    values = values_of(written, estate, NUMBER, day)
    subject, body = words_of(written, values)
    return subject, in_paragraphs(body)


def _offer(form: WhomForm, about: About) -> None:
    form["kind"].choices = choices(dict(LETTER_KINDS.choices()))
    if about.customer:
        del form.estate_id, form.customer, form.party
    else:
        form.estate_id.choices = estate_choices(visible_estates())


def _whom(about: About, form: Any) -> tuple[int, dict[str, Any]]:
    """Estate, and customer or party with the unit. Raises `DomainError` for one that is not known."""
    customer, party = about.customer, ""
    if customer:
        estate_id = customer.estate_id
    else:
        estate_id, party = get_estate(form.estate_id.data).id, form.party.data or ""
        customer = queries.customer_called(estate_id, form.customer.data) if form.customer.data else None
    unit = get_unit_called(estate_id, form.unit.data) if form.unit.data else None
    return estate_id, {"customer": customer, "unit": unit, "party": party}
