"""The three scores on the dossier's page and on the customer's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from crm.archive.dossiers.models.dossier import DossierState
from crm.properties.models import Estate
from crm.review.checks import checks
from tests.review.asking import asking
from tests.review.reviewing import TODAY, make_lacking

pytestmark = pytest.mark.usefixtures("only_documents")
SignIn = Callable[[str], FlaskClient]
CARD = re.compile(r'<section class="card score-card".*?</section>', re.S)


@pytest.fixture(autouse=True)
def _asked() -> Iterator[None]:
    """Missing documents alone, so that the figures can be reckoned by hand."""
    with asking(checks["document_missing"]):
        yield


def test_the_scores_stand_on_both_pages_once_the_dossier_was_looked_at(sign_in: SignIn, estate: Estate) -> None:
    dossier, clerk = make_lacking(estate), sign_in("limin")
    pages = (f"/archive/dossiers/{dossier.id}", f"/tenants/customers/{dossier.subject_id}")
    for page in pages:
        [card] = CARD.findall(clerk.get(page).text)
        assert "progress" not in card  # nobody has looked: nothing is known
        assert f'action="/review/dossiers/{dossier.id}/check"' in card
    clerk.post(f"/review/dossiers/{dossier.id}/check")
    for page in pages:
        [card] = CARD.findall(clerk.get(page).text)
        assert "75.0 %" in card
        assert f'href="/review/findings?dossier={dossier.id}"' in card


def test_who_reads_no_reviews_sees_no_scores_and_closed_dossiers_have_none(sign_in: SignIn, estate: Estate) -> None:
    dossier = make_lacking(estate)
    assert "score-card" not in sign_in("dispatcher").get(f"/tenants/customers/{dossier.subject_id}").text
    closed = make_lacking(estate, state=DossierState.closed, closed_on=TODAY)
    assert "score-card" not in sign_in("limin").get(f"/archive/dossiers/{closed.id}").text
