from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.archive.credit.models import ProjectState
from tests.archive.vault.vault import Vault
from tests.meeting import OwnCompany


@pytest.fixture
def vault(work: Callable[..., Any], db: Session) -> Vault:
    return Vault(work)


@pytest.fixture
def run(
    request: pytest.FixtureRequest, own_company: OwnCompany, commands: Any, fresh_database: dict[str, str]
) -> Callable[..., list[Any]]:
    """Processes of the test's module `RACING`, all at once: what each said and how it ended."""

    def start(*verbs: tuple[str, str]) -> list[Any]:
        begun = [commands.start(list(verb), fresh_database, module=request.module.RACING) for verb in verbs]
        return [(process.communicate(), process.returncode) for process in begun]

    return start


@pytest.fixture
def settled(work: Callable[..., Any], db: Session) -> Vault:
    """The project is settled: its documents go back."""
    return Vault(work, ProjectState.settled)
