"""The cashier at the books on 10 March 2026, and a customer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask_babel import force_locale
from sqlalchemy.orm import Session

from crm.dates import telling
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.ledger.books import CASHIER, NOW, actor_called


@pytest.fixture
def books(work, estate: Estate) -> Iterator[Session]:
    """One unit of work all through the test; refusals are in English. The estate was read before: savepoints nest."""
    with telling(NOW), work(actor_called(CASHIER)) as session, force_locale("en"):
        yield session


@pytest.fixture
def owner(estate: Estate) -> Customer:
    return make.make_customer(estate, "欧阳娜娜")
