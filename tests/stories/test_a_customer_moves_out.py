"""A customer moves out owing money: the reason is written down, the bill paid, the file closed; then she comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.moves.leaving.models import Leaving
from crm.properties.models import Estate
from crm.tenants.models import Customer, Occupancy
from tests import factories as make
from tests.billing.cashier.test_counter import form_of
from tests.billing.making import make_bill, make_item, make_meter
from tests.moves.leaving.making import drawn

SignIn = Callable[[str], FlaskClient]


def present(db: Session, key: str) -> dict[str, str]:
    """As a form of the only move-out carries it."""
    db.expire_all()
    return {"version": str(db.scalars(select(Leaving.version)).one()), "key": key}


def test_moving_out_and_coming_back(sign_in: SignIn, db: Session, estate: Estate) -> None:
    clerk, cashier, archivist = sign_in("limin"), sign_in("wudan"), sign_in("fengxue")
    supervisor = sign_in("zhengkai")
    flat = make.make_unit(estate, "3-1-502")
    typed = {"estate_id": estate.id, "name": "吴学文", "sex": "", "source": "counter", "born": "", "email": ""}
    about = {"unit": "3-1-502", "role": "tenant", "starts": "2023-01-01", "phone": "", "id_number": ""}
    assert clerk.post("/tenants/customers/new", data=typed | about).status_code == 302
    tenant = db.scalars(select(Customer).filter_by(name="吴学文")).one()
    dossier = db.scalars(select(Dossier).filter_by(subject_kind="customer", subject_id=tenant.id)).one()
    page, keep = f"/tenants/customers/{tenant.id}", f"/tenants/customers/{tenant.id}/file/close"
    make_bill(tenant, "300.00", date(2024, 4, 1), item=make_item(estate, "物业服务费"), unit_id=flat.id)
    meter = make_meter(estate, flat)
    assert archivist.post(keep).status_code == 409  # lives here

    # the desk ends the tie to the last unit step by step: what is open stands there, and without a reason she stays
    occupancy = db.scalars(select(Occupancy).filter_by(customer_id=tenant.id)).one()
    led = clerk.get(f"/tenants/occupancies/{occupancy.id}/end").location
    begun = clerk.post(led, data={"kind": "move_out", "day": "2024-06-01", "leaves": [occupancy.id], "key": "k"})
    out = begun.location
    shown = clerk.get(f"{out}/checklist").text
    assert "物业服务费" in shown
    assert "300.00" in shown
    steps: dict[str, dict[str, str]] = {"readings": {"note": "周五补抄"}, "keys": {"note": "两把都交回"}, "money": {}}
    for name, typed in steps.items():
        assert clerk.post(f"{out}/{name}", data=typed | present(db, name)).status_code == 302
    names = {"leaver": drawn(), "clerk": drawn()}
    assert clerk.post(f"{out}/sign", data=names | present(db, "early")).status_code == 422
    assert clerk.post(f"{out}/checklist", data={"reason": "周五来缴清"} | present(db, "why")).status_code == 302
    assert clerk.post(f"{out}/sign", data=names | present(db, "sign")).status_code == 302
    assert clerk.post(f"{out}/close", data={"status": "vacant"} | present(db, "close")).status_code == 302

    # her page says so, the archivist's list has her, and nobody closes the file yet
    assert "物业服务费" in clerk.get(page).text
    assert "吴学文" in archivist.get("/tenants/moved-out").text
    assert archivist.post(keep).status_code == 409

    # she pays, the meter is read, and then the file can be closed by whoever keeps the archive
    counter = f"/billing/counter/customers/{tenant.id}"
    owed = form_of(cashier.get(counter).text)
    assert cashier.post(counter, data=owed | {"amount": "300"}).status_code == 303
    read = {"read_on": "2024-05-31", "value": "12", "kind": "regular"}
    assert supervisor.post(f"/billing/meters/{meter.id}/read", data=read).status_code == 302
    assert keep not in clerk.get(page).text
    assert clerk.post(keep).status_code == 403
    assert keep in archivist.get(page).text
    assert archivist.post(keep).status_code == 302
    assert archivist.post(keep).status_code == 409
    db.refresh(dossier)
    assert dossier.state is DossierState.closed
    assert "吴学文" not in archivist.get("/tenants/moved-out").text

    # something came after all: opened for a reason, and closed once more
    again = f"/tenants/customers/{tenant.id}/file/reopen"
    assert archivist.post(again, data={"reason": ""}).status_code == 422
    assert archivist.post(again, data={"reason": "补交迁出声明"}).status_code == 302
    assert archivist.post(keep).status_code == 302

    # she comes back to another unit: her file goes on
    make.make_unit(estate, "3-1-503")
    back = {"unit": "3-1-503", "role": "owner", "share": "", "starts": "2025-01-01", "source": "counter"}
    assert clerk.post(f"/tenants/customers/{tenant.id}/occupancies/new", data=back).status_code == 302
    db.refresh(dossier)
    assert dossier.state is DossierState.open
    told = db.scalars(select(LogEntry.kind).where(LogEntry.kind.like("Dossier%")).order_by(LogEntry.id)).all()
    assert told == ["DossierOpened", "DossierClosed", "DossierReopened", "DossierClosed", "DossierReopened"]
    assert verify(db).sound
