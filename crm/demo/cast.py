"""The fixed cast: one log-in per role, two project managers, four repair workers. Shared by seed data, tests and
screenshots.
"""

from dataclasses import dataclass

DEMO_PASSWORD = "yihu-demo-2026"
"""Of every demo account; long enough for the policy, and worth nothing outside a demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """`estates` are estate codes, None means all; `supervises` are usernames."""

    username: str
    full_name: str
    department: str
    roles: tuple[str, ...]
    estates: tuple[str, ...] | None = None
    supervises: tuple[str, ...] = ()


def _member(
    username: str, full_name: str, department: str, role: str, *supervises: str, estates: tuple[str, ...] | None = None
) -> CastMember:
    return CastMember(
        username=username,
        full_name=full_name,
        department=department,
        roles=(role,),
        estates=estates,
        supervises=supervises,
    )


CAST: tuple[CastMember, ...] = (
    _member("liuyang", "刘洋", "信息部", "administrator"),
    _member("limin", "李敏", "客户服务部", "service_desk", estates=("YG", "JX")),
    _member("zhouhui", "周慧", "客户服务部", "desk_supervisor", "limin"),
    _member("sunhao", "孙浩", "工程维修部", "dispatcher", "zhangjg", "maqiang", "qijun", "wangtao"),
    _member("zhangjg", "张建国", "工程维修部", "repair_worker"),
    _member("maqiang", "马强", "工程维修部", "repair_worker"),
    _member("qijun", "祁军", "工程维修部", "repair_worker"),
    _member("wangtao", "王涛", "工程维修部", "repair_worker"),
    _member("wudan", "吴丹", "财务部", "cashier"),
    _member("zhengkai", "郑凯", "财务部", "billing_supervisor", "wudan", "hefang"),
    _member("hefang", "何芳", "财务部", "arrears_reviewer"),
    _member("fengxue", "冯雪", "档案室", "archivist"),
    _member("xujing", "许静", "档案室", "title_custodian"),
    _member("wanglei", "王磊", "业务部", "project_manager"),
    _member("zhaoqian", "赵倩", "业务部", "project_manager"),
    _member("shentao", "沈涛", "总经理办公室", "deputy_general_manager", "wanglei", "zhaoqian", "zhouhui", "sunhao"),
    _member("hanbing", "韩冰", "总经理办公室", "general_manager", "shentao", "zhengkai", "fengxue", "xujing"),
    _member("tangfeng", "唐峰", "总经理办公室", "chairman", "hanbing"),
    _member("caoning", "曹宁", "总经理办公室", "auditor"),
)
