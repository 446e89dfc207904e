"""One after the other: who moves an account's money waits for who is moving it.

The account is held first, then its rows are read; nothing else is locked, so that no two can wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from crm.billing.ledger.models import Bill, Payment
from crm.db import movable_columns, session
from crm.tenants.models import Customer, in_one_file


def hold_accounts(customer_ids: Collection[int]) -> None:
    """The customers' files, merged ones with them, until the unit of work ends. Others may still point to them."""
    for customer_id in sorted(customer_ids):
        named = aliased(Customer)
        kept = select(named.kept_id).where(named.id == customer_id).scalar_subquery()
        account = select(Customer.id).where(in_one_file(Customer, kept)).order_by(Customer.id)
        session().execute(account.with_for_update(of=Customer, key_share=True))


def hold(document: Bill | Payment) -> None:
    """Its account is held, and it is as the database has it now."""
    hold_accounts({document.customer_id})
    session().flush()
    session().refresh(document, movable_columns[document.__tablename__])


def standing(model: Any, found: Select[Any]) -> list[Any]:
    """Bills or payments with what is open of them now; what is loaded with them stays loaded."""
    rows = []
    for row, still_open in session().execute(found.add_columns(model.open)):
        set_committed_value(row, "open", still_open)
        rows.append(row)
    return rows
