"""A company's first day: its own workbook goes in, the phone rings, the form comes out on paper."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crm.audit.queries import verify
from crm.imports import service
from crm.properties.models import Estate
from tests.imports.workbooks import ROOMS


@pytest.fixture
def imported(work: Callable[..., object], estate: Estate) -> None:
    """The rooms workbook, taken into the clerk's estate."""
    content = ROOMS.read_bytes()
    file = service.open_file(content, ROOMS.name)
    with work():  # type: ignore[attr-defined]
        service.carry_out(service.upload(file, content, estate.name), file)


@pytest.mark.parametrize("asked", ["吴学", "学文", "wxw", "wuxuewen", "1443", "1-1-1001", "1栋1单元1001"])
def test_the_clerk_finds_who_is_calling(imported: None, sign_in: Callable[[str], FlaskClient], asked: str) -> None:
    clerk = sign_in("limin")
    found = clerk.get(f"/search/suggest?q={asked}", headers={"HX-Request": "true"}).text
    cards = re.findall(r'data-card="(/card/customer/\d+)"', found)
    assert len(cards) == 1
    card = clerk.get(cards[0], headers={"HX-Request": "true"}).text
    assert "吴学文" in card
    assert "189****1443" in card
    assert "18909711443" not in card


def test_the_form_comes_out_on_paper(
    imported: None, sign_in: Callable[[str], FlaskClient], work: Callable[..., object], tmp_path: Path
) -> None:
    clerk = sign_in("limin")
    file = re.findall(r'href="(/tenants/customers/\d+)"', clerk.get("/search?q=吴学文").text)[0]
    assert clerk.get(file).status_code == 200
    paper = clerk.get(f"{file}/customer_form.pdf")
    assert paper.mimetype == "application/pdf"
    (tmp_path / "form.pdf").write_bytes(paper.data)
    command = ["pdftotext", "-layout", str(tmp_path / "form.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout.replace(" ", "")
    assert "客户登记表" in text
    assert "吴学文" in text
    assert "1-1-1001" in text
    with work() as db:  # type: ignore[attr-defined]
        assert verify(db).sound
