"""The table of the path: every state × action × person, refused with a sentence unless it is the one's turn."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from crm.archive.dossiers.content import content_hash
from crm.archive.handover.content import line_hash, of_version
from crm.archive.handover.models import (
    Handover,
    HandoverState,
    LineCheck,
    LineKind,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    SupplementLine,
)
from crm.archive.handover.path import PATH
from crm.archive.handover.standing import Standing
from crm.auth.permissions import Permission
from crm.errors import IllegalTransition
from tests.archive.handover.desk import Desk

S = HandoverState
IDS = {Party.a: 1, Party.b: 2, Party.archivist: 3}
STRANGER = 9
LINE = {"item_id": 7, "code": "1-01", "title": "贷款申请书", "pages": 2, "page_from": 1, "page_to": 2}
CONTENT = {"number": "2026鸿借字第001号", "sections": [{"position": 1, "title": "立项", "lines": [LINE]}]}
# Which parties have signed the list where an action is just about to be taken.
SIGNED = {
    "sign_a": (),
    "hand_to_b": (Party.a,),
    "code": (Party.a,),
    "sign_b": (Party.a,),
    "submit": (Party.a, Party.b),
    "receive": (Party.a, Party.b),
}


@pytest.fixture(autouse=True)
def _words(app: Flask) -> Any:
    with app.test_request_context():
        yield


def signature(party: Party) -> ListSignature:
    return ListSignature(party=party, signer_id=IDS[party], hash="x")


def tick(party: Party, **given: Any) -> LineCheck:
    facts = {"matches": True, "signed": True, "line_hash": line_hash(LINE), "item_id": 7, "party": party}
    return LineCheck(**(facts | given))


def ready(state: HandoverState, action: str, actor_id: int, **given: Any) -> Standing:
    """Everything is as the action needs it."""
    version = ListVersion(version=1, hash=content_hash(of_version(CONTENT, 1)))
    facts: dict[str, Any] = {
        "handover": Handover(state=state),
        "actor_id": actor_id,
        "a_id": IDS[Party.a],
        "b_id": IDS[Party.b],
        "names": {Party.a: "王磊", Party.b: "赵倩"},
        "appointed": actor_id == IDS[Party.archivist],
        "ended": True,
        "content": CONTENT,
        "version": None if action == "issue" else version,
        "signatures": [signature(party) for party in SIGNED.get(action, ())],
        "checks": {party: {7: tick(party)} for party in (Party.b, Party.archivist)},
    }
    return Standing(**(facts | given))


ACTIONS = [name for name, deed in PATH.items() if deed.party is not None]  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", [*Party, None], ids=str)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", S)
def test_every_state_action_and_person(state: HandoverState, action: str, who: Party | None) -> None:
    standing = ready(state, action, IDS[who] if who else STRANGER)
    deed, reason = PATH[action], PATH.hindrance(standing, action)
    if state in deed.sources and who is deed.party:
        assert reason == ""
        PATH.take(standing, action)
        assert standing.state is (deed.target or state)
    else:
        assert is_sentence(reason)
        with pytest.raises(IllegalTransition) as refusal:
            PATH.take(standing, action)
        assert str(refusal.value) == reason
        assert standing.state is state


def is_sentence(text: str) -> bool:
    """Names no code of ours, begins like a sentence and ends like one."""
    codes = {*PATH, *(state.value for state in S if "_" in state.value)}
    return len(text) > 15 and text[-1] in ".。" and not any(code in text for code in codes if "_" in code)


def test_a_sentence_says_whose_turn_it_is() -> None:
    assert "王磊" in PATH.hindrance(ready(S.preparing, "issue", IDS[Party.b]), "issue")
    assert "赵倩" in PATH.hindrance(ready(S.with_b, "code", IDS[Party.a]), "code")
    without = ready(S.checking, "receive", STRANGER)
    assert any(word in PATH.hindrance(without, "receive") for word in ("appointment", "任命", "指定"))


OPEN_LINE = SupplementLine(kind=LineKind.missing_signature, state=LineState.open, wanted="董事签字")
WAIVED_LINE = SupplementLine(kind=LineKind.missing_signature, state=LineState.waived, wanted="董事签字")
MOVED = {**CONTENT, "title": "changed"}


@pytest.mark.parametrize(
    ("action", "state", "given", "word"),
    [
        ("issue", S.preparing, {"missing": ["借据", "放款凭证"]}, "借据"),
        ("issue", S.preparing, {"content": CONTENT | {"sections": []}}, ""),
        ("issue", S.preparing, {"ended": False}, ""),
        ("sign_a", S.preparing, {"version": None}, "王磊"),
        ("sign_a", S.preparing, {"content": MOVED}, "1"),
        ("sign_a", S.preparing, {"signatures": [signature(Party.a)]}, ""),
        ("hand_to_b", S.preparing, {"signatures": []}, "王磊"),
        ("hand_to_b", S.preparing, {"content": MOVED}, "王磊"),
        ("return_to_a", S.coded, {"signatures": [signature(Party.b)]}, ""),
        ("audit_again", S.coded, {"signatures": [signature(Party.b)]}, ""),
        ("code", S.with_b, {"checks": {}}, "贷款申请书"),
        ("code", S.with_b, {"checks": {Party.b: {7: tick(Party.b, signed=False)}}}, "贷款申请书"),
        ("code", S.with_b, {"checks": {Party.b: {7: tick(Party.b, line_hash="old")}}}, "贷款申请书"),
        ("code", S.with_b, {"supplements": [OPEN_LINE]}, "董事签字"),
        ("code", S.with_b, {"signatures": []}, "王磊"),
        ("sign_b", S.coded, {"signatures": []}, "王磊"),
        ("submit", S.coded, {"signatures": [signature(Party.a)]}, "赵倩"),
        ("submit", S.coded, {"supplements": [OPEN_LINE]}, "董事签字"),
        ("receive", S.checking, {"checks": {Party.b: {7: tick(Party.b)}}}, "贷款申请书"),
        ("receive", S.checking, {"checks": {Party.archivist: {7: tick(Party.archivist, matches=False)}}}, "贷款申请书"),
        ("receive", S.checking, {"signatures": [signature(Party.b)]}, "王磊"),
        ("receive", S.checking, {"appointed": False}, ""),
        ("receive", S.checking, {"transferors": frozenset({IDS[Party.archivist]})}, ""),
        ("receive", S.checking, {"content": MOVED}, "王磊"),
    ],
)
def test_what_is_still_to_be_done_hinders_and_is_named(
    action: str, state: HandoverState, given: dict[str, Any], word: str
) -> None:
    party = PATH[action].party
    assert party
    reason = PATH.hindrance(ready(state, action, IDS[party], **given), action)
    assert is_sentence(reason)
    assert word in reason


def test_a_waived_line_blocks_no_longer() -> None:
    standing = ready(S.with_b, "code", IDS[Party.b], supplements=[WAIVED_LINE])
    assert PATH.hindrance(standing, "code") == ""


def test_a_and_b_sign_another_list_than_the_one_after_a_replacement() -> None:
    """The signature of who was A counts no longer; the new A's does."""
    standing = ready(S.preparing, "hand_to_b", 5, a_id=5)
    assert "王磊" in PATH.hindrance(standing, "hand_to_b")
    standing.signatures = [ListSignature(party=Party.a, signer_id=5, hash="x")]
    assert PATH.hindrance(standing, "hand_to_b") == ""


def test_what_cannot_be_done_now_is_listed_with_its_reason() -> None:
    standing = ready(S.with_b, "code", IDS[Party.b], checks={})
    permissions = {Permission.credit_prepare}
    offered = PATH.offered(standing, permissions)
    withheld = dict(PATH.withheld(standing, permissions))
    assert {"audit", "ask_supplement", "return_to_a"} <= set(offered)
    assert {"code", "sign_b", "submit", "audit_again"} == set(withheld)
    assert all(is_sentence(reason) for reason in withheld.values())
    assert PATH.withheld(ready(S.with_b, "code", STRANGER), permissions) == []


def test_the_straight_path_on_the_database(desk: Desk) -> None:
    desk.bring_to(S.filed)
    assert desk.state is S.filed
