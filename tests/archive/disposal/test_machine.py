"""Whatever happens in whatever order: nothing is destroyed under a hold, and nobody approves their own list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.archive.disposal import queries
from crm.archive.disposal.group import Said as Word
from crm.archive.disposal.holding import holds_of
from crm.archive.disposal.models import ArchiveHold, DisposalList, DisposalState, Outcome, Seat, Tombstone
from crm.archive.disposal.service import destroying, holds, listing
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.db import session
from crm.errors import DomainError
from tests.acting import as_
from tests.archive.disposal.making import APPROVER, AUDIT, BUSINESS, PROPOSER, SECOND, WITNESS, make_list, make_over

PEOPLE = (PROPOSER, BUSINESS, AUDIT, APPROVER, WITNESS, SECOND)
DEEDS = ("opine", "approve", "count", "attest", "destroy", "withdraw", "hold", "lift")
STATES = (DisposalState.listed, DisposalState.appraised, DisposalState.approved, DisposalState.counted)


def _find() -> DisposalList:
    return queries.get_list(session().scalars(select(DisposalList.id).order_by(DisposalList.id.desc())).first() or 0)


def _opine(found: DisposalList, seat: Seat) -> None:
    listing.give_opinions(found, seat, {line.id: (Word(Outcome.destroy), "x") for line in found.lines})


def _do(deed: str, seat: Seat, dossier_id: int) -> None:
    if deed == "hold":
        holds.place(session().get_one(Dossier, dossier_id), "诉讼")
    elif deed == "lift":
        held = session().scalars(select(ArchiveHold).filter_by(dossier_id=dossier_id, lifted_at=None)).first()
        if held:
            holds.lift(held, "结案")
    else:
        verbs: dict[str, Callable[[DisposalList], None]] = {
            "opine": lambda found: _opine(found, seat),
            "approve": listing.approve,
            "count": lambda found: listing.count(found, {line.id: 1 for line in found.lines}),
            "attest": listing.attest,
            "destroy": destroying.destroy,
            "withdraw": lambda found: listing.take_back(found, "withdraw", listing.Said(reason="x")),
        }
        verbs[deed](_find())


@pytest.mark.both
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    begun=st.sampled_from(STATES),
    deeds=st.lists(
        st.tuples(st.sampled_from(DEEDS), st.sampled_from(PEOPLE), st.sampled_from(Seat)), min_size=5, max_size=25
    ),
)
def test_nothing_ends_under_a_hold(
    work: Callable[..., Any], begun: DisposalState, deeds: list[tuple[str, str, Seat]]
) -> None:
    dossier = make_over()
    make_list(dossier, state=begun)
    for deed, who, seat in deeds:
        _try(work, dossier.id, deed, who, seat)


def _try(work: Callable[..., Any], dossier_id: int, deed: str, who: str, seat: Seat) -> None:
    with work(as_(who)):
        held = bool(holds_of([dossier_id]))
        before = session().get_one(Dossier, dossier_id).state
    try:
        with work(as_(who)):
            _do(deed, seat, dossier_id)
    except DomainError:
        pass
    with work():
        after = session().get_one(Dossier, dossier_id).state
        stone = session().scalars(select(Tombstone).filter_by(dossier_id=dossier_id)).one_or_none()
        assert (after is DossierState.destroyed) == (stone is not None)
        if after is not before:
            assert (deed, held) == ("destroy", False)
        found = _find()
        members = {each.given_by_id for each in queries.opinions_of(found.id)}
        assert found.approved_by_id not in {found.proposed_by_id, *members} or found.approved_by_id is None
        witnesses = {found.witness_id, found.second_witness_id} - {None}
        assert not witnesses & {found.proposed_by_id, found.approved_by_id, found.destroyer_id, *members}
