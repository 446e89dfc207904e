"""Rows for every table of a database of any revision, made from what the database says of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from crm.audit.models import GENESIS, chained_hash, subjects_of
from crm.billing.ages import OVERDUE
from crm.recovery import rows
from crm.recovery.building import _wind_sequences

ROWS = 4
LOG = {"log_entry", "log_subject", "alembic_version"}
GIVEN: dict[str, Any] = {  # what a table's own rules want
    "call.state": "done",
    "custody.location_id": None,
    "role_change.role": "a",
    "list_signature.version_id": 1,
    "postponement.a_id": 1,
    "postponement.b_id": 2,
    "postponement.asked_by_id": 2,
    "postponement.decided_by_id": 3,
    "signature_void.signature_id": 4,
    "register_entry.version_id": 1,
    "register_entry.a_signature_id": 1,
    "register_entry.giver_signature_id": 2,
    "register_entry.archivist_signature_id": 3,
    "charge_item.basis": "single",
    "charge_item.due_day": 1,
    "charge_item.meter_kind": None,
    "charge_item.shared_by": None,
    "tariff.unit_id": None,
    "tariff.terms": "priced",
    "meter.unit_id": None,
    "meter.digits": 5,
    "deposit.balance": 0,
    "bill.open": 0,
    "arrears_line.overdue": 60,
    **{f"arrears_line.{age.value}": 10 for age in OVERDUE},
    "arrears_line.disputed": 0,
    "payment.open": 0,
    "allocation.reverses_id": None,
    "adjustment.kind": "waiver",
    "adjustment.payment_id": None,
    "adjustment.reverses_id": None,
    "adjustment_request.kind": "waiver",
    "adjustment_request.payment_id": None,
    "adjustment_request.state": "requested",
    "adjustment_request.decided_by_id": None,
    "worker_shift.weekday": 1,
    "renovation_settlement.state": "dropped",
    **{f"renovation_settlement.{sum_}": 0 for sum_ in ("held", "deducted", "back", "billed")},
    "renovation_settlement.refusal": "",
    "renovation_settlement_line.from_deposit": 0,
    "renovation_settlement.decided_by_id": None,
    "incident.state": "over",
    "maintenance_plan.lead": 3,
    "repair_order.state": "registered",
    "repair_order.duplicate_of_id": None,
    "repair_line.takes_back_id": None,
    "return_visit.score": 4,
    "repair_import.state": "done",
    "complaint_import.state": "done",
    "complaint.level": 1,
    "complaint.joined_to_id": None,
    "filing_review.state": "running",
    "key_slip.holder_kind": "customer",
    "key_return.outcome": "returned",
    "move_in.state": "started",
    "move_in_document.signing": "scanned",
    "move_in_mark.standing": "done",
    "move_in_mark.part": "keys",
    "vault_count.state": "cancelled",
    "vault_day_end.opening": 5,
    "vault_day_end.came_in": 2,
    "vault_day_end.went_out": 1,
    "vault_day_end.closing": 6,
    "title_transfer.state": "complete",
    "title_transfer.reason": "",
    "title_voucher.direction": "out",
    "title_voucher.purpose": "court",
    "title_voucher.state": "done",
    "title_voucher.asked_by_id": 1,
    "title_voucher.decided_by_id": 2,
    "title_voucher.custodian_id": 3,
    "title_voucher.witness_id": 4,
    "title_document.void_reason": "",
    "title_custody.holder_id": None,
    "title_custody.outside": "",
    "service_point.replaces_id": None,
    "procedure_version.state": "in_force",
    "procedure_version.author_id": 1,
    "procedure_version.decided_by_id": 2,
    "procedure_version.valid_until": None,
    "lending_slip.kind": "staff",
    "lending_slip.attachments": 2,
    "lending_slip.attachments_back": 1,
    "slip_line.issued_pages": 12,
    "slip_line.returned_pages": 5,
    "slip_line.lost_pages": 3,
    "slip_line.replaced_pages": 1,
    "lending_incident.kind": "shortage",
    "disposal_list.state": "destroyed",
    "disposal_list.proposed_by_id": 1,
    "disposal_list.approved_by_id": 2,
    "disposal_list.witness_id": 3,
    "disposal_list.second_witness_id": 4,
    "disposal_list.destroyer_id": 1,
    "disposal_list.reason": "",
}
MOMENT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def fill(connection: Connection) -> None:
    """Give every table that has none some rows that keep its references, and the log a true chain."""
    known = sa.MetaData()
    known.reflect(connection)
    for table in known.sorted_tables:
        if table.name not in LOG and not connection.scalar(sa.select(sa.func.count()).select_from(table)):
            _fill_table(connection, table)
    if not connection.scalar(sa.select(sa.func.count()).select_from(known.tables["log_entry"])):
        _fill_log(connection, known)
    if connection.dialect.name == "postgresql":
        _wind_sequences(connection)


def _fill_table(connection: Connection, table: sa.Table) -> None:
    """As full as the table's own rules allow: all columns set, or those that may be empty left so."""
    kept = 0
    for number in range(1, ROWS + 1):
        for bare in (False, True):
            try:
                with connection.begin_nested():
                    connection.execute(table.insert(), _row(connection, table, number, bare=bare))
                kept += 1
                break
            except IntegrityError:
                continue
    assert kept, f"no row fits into {table.name}: say here which"


def _row(connection: Connection, table: sa.Table, number: int, *, bare: bool) -> dict[str, Any]:
    return {
        column.name: None if bare and column.nullable else _value(connection, column, number, place)
        for place, column in enumerate(table.columns)
    }


def _value(connection: Connection, column: sa.Column[Any], number: int, place: int) -> Any:
    if str(column) in GIVEN:
        return GIVEN[str(column)]
    for key in column.foreign_keys:
        parents = connection.scalars(sa.select(key.column).order_by(key.column)).all()
        return parents[(number + place) % len(parents)] if parents else None
    match rows._kind("", "", column.type):
        case "truth":
            return bool(number % 2)
        case "whole" | "large":
            return number if column.primary_key else number * 10 + place
        case "real":
            return number + 0.5
        case "day":
            return date(2026, 1, 1) + timedelta(days=number * 30 + place)
        case "time":
            return time(number % 24, place % 60)
        case "moment":
            moment = MOMENT + timedelta(days=number, seconds=place)
            return moment if connection.dialect.name == "postgresql" else moment.replace(tzinfo=None)
        case "json":
            return {"number": number}
        case "bytes":
            return bytes([number, place])
        case _:
            return f"{column.name}-{number}"


def _fill_log(connection: Connection, known: sa.MetaData) -> None:
    last = GENESIS
    for number in range(1, ROWS + 1):
        entry = {
            "id": number,
            "at": MOMENT,
            "actor": "李敏",
            "user_id": None,
            "address": "",
            "request_id": "",
            "kind": "EstateAdded",
            "data": {"estate_id": number, "name": f"小区{number}"},
            "previous_hash": last,
        }
        last = chained_hash(entry)
        at = MOMENT if connection.dialect.name == "postgresql" else MOMENT.replace(tzinfo=None)
        connection.execute(known.tables["log_entry"].insert(), entry | {"hash": last, "at": at})
        for kind, key in subjects_of({"estate_id": number}):
            row = {"entry_id": number, "kind": kind, "object_id": key}
            connection.execute(known.tables["log_subject"].insert(), row)
