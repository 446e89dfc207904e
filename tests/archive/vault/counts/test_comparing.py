"""What was written at the safe against the books, difference by difference."""

from __future__ import annotations

import pytest

from crm.archive.vault.counts.comparing import Found, Kept, compare
from crm.archive.vault.models import Difference

pytestmark = pytest.mark.before_sql
D = Difference
BOOKS = [
    Kept(document_id=1, certificate_no="湘（2026）长沙市不动产权第0012345号", location_id=1, pieces=1),
    Kept(document_id=2, certificate_no="AB（2026）第0067890号", location_id=2, pieces=2),
]


ELSEWHERE = [
    Kept(document_id=3, certificate_no="湘（2026）长沙市不动产权第9967890号", location_id=9, pieces=1),
    Kept(document_id=4, certificate_no="湘（2026）长沙市不动产权第0000444号", location_id=None, pieces=1),
]


def found(*lines: tuple[int, str, int]) -> list[tuple[D, int | None]]:
    written = [Found(location_id=place, certificate_no=number, pieces=pieces) for place, number, pieces in lines]
    return [(each.kind, each.document_id) for each in compare(BOOKS, written, ELSEWHERE)]


WHOLE, OTHER = BOOKS[0].certificate_no, BOOKS[1].certificate_no


@pytest.mark.parametrize(
    ("lines", "differs"),
    [
        ([(1, WHOLE, 1), (2, OTHER, 2)], []),
        ([(1, "0012345", 1), (2, "0067890", 2)], []),
        ([(1, "0012345", 1), (2, "67890", 2)], [(D.missing, 2), (D.unexpected, None)]),
        ([(1, WHOLE, 1), (1, "12345", 1), (2, OTHER, 2)], [(D.quantity, 1)]),
        ([(1, WHOLE, 1), (2, OTHER, 2), (1, "9967890", 1)], [(D.misplaced, 3)]),
        ([(1, WHOLE, 1), (2, OTHER, 2), (1, "0444", 1)], [(D.unexpected, 4)]),
        ([(1, " 湘(2026)长沙市不动产权第0012345号", 1), (2, OTHER, 1), (2, OTHER, 1)], []),
        ([(1, "湘（２０２６） 长沙市不动产权第００１２３４５号", 1), (2, "ab(2026)第 ００67890号", 2)], []),
        ([(1, WHOLE, 1)], [(D.missing, 2)]),
        ([], [(D.missing, 1), (D.missing, 2)]),
        ([(2, WHOLE, 1), (2, OTHER, 2)], [(D.misplaced, 1)]),
        ([(1, WHOLE, 1), (2, OTHER, 1)], [(D.quantity, 2)]),
        ([(1, WHOLE, 1), (1, OTHER, 3)], [(D.misplaced, 2), (D.quantity, 2)]),
        ([(1, WHOLE, 1), (2, OTHER, 2), (1, "99999999", 1)], [(D.unexpected, None)]),
        ([(1, "45", 1), (2, OTHER, 2)], [(D.missing, 1), (D.unexpected, None)]),
    ],
)
def test_every_difference(lines: list[tuple[int, str, int]], differs: list[tuple[D, int | None]]) -> None:
    assert found(*lines) == differs
