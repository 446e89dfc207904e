"""What is asked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from crm.review import checks
from tests.review.asking import asking


@pytest.fixture
def only_documents(app: Flask) -> Iterator[None]:
    """Whether every document is there, and nothing else."""
    with asking(checks.checks["document_missing"]):
        yield
