"""Dossiers and customers' files: each fault is found, what is like it is not, and what is mended is found no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.archive.dossiers import service as archive
from crm.archive.dossiers.figures import SHELVED
from crm.archive.dossiers.models import Correction, Dossier, Item, Rendition
from crm.archive.dossiers.queries import first_location
from crm.archive.dossiers.service import DocumentFacts
from crm.auth.permissions import RoleName
from crm.dates import business_day, utc_now
from crm.db import session
from crm.files.models import Upload
from crm.policy.figures import keep
from crm.policy.models import FigureValue
from crm.properties.models import Estate
from crm.review.checks import checks
from crm.tenants import moving_out, service
from crm.tenants.models import Customer, FactField, Occupancy, Phone, Source, SupplementKind, Vehicle
from crm.tenants.queries import get_customer
from tests import factories as make
from tests.acting import as_
from tests.review import faults_customers as customers
from tests.review import faults_dossiers as dossiers
from tests.review import faults_units as units
from tests.review.looked import found_in, places
from tests.review.making import BORN, clean_customer, new_mobile, sound_id

Work = Callable[..., Any]
MADE = dossiers.FAULTS | customers.FAULTS | units.FAULTS


def test_every_fault_is_found_and_nothing_like_it(app: Flask, work: Work, estate: Estate) -> None:
    faults = [*MADE.items(), *dossiers.MORE, *customers.MORE, *units.MORE]
    innocents = [*dossiers.INNOCENT, *customers.INNOCENT, *units.INNOCENT]
    with app.app_context():
        wrong = [(kind, maker.__name__, maker(estate)) for kind, maker in faults]
        innocent = {maker.__name__: maker(estate) for maker in innocents}

    found = found_in(work, [*(each[2] for each in wrong), *innocent.values()])

    def kinds(dossier_id: int) -> set[str]:
        return found[dossier_id].keys() & MADE.keys()

    assert {name: kinds(dossier_id) for _kind, name, dossier_id in wrong} == {name: {kind} for kind, name, _id in wrong}
    assert {name: kinds(dossier_id) for name, dossier_id in innocent.items() if kinds(dossier_id)} == {}


def test_each_names_the_place_that_mends_it(
    app: Flask, work: Work, estate: Estate, sign_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        made = {kind: maker(estate) for kind, maker in MADE.items()}

    addresses = places(app, work, made)

    desks = {kind: sign_in(role) for role in RoleName for kind in MADE if checks[kind].role is role}
    assert {kind: desks[kind].get(addresses[kind]).status_code for kind in MADE} == dict.fromkeys(MADE, 200)


def test_a_fault_in_a_merged_dossier_is_shown_in_the_one_that_goes_on(app: Flask, work: Work, estate: Estate) -> None:
    """Another file cannot be attached there by the kept dossier's own page."""
    with app.app_context():
        dossier_id = dossiers.damaged_in_the_merged_dossier(estate)

    assert places(app, work, {"file_damaged": dossier_id}) == {"file_damaged": f"/archive/dossiers/{dossier_id}"}


def test_customers_dossiers_need_a_shelf_where_the_company_says_so(app: Flask, work: Work, estate: Estate) -> None:
    with app.app_context():
        file = clean_customer(estate)
        make.make_location()
    assert "place_unknown" not in found_in(work, [file.dossier])[file.dossier]

    with work(as_("hanbing")):
        keep(FigureValue(**_shelved()))

    assert found_in(work, [file.dossier])[file.dossier]["place_unknown"] == ["档案室"]


def _shelved() -> dict[str, Any]:
    said = {"key": SHELVED.key, "value": True, "valid_from": business_day(), "confirmed": True}
    return said | {"basis": "", "set_by": "韩冰", "set_at": utc_now()}


def _verify(dossier: Dossier) -> None:
    service.verify_phone(_part(Phone, dossier))


def _add_phone(dossier: Dossier) -> None:
    customer = get_customer(dossier.subject_id, Customer.phones)
    service.add_phone(customer, new_mobile(), source=Source.counter, verified_on=business_day())


def _replace_phone(dossier: Dossier) -> None:
    service.end_phone(_part(Phone, dossier))
    _add_phone(dossier)


def _add_contact(dossier: Dossier) -> None:
    customer = get_customer(dossier.subject_id)
    service.add_emergency_contact(customer, name="吴芳", relation="邻居", phone=new_mobile(), position=1)


def _correct(field: FactField, value: Any) -> Callable[[Dossier], None]:
    def correct(dossier: Dossier) -> None:
        customer, kind = get_customer(dossier.subject_id, Customer.facts), SupplementKind.correction
        given = {"source": Source.counter, "confirmed_by": "欧阳娜娜"}
        service.supplement(customer, kind, business_day(), {field: value() if callable(value) else value}, **given)

    return correct


def _end_tie(dossier: Dossier) -> None:
    service.end_occupancy(_part(Occupancy, dossier), business_day())


def _end_vehicle(dossier: Dossier) -> None:
    service.end_vehicle(_part(Vehicle, dossier))


def _close(dossier: Dossier) -> None:
    moving_out.close_file(get_customer(dossier.subject_id, Customer.occupancies), business_day())


def _file(code: str) -> Callable[[Dossier], None]:
    return lambda dossier: archive.file_document("customer", dossier.subject_id, code, DocumentFacts(title="新的一份"))  # type: ignore[return-value]


def _approve(dossier: Dossier) -> None:
    archive.decide_correction(
        session().scalars(select(Correction).filter_by(dossier_id=dossier.id)).one(), approve=True, decision=""
    )


def _take_back(dossier: Dossier) -> None:
    archive.take_custody(dossier, location_id=first_location().id, cause="returned")  # type: ignore[union-attr]


def _scan_again(dossier: Dossier) -> None:
    rendition = session().scalars(select(Rendition).join(Item).where(Item.dossier_id == dossier.id)).one()
    upload = session().get_one(Upload, make.make_upload(None, "dossier").id)
    archive.attach_file(session().get_one(Item, rendition.item_id), upload, replaces=rendition)


def _part(part: Any, dossier: Dossier) -> Any:
    """The newest."""
    return session().scalars(select(part).filter_by(customer_id=dossier.subject_id).order_by(part.id.desc())).first()


MENDED: dict[str, Callable[[Dossier], object]] = {
    "phone_unverified": _verify,
    "contacts_old": _verify,
    "phone_missing": _add_phone,
    "phone_malformed": _replace_phone,
    "emergency_contact_missing": _add_contact,
    "emergency_contact_is_self": _add_contact,
    "id_missing": _correct(FactField.id_number, sound_id),
    "id_disagrees": _correct(FactField.born, BORN),
    "company_facts_missing": _correct(FactField.headcount, 12),
    "roles_contradict": _end_tie,
    "vehicle_without_space": _end_vehicle,
    "moved_out_open": _close,
    "document_missing": _file("phone_card"),
    "document_expired": _file("identity"),
    "form_wrong": _file("registration_form"),
    "correction_waiting": _approve,
    "dossier_out": _take_back,
    "file_damaged": _scan_again,
}


def test_what_is_mended_by_the_product_is_found_no_more(app: Flask, work: Work, estate: Estate) -> None:
    with app.app_context():
        made = {kind: MADE[kind](estate) for kind in MENDED}
    found_in(work, made.values())

    with app.test_request_context(), work(as_("fengxue")) as db:
        for kind, mend in MENDED.items():
            mend(db.get_one(Dossier, made[kind]))

    found = found_in(work, made.values())
    assert {kind: found[dossier_id] for kind, dossier_id in made.items() if kind in found[dossier_id]} == {}
