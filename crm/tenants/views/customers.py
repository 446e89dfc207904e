"""The list of customers, a customer's whole file, opening and supplementing it, and showing a number in full."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.card import cards
from crm.audit.queries import timeline
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.files import store
from crm.files.models import Upload
from crm.lists import listing
from crm.properties.forms import estate_choices
from crm.properties.parts import sections_of
from crm.properties.queries import get_unit_called, visible_estates
from crm.tenants import facts, history, listings, money, moving_out, ours, queries, reports, service
from crm.tenants.filing import SUBJECT
from crm.tenants.forms import (
    RegisterCompanyForm,
    RegisterPersonForm,
    RemarkForm,
    RevealForm,
    SupplementCompanyForm,
    SupplementPersonForm,
)
from crm.tenants.merging import listings as merge_listings
from crm.tenants.merging import queries as merging
from crm.tenants.models import KIND_TITLES, Customer, CustomerKind, FactField, OccupancyRole, Source, SupplementKind
from crm.tenants.registering import similar_to, values_of
from crm.tenants.tabs import head, offered
from crm.tenants.views.pages import (
    EDIT,
    READ,
    REVEAL,
    back_to,
    blueprint,
    file_address,
    may_edit,
    part_form,
)
from crm.web.forms import attempt, form_page, is_current
from crm.web.parts import asked_by_htmx

REGISTER = {CustomerKind.person: RegisterPersonForm, CustomerKind.company: RegisterCompanyForm}
SUPPLEMENT = {CustomerKind.person: SupplementPersonForm, CustomerKind.company: SupplementCompanyForm}
TABS = ("overview", "people", "facts", "contacts", "vehicles", "archive", "money")


@blueprint.route("/customers", methods=["GET", "POST"])
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".new") if may_edit() else None
    return listing.answer(listings.customers(business_day()), new_url=new, new_text=_("Register a customer"))


@blueprint.route("/customers/new", methods=["GET", "POST"])
@requires(EDIT)
def new() -> ResponseReturnValue:
    kind = CustomerKind.company if request.args.get("kind") == "company" else CustomerKind.person
    form = REGISTER[kind](estate_id=g.actor.estate_id, phone=request.args.get("phone", ""))
    form.estate_id.choices = estate_choices(visible_estates())
    similar: Any = []
    if form.validate_on_submit():
        form.complete()
        similar = similar_to(form, form.estate_id.data)
        if (not similar or form.anyway.data) and attempt(form, _register, kind, form):
            return redirect(file_address(form.made.id))
    if not similar:
        del form.anyway
    context = {"kind": kind, "kinds": KIND_TITLES, "similar": similar}
    return form_page(form, _("Register a customer"), url_for(".index"), "tenants/register.html", **context)


def _register(kind: CustomerKind, form: Any) -> None:
    source = Source(form.source.data)
    unit = get_unit_called(form.estate_id.data, form.unit.data) if form.unit.data else None
    made = service.register(form.estate_id.data, kind, values_of(form, kind), source=source, confirmed_by=g.actor.name)
    if form.phone.data:
        service.add_phone(made, form.phone.data, source=source)
    if unit:
        service.begin_occupancy(made, unit, OccupancyRole(form.role.data), form.starts.data, source=source)
    form.made = made


@blueprint.get("/customers/<int:customer_id>")
@requires(READ)
def customer(customer_id: int) -> ResponseReturnValue:
    """The whole file: 360°. The address of a merged file leads to the one that was kept."""
    day = business_day()
    found = queries.get_whole_customer(customer_id)
    if found.id != customer_id:
        return redirect(url_for(".customer", customer_id=found.id, tab=request.args.get("tab"), merged=customer_id))
    merged = [file.id for file in found.merged_files]
    live = [phone.digits for phone in found.phones if phone.lasts_on(day)]
    further = offered()
    tabs = [*(TABS if money.sees_money() else TABS[:-1]), *further]
    tab = request.args.get("tab", "")
    tab = tab if tab in tabs else tabs[0]
    more = further.get(tab)
    return render_template(
        "tenants/customer.html",
        file=reports.customer_file(found, day),
        customer=found,
        kind=KIND_TITLES[found.kind],
        tabs=tabs,
        tab=tab,
        further=further,
        more=more,
        part=more.section(found) if more else None,
        archive=cards(SUBJECT, [found.id, *merged]) if tab == "archive" else [],
        ours=ours.things_of([found.id]),
        figures=money.figures_of(found),
        head=sections_of(head, found),
        sections=money.sections_of(found) if tab == "money" else [],
        supplements=history.supplement_lines(found.id, merged),
        events=history.customer_happenings(found.id, merged),
        also_reached=queries.others_with_phone(live, found.id, day),
        moved_out=moving_out.moved_out(found, day) if may_edit() else None,
        **_rights(),
        **_merges(found),
    )


def _rights() -> dict[str, bool]:
    may = g.actor.may
    return {
        "may_edit": may_edit(),
        "may_reveal": may(REVEAL),
        "may_log": may(Permission.call_log),
        "may_report": may(Permission.repair_log),
        "may_complain": may(Permission.complaint_log),
        "may_take_deposits": may(Permission.cash_take),
        "may_keep": may(Permission.dossier_keep),
    }


def _merges(found: Customer) -> dict[str, Any]:
    """The files merged into this one, the file somebody came from, and who may be the same customer besides."""
    may_merge = g.actor.may(Permission.customer_merge)
    came_from = request.args.get("merged", type=int)
    return {
        "merges": merging.merges_of(found.id) if found.merged_files else [],
        "came_from": next((file for file in found.merged_files if file.id == came_from), None),
        "duplicates": merge_listings.other_files(found.id) if may_merge else [],
        "codes": {file.id: file.code for file in found.merged_files},
        "may_merge": may_merge,
    }


@blueprint.route("/customers/<int:customer_id>/supplement", methods=["GET", "POST"])
@requires(EDIT)
def supplement(customer_id: int) -> ResponseReturnValue:
    """资料补充."""
    found = queries.get_customer(customer_id, Customer.facts)
    form = SUPPLEMENT[found.kind](data=_present(found))
    if "id_number" in form and found.id_masked:
        form.id_number.description = _("Leave it empty to keep %(number)s.", number=found.id_masked)
    if form.validate_on_submit() and is_current(form, found, timeline("customer", found.id), _shown(found)):  # noqa: SIM102
        if attempt(form, _supplement, found, form):
            flash(_("The supplement is entered."))
            return back_to(found.id, "facts")
    return part_form(form, found, _("Supplement"), "facts")


def _shown(customer: Customer) -> list[str]:
    """The facts the form shows; an ID number is only typed anew."""
    return [field.value for field in facts.fields_of(customer.kind) if field is not FactField.id_number]


def _present(customer: Customer) -> dict[str, Any]:
    present = {field: getattr(customer, field) for field in _shown(customer)}
    return present | {"version": customer.version, "effective_on": business_day()}


def _supplement(customer: Customer, form: Any) -> None:
    service.supplement(
        customer,
        SupplementKind(form.kind.data),
        form.effective_on.data,
        values_of(form, customer.kind),
        source=Source(form.source.data),
        confirmed_by=form.confirmed_by.data,
        reason=form.reason.data or "",
        upload=_proof(form.evidence.data, customer.estate_id),
    )


def _proof(file: Any, estate_id: int) -> Upload | None:
    if not file or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose="supplement", estate_id=estate_id)


@blueprint.route("/customers/<int:customer_id>/remark", methods=["GET", "POST"])
@requires(EDIT)
def remark(customer_id: int) -> ResponseReturnValue:
    found = queries.get_customer(customer_id)
    form = RemarkForm(obj=found)
    if form.validate_on_submit() and is_current(form, found, timeline("customer", found.id)):
        service.set_remark(found, form.remark.data or "")
        return back_to(found.id, "overview")
    return part_form(form, found, _("Remark"), "overview")


@blueprint.route("/customers/<int:customer_id>/reveal", methods=["GET", "POST"])
@requires(REVEAL)
@confirmed
def reveal(customer_id: int) -> ResponseReturnValue:
    """A number in full, once, for a reason that is logged. GET only asks for the reason."""
    parts = (Customer.phones, Customer.members, Customer.emergency_contacts)
    found = queries.get_customer(customer_id, *parts)
    form = RevealForm(what=request.args.get("what", "id_number"))
    number = _revealed(found, form) if form.validate_on_submit() else ""
    page = render_template(
        "tenants/_reveal.html" if asked_by_htmx() else "tenants/reveal.html",
        form=form,
        customer=found,
        number=number,
        back=file_address(found.id, "contacts"),
    )
    return page, 422 if form.is_submitted() and not number else 200


def _revealed(customer: Customer, form: RevealForm) -> str:
    what = form.what.data or ""
    if what == "id_number":
        return service.reveal_id_number(customer, form.text) or abort(404)
    kind, _dash, key = what.rpartition("-")
    for phone in customer.phones if kind in ("", "phone") else ():
        if phone.id == int(key):
            return service.reveal_phone(customer, phone, form.text)
    people: dict[str, Any] = {"member": customer.members, "emergency_contact": customer.emergency_contacts}
    for person in people.get(kind, ()):
        if person.id == int(key) and person.phone:
            return service.reveal_persons_phone(customer, person, form.text)
    return abort(404)
