"""What stands somewhere in a column, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.lists.holding import holding
from crm.properties.models import Estate

NAMES = ("Sunshine花园A区", "科创_100%大厦", "科创X100Y大厦")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sunSHINE", NAMES[:1]),
        ("a区", NAMES[:1]),
        ("花园", NAMES[:1]),
        ("科创", NAMES[1:]),
        ("100", NAMES[1:]),
        ("_100%", NAMES[1:2]),
        ("X100y", NAMES[2:]),
        ("南京", NAMES[:1]),
        ("杭州", ()),
    ],
)
def test_letters_in_any_case_and_every_sign_as_itself(db: Session, text: str, found: tuple[str, ...]) -> None:
    """In either column."""
    rows = [Estate(name=name, company="南京物业" if place == 0 else "") for place, name in enumerate(NAMES)]
    db.add_all(rows)
    db.flush()
    held = select(Estate.name).where(Estate.name.in_(NAMES), holding(text, Estate.name, Estate.company))
    assert tuple(db.scalars(held.order_by(Estate.id))) == found
