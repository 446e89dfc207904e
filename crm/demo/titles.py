"""Which title documents the demo company's projects have, and how far each project's have come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from crm.archive.credit.models import Collateral, CollateralKind, Project
from crm.archive.credit.queries import collateral, guarantors
from crm.archive.vault.documents.service import TitleFacts
from crm.archive.vault.models import Purpose, TitleKind, TitleState

S, K = TitleState, TitleKind
REGISTRY, VEHICLES, MARKET = "西宁市不动产登记中心", "西宁市公安局车辆管理所", "西宁市市场监督管理局"
PLEDGED_FROM = 10_000_000  # a guarantee so large has a share of the company pledged as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """`ago`: days since A had them, else since the project ended. `gone`, `due` and `back` of what was outside for a
    time, in days ago; `waits`: of a voucher that nobody has approved, or that one person has confirmed."""

    state: TitleState = S.in_vault
    ago: int | None = None
    outside: Purpose | None = None
    gone: int = 0
    due: int = 0
    back: int | None = None
    waits: str = ""
    reissued: bool = False  # B found a slip on the first list


ENDED = (  # of the projects that are under way, those disbursed first first
    Fate(state=S.released),
    Fate(),
    Fate(reissued=True),
    Fate(),
    Fate(state=S.lost),
    Fate(state=S.out, outside=Purpose.registration, gone=24, due=5),
    Fate(state=S.out, outside=Purpose.court, gone=4, due=-12),
    Fate(outside=Purpose.registration, gone=60, due=46, back=50),
    Fate(),
    Fate(),
    Fate(waits="approval"),
    Fate(),
    Fate(waits="second"),
    Fate(),
    Fate(state=S.received, ago=0),
)
APPROVED = Fate(state=S.verifying, ago=0), Fate(state=S.with_a, ago=1)
APPLIED = (Fate(state=S.expected, ago=0),) * 3


def papers_of(project: Project, dice: Random, day: date) -> list[TitleFacts]:
    """By what secures it; without anything, the house of who stands surety."""
    found = [facts for each in collateral(project.id) for facts in _of(each, dice, day)]
    if project.amount >= PLEDGED_FROM:
        found.append(_pledge(project, dice, day))
    return found or [_guarantors(project, dice)]


def _of(security: Collateral, dice: Random, day: date) -> Iterator[TitleFacts]:
    number, owner = dice.randint(10_000, 99_999), security.owner
    if security.kind is CollateralKind.real_estate:
        ours = f"青（{day.year}）西宁市不动产证明第00{number}号"
        facts = (
            TitleFacts(
                kind=K.client_ownership, name="不动产权证书", certificate_no=security.certificate_no, owner=owner
            ),
            TitleFacts(kind=K.other_right, name="不动产登记证明（抵押权）", certificate_no=ours, owner="本公司"),
        )
    else:
        mortgage = f"青动抵〔{day.year}〕{number}号"
        facts = (
            TitleFacts(kind=K.other_ownership, name="机动车登记证书", certificate_no=f"6300{number}1", owner=owner),
            TitleFacts(kind=K.chattel_mortgage, name="动产抵押登记通知书", certificate_no=mortgage, owner=owner),
        )
    registry = REGISTRY if security.kind is CollateralKind.real_estate else VEHICLES
    yield from (replace(each, collateral_id=security.id, issued_by=registry) for each in facts)


def _pledge(project: Project, dice: Random, day: date) -> TitleFacts:
    number = f"（青市监）股质登记设字〔{day.year}〕第{dice.randint(100, 9999):04d}号"
    name, owner = "股权出质设立登记通知书", project.client.name
    return TitleFacts(kind=K.equity_pledge, name=name, certificate_no=number, owner=owner, issued_by=MARKET)


def _guarantors(project: Project, dice: Random) -> TitleFacts:
    number = f"宁房权证城西字第{dice.randint(10_000, 99_999)}号"
    owner = next((each.name for each in guarantors(project.id)), project.client.name)
    own = TitleFacts(kind=K.guarantor_ownership, name="房屋所有权证、土地使用权证", certificate_no=number, owner=owner)
    return replace(own, quantity=2, note="各一本", issued_by=REGISTRY)
