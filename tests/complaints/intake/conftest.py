"""The clerk at noon, and a flat of her estate."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from crm.dates import telling
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.complaints.intake.making import NOON


@pytest.fixture
def noon() -> Iterator[None]:
    with telling(NOON):
        yield


@pytest.fixture
def clerk(noon: None, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """Sees 阳光花园 alone."""
    return sign_in("limin")


@pytest.fixture
def flat(estate: Estate) -> Unit:
    return make.make_unit(estate)
