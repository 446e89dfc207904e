"""Which title documents the demo company's projects have, and how far each project's have come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    Fate(state=S.out, outside=Purpose.court, gone=4, due=-20),
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
    number = dice.randint(10_000, 99_999)
    if security.kind is CollateralKind.real_estate:
        house = {"collateral_id": security.id, "issued_by": REGISTRY}
        own = {"kind": K.client_ownership, "certificate_no": security.certificate_no, "owner": security.owner}
        yield TitleFacts(name="不动产权证书", **own, **house)  # type: ignore[arg-type]
        ours = {"kind": K.other_right, "certificate_no": f"青（{day.year}）西宁市不动产证明第00{number}号"}
        yield TitleFacts(name="不动产登记证明（抵押权）", owner="本公司", **ours, **house)  # type: ignore[arg-type]
        return
    car = {"collateral_id": security.id, "issued_by": VEHICLES, "owner": security.owner}
    yield TitleFacts(kind=K.other_ownership, name="机动车登记证书", certificate_no=f"6300{number}1", **car)  # type: ignore[arg-type]
    mortgage = {"kind": K.chattel_mortgage, "certificate_no": f"青动抵〔{day.year}〕{number}号"}
    yield TitleFacts(name="动产抵押登记通知书", **mortgage, **car)  # type: ignore[arg-type]


def _pledge(project: Project, dice: Random, day: date) -> TitleFacts:
    number = f"（青市监）股质登记设字〔{day.year}〕第{dice.randint(100, 9999):04d}号"
    facts = {"name": "股权出质设立登记通知书", "certificate_no": number, "owner": project.client.name}
    return TitleFacts(kind=K.equity_pledge, issued_by=MARKET, **facts)


def _guarantors(project: Project, dice: Random) -> TitleFacts:
    number = f"宁房权证城西字第{dice.randint(10_000, 99_999)}号"
    owner = next((each.name for each in guarantors(project.id)), project.client.name)
    facts = {"name": "房屋所有权证、土地使用权证", "certificate_no": number, "owner": owner, "note": "各一本"}
    return TitleFacts(kind=K.guarantor_ownership, quantity=2, issued_by=REGISTRY, **facts)
