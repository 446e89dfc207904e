"""A small table: every state × action, with and without what hinders."""

from dataclasses import dataclass
from enum import StrEnum

import pytest

from crm.errors import DomainError, IllegalTransition
from crm.workflow import Step, Workflow


class State(StrEnum):
    draft = "draft"
    sent = "sent"
    closed = "closed"


@dataclass
class Letter:
    state: State
    address: str = "1-1-1001"


def no_address(letter):
    return "" if letter.address else "there is no address"


LETTERS = Workflow(
    send=Step(sources={State.draft}, target=State.sent, permission="letter:send", hindrance=no_address),
    close=Step(sources={State.sent}, target=State.closed, permission="letter:close"),
    drop=Step(sources={State.draft, State.sent}, target=State.closed, permission="letter:send"),
)
ALLOWED = {
    (State.draft, "send"): State.sent,
    (State.draft, "drop"): State.closed,
    (State.sent, "close"): State.closed,
    (State.sent, "drop"): State.closed,
}
EVERYTHING = {"letter:send", "letter:close"}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", LETTERS)
def test_every_state_and_action(state, action):
    letter = Letter(state)
    if target := ALLOWED.get((state, action)):
        assert LETTERS.hindrance(letter, action) == ""
        LETTERS.take(letter, action)
        assert letter.state is target
    else:
        assert action in LETTERS.hindrance(letter, action)
        with pytest.raises(IllegalTransition):
            LETTERS.take(letter, action)
        assert letter.state is state


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", LETTERS)
def test_what_is_offered_can_be_taken_and_nothing_else(state, action):
    letter = Letter(state)
    assert (action in LETTERS.offered(letter, EVERYTHING)) == ((state, action) in ALLOWED)


def test_a_hindrance_names_the_reason_and_keeps_the_state():
    letter = Letter(State.draft, address="")
    assert LETTERS.offered(letter, EVERYTHING) == ["drop"]
    with pytest.raises(DomainError, match="there is no address"):
        LETTERS.take(letter, "send")
    assert letter.state is State.draft


def test_only_what_the_person_may_is_offered_in_table_order():
    assert LETTERS.offered(Letter(State.draft), {"letter:send"}) == ["send", "drop"]
    assert LETTERS.offered(Letter(State.sent), {"letter:close"}) == ["close"]
    assert LETTERS.offered(Letter(State.sent), EVERYTHING) == ["close", "drop"]
    assert LETTERS.offered(Letter(State.sent), set()) == []


def test_an_unknown_action_is_a_bug():
    with pytest.raises(KeyError):
        LETTERS.take(Letter(State.draft), "burn")
