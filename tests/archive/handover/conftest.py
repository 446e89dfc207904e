from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.archive.handover.desk import Desk, appoint, open_desk


@pytest.fixture
def desk(work: Callable[..., Any], db: Session) -> Desk:
    """Ended yesterday; 冯雪 is appointed."""
    appoint(db)
    return open_desk(work)


@pytest.fixture
def desk_at(work: Callable[..., Any], db: Session) -> Callable[[date], Desk]:
    """A desk whose project ended on that day."""
    appoint(db)
    return lambda day: open_desk(work, ends_on=day)
