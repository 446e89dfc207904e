from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.archive.credit.models import ProjectState
from tests.archive.vault.vault import Vault


@pytest.fixture
def vault(work: Callable[..., Any], db: Session) -> Vault:
    return Vault(work)


@pytest.fixture
def settled(work: Callable[..., Any], db: Session) -> Vault:
    """The project is settled: its documents go back."""
    return Vault(work, ProjectState.settled)
