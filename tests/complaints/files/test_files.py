"""Photographs and documents of a complaint: taken, shown, fetched; what is refused."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.complaints.cases.models import ComplaintFile, ComplaintState
from crm.complaints.cases.queries import get_case
from crm.complaints.files import service
from crm.db import open_session
from crm.errors import IllegalTransition, UsedElsewhere
from crm.properties.models import Estate
from tests.acting import as_
from tests.complaints.hanging import make_file, picture, scan
from tests.complaints.making import make_case

S = ComplaintState
Work, SignIn = Callable[..., Any], Callable[[str], FlaskClient]


def files(case: Any) -> list[ComplaintFile]:
    with open_session() as db:
        return list(db.scalars(select(ComplaintFile).filter_by(complaint_id=case.id)))


def sent(content: bytes, name: str, **given: str) -> dict[str, Any]:
    return {"file": (BytesIO(content), name), "about": "走廊积水", "key": "k1"} | given


@pytest.mark.parametrize(
    ("content", "name", "kind"), [(picture(), "现场.png", "image/png"), (scan(), "来信.pdf", "application/pdf")]
)
def test_kept_once_shown_and_fetched(sign_in: SignIn, estate: Estate, content: bytes, name: str, kind: str) -> None:
    case, client = make_case(estate), sign_in("limin")
    there = f"/complaints/{case.id}/files/new"
    assert client.get(there).status_code == 200
    for _twice in range(2):
        assert client.post(there, data=sent(content, name)).location == f"/complaints/{case.id}#files"
    [made] = files(case)
    page = client.get(f"/complaints/{case.id}").text
    assert f"/complaints/files/{made.id}" in page
    assert "走廊积水" in page
    answer = client.get(f"/complaints/files/{made.id}")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert "inline" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("content", "name"), [(b"a,b\n1,2\n", "liste.csv"), (b"", "leer.png"), (b"%PDF-1.4 kaputt", "kaputt.pdf")]
)
def test_what_is_no_picture_and_no_pdf(sign_in: SignIn, estate: Estate, content: bytes, name: str) -> None:
    case = make_case(estate)
    answer = sign_in("limin").post(f"/complaints/{case.id}/files/new", data=sent(content, name))
    assert answer.status_code == 422
    assert "走廊积水" in answer.text
    assert files(case) == []


def test_nothing_chosen(sign_in: SignIn, estate: Estate) -> None:
    answer = sign_in("limin").post(f"/complaints/{make_case(estate).id}/files/new", data={"about": "走廊积水"})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


@pytest.mark.parametrize("state", S)
def test_where_one_can_be_added(work: Work, estate: Estate, state: ComplaintState) -> None:
    case = make_case(estate, state, **({"joined_to_id": make_case(estate).id} if state is S.joined else {}))
    with work(as_("limin")):
        if state in (S.filed, S.withdrawn, S.joined):
            with pytest.raises(IllegalTransition):
                service.add(get_case(case.id), picture(), "现场.png", "")
        else:
            assert service.add(get_case(case.id), picture(), "现场.png", "").complaint_id == case.id


def test_the_key_of_another_case(work: Work, estate: Estate) -> None:
    one, other = make_case(estate), make_case(estate)
    with work(as_("limin")):
        service.add(get_case(one.id), picture(), "现场.png", "", "k1")
        with pytest.raises(UsedElsewhere):
            service.add(get_case(other.id), picture(), "现场.png", "", "k1")


def test_who_may_not_and_the_other_estates(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    elsewhere = make_case(other_estate)
    foreign, own = make_file(elsewhere, other_estate), make_file(make_case(estate), estate)
    assert sign_in("limin").get(f"/complaints/files/{foreign.id}").status_code == 404
    assert sign_in("limin").get(f"/complaints/{elsewhere.id}/files/new").status_code == 404
    assert sign_in("limin").get(f"/files/{own.upload_id}").status_code == 404, "only by its complaint"
    assert sign_in("zhangjg").get(f"/complaints/files/{own.id}").status_code == 403
    assert sign_in("caoning").get(f"/complaints/{own.complaint_id}/files/new").status_code == 403
