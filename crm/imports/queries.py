"""Imports somebody may see, and the present state of an estate as drafting compares it: a few queries, no loop."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import joinedload

from crm.auth.actor import actor
from crm.db import session
from crm.files.models import Upload
from crm.imports.drafting.present import Present, StoredCustomer, StoredOccupancy, UnitKey
from crm.imports.models import ImportRun, ImportState
from crm.jobs.models import Job, JobState
from crm.properties.models import Building, Entrance, Estate, Unit, UnitUse
from crm.tenants.models import Customer, Member, Occupancy, Phone, Source, Vehicle

UNIT_VALUES = (
    "label", "use", "floor", "layout", "built_area", "inner_area", "rent", "parking_kind", "status", "handover_on",
    "remark",
)  # fmt: skip
CUSTOMER_VALUES = (
    "name", "kind", "source_number", "sex", "born", "id_index", "id_masked", "email", "company_nature", "credit_code",
    "legal_representative", "headcount", "remark",
)  # fmt: skip
MEMBER_VALUES = ("name", "role", "sex", "phone", "id_index", "id_masked")
VEHICLE_VALUES = ("plate", "brand", "kind", "colour", "unit_id")
OCCUPANCY_VALUES = ("role", "share", "starts", "ends")


def visible_runs() -> Any:
    """A select of (ImportRun, Upload, Estate or None)."""
    rows = select(ImportRun, Upload, Estate).join(Upload, ImportRun.upload_id == Upload.id)
    return rows.outerjoin(Estate, ImportRun.estate_id == Estate.id).where(_visible())


def find_run(run_id: int) -> ImportRun | None:
    """The import with its background work, if the acting person may see it."""
    found = select(ImportRun).where(ImportRun.id == run_id, _visible())
    return session().scalars(found.options(joinedload(ImportRun.job))).one_or_none()


def _visible() -> ColumnElement[bool]:
    """Imports into one's own estates, and one's own that belong to none yet."""
    estates, user = actor().estate_ids, actor().user_id
    if estates is None:
        return true()
    return or_(ImportRun.estate_id.in_(estates), ImportRun.estate_id.is_(None) & (ImportRun.user_id == user))


def is_working(run_id: int) -> bool:
    """Whether background work on the import is under way."""
    return bool(session().scalar(select(exists().where(ImportRun.id == run_id, ImportRun.job_id == Job.id, ~_ended()))))


def taken_estates(run_id: int) -> dict[str, int]:
    """The estates that other imports are being stored into: name -> the job that does it."""
    live = select(ImportRun.result, Job.id).join(Job, Job.id == ImportRun.job_id).where(~_ended())
    others = session().execute(live.where(ImportRun.id != run_id, ImportRun.state == ImportState.running))
    return {name: job_id for result, job_id in others for name in result["estate"]}


def _ended() -> ColumnElement[bool]:
    return Job.state.in_((JobState.done, JobState.failed, JobState.cancelled))


def find_estate(name: str) -> Estate | None:
    return session().scalars(select(Estate).where(Estate.name == name)).one_or_none()


def present(name: str, today: date) -> Present:
    """Everything of the estate called `name` that an import could touch."""
    estate_id = session().scalar(select(Estate.id).where(Estate.name == name))
    if estate_id is None:
        return Present()
    state = Present(estate_id)
    keys = _load_places(state, estate_id)
    _load_people(state, estate_id, today)
    _load_occupancies(state, estate_id, keys)
    return state


def _load_places(state: Present, estate_id: int) -> dict[int, UnitKey]:
    buildings = _rows(Building, ("number", "floors"), Building.estate_id == estate_id)
    state.buildings = {values["number"]: (key, values) for key, values in buildings}
    numbers = {key: values["number"] for key, values in buildings}
    entrances = _rows(Entrance, ("building_id", "number", "floors", "has_lift"), Entrance.estate_id == estate_id)
    state.entrances = {(numbers[values["building_id"]], values["number"]): (key, values) for key, values in entrances}
    doors = {key: values["number"] for key, values in entrances}
    keys: dict[int, UnitKey] = {}
    columns = ("building_id", "entrance_id", "zone", "number", *UNIT_VALUES)
    for key, values in _rows(Unit, columns, Unit.estate_id == estate_id):
        keys[key] = _unit_key(values, numbers, doors)
        state.units[keys[key]] = (key, values)
    return keys


def _unit_key(values: dict[str, Any], buildings: dict[int, str], entrances: dict[int, str]) -> UnitKey:
    if values["use"] is UnitUse.parking:
        return ("parking_space", values["zone"], values["number"], "")
    return ("unit", buildings[values["building_id"]], entrances.get(values["entrance_id"], "0"), values["number"])


def _load_people(state: Present, estate_id: int, today: date) -> None:
    theirs = Customer.estate_id == estate_id
    known = {key: StoredCustomer(key, values) for key, values in _rows(Customer, CUSTOMER_VALUES, theirs)}
    state.customers = list(known.values())
    state.merged = _merged(estate_id)
    live = or_(Phone.ends.is_(None), Phone.ends > today)
    phones = select(Phone.id, Phone.customer_id, Phone.digits, Phone.source).join(
        Customer, Phone.customer_id == Customer.id
    )
    for key, customer_id, digits, source in session().execute(phones.where(theirs, live).order_by(Phone.id)):
        known[customer_id].phones[digits] = (key, source is Source.imported)
    for model, columns, target, name in (
        (Member, MEMBER_VALUES, state.members, "name"),
        (Vehicle, VEHICLE_VALUES, state.vehicles, "plate"),
    ):
        inside = model.customer_id.in_(select(Customer.id).where(theirs))
        for key, values in _rows(model, ("customer_id", *columns), inside):
            target[values["customer_id"], values[name]] = (key, values)


def _merged(estate_id: int) -> list[set[int]]:
    merged = select(Customer.id, Customer.kept_id).where(Customer.estate_id == estate_id)
    families: dict[int, set[int]] = {}
    for key, kept_id in session().execute(merged.where(Customer.merged_into_id.is_not(None))):
        families.setdefault(kept_id, {kept_id}).add(key)
    return list(families.values())


def _load_occupancies(state: Present, estate_id: int, keys: dict[int, UnitKey]) -> None:
    columns = ("unit_id", "customer_id", *OCCUPANCY_VALUES)
    for key, values in _rows(Occupancy, columns, Occupancy.estate_id == estate_id):
        place = keys[values.pop("unit_id")]
        state.occupancies.append(StoredOccupancy(key, place, values.pop("customer_id"), values))


def _rows(model: Any, columns: tuple[str, ...], condition: ColumnElement[bool]) -> list[tuple[int, dict[str, Any]]]:
    """(id, values) of the rows, oldest first."""
    found = session().execute(
        select(model.id, *(getattr(model, name) for name in columns)).where(condition).order_by(model.id)
    )
    return [(row[0], dict(zip(columns, row[1:], strict=True))) for row in found]
