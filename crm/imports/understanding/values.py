"""The codes and words of estates' lists; how cells are read in general stands in `crm.workbooks.readers`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm.workbooks.cells import Cell
from crm.workbooks.readers import amount, known_text

LARGEST_AREA = Decimal(1_000_000)
LARGEST_RENT = Decimal(100_000_000)
OPEN_END = date(2037, 1, 1)  # MicroCommunity writes it for "no end"
USES = {
    "110": "home", "住宅": "home", "住房": "home", "公寓": "home", "别墅": "home", "房屋": "home", "民宅": "home",
    "120": "office", "办公室": "office", "办公": "office", "写字楼": "office", "办公楼": "office",
    "119": "dormitory", "宿舍": "dormitory",
    "商铺": "shop", "商业": "shop", "门面": "shop", "店铺": "shop", "门市": "shop", "底商": "shop", "商服": "shop",
    "仓库": "storage", "储藏室": "storage", "储物间": "storage", "库房": "storage", "地下室": "storage",
}  # fmt: skip
STATUSES = {
    "2001": "occupied", "已入住": "occupied", "入住": "occupied", "自住": "occupied", "在住": "occupied", "常住": "occupied",
    "2002": "unsold", "未销售": "unsold", "未售": "unsold", "待售": "unsold", "未出售": "unsold",
    "2003": "handed_over", "已交房": "handed_over", "已交付": "handed_over", "已收房": "handed_over", "已领房": "handed_over",
    "2004": "vacant", "未入住": "vacant",
    "2005": "renovated", "已装修": "renovated",
    "2006": "let", "已出租": "let", "出租": "let", "已租": "let", "租赁": "let",
    "2007": "sold", "已出售": "sold", "已售": "sold", "未交房": "sold", "已销售": "sold", "未领房": "sold",
    "2008": "vacant", "空闲": "vacant", "空置": "vacant", "空房": "vacant", "闲置": "vacant", "未住": "vacant",
    "2009": "renovating", "装修中": "renovating", "装修": "renovating", "在装修": "renovating",
}  # fmt: skip
ROLES = {
    "1001": "owner", "业主": "owner", "产权人": "owner", "户主": "owner", "房主": "owner", "本人": "owner",
    "共有人": "co_owner", "共有业主": "co_owner", "共同业主": "co_owner", "产权共有人": "co_owner",
    "1002": "family", "家庭成员": "family", "家属": "family", "家人": "family", "亲属": "family",
    "1003": "tenant", "房屋租客": "tenant", "租客": "tenant", "租户": "tenant", "承租人": "tenant", "租赁户": "tenant",
    "1004": "user", "临时人员": "user", "使用人": "user", "其他": "user", "暂住": "user",
    "配偶": "spouse", "夫妻": "spouse", "妻子": "spouse", "丈夫": "spouse", "妻": "spouse", "夫": "spouse",
    "子女": "child", "儿子": "child", "女儿": "child", "子": "child", "女": "child",
    "父母": "parent", "父亲": "parent", "母亲": "parent", "父": "parent", "母": "parent",
    "兄弟姐妹": "sibling", "兄弟": "sibling", "姐妹": "sibling",
}  # fmt: skip
SEXES = {
    "男": "male",
    "m": "male",
    "male": "male",
    "男性": "male",
    "女": "female",
    "f": "female",
    "female": "female",
    "女性": "female",
}
TRUTHS = {
    "有": True, "是": True, "y": True, "yes": True, "true": True, "√": True, "✓": True, "1": True,
    "无": False, "否": False, "没有": False, "n": False, "no": False, "false": False, "×": False, "x": False, "0": False,
}  # fmt: skip
TENURES = {
    "h": "tenant", "出租": "tenant", "租": "tenant", "租赁": "tenant", "已租": "tenant", "已出租": "tenant", "月租": "tenant",
    "s": "owner", "出售": "owner", "售": "owner", "已售": "owner", "已出售": "owner", "产权": "owner", "自有": "owner",
    "空闲": "", "未售": "", "待售": "", "空置": "",
}  # fmt: skip
PARKING_KINDS = {
    "地上停车位": "surface", "地上": "surface", "地面": "surface", "地上车位": "surface", "地面车位": "surface", "露天": "surface",
    "1001": "surface", "地下停车位": "underground", "地下": "underground", "地下车位": "underground", "地库": "underground",
    "2001": "underground",
}  # fmt: skip
VEHICLE_KINDS = {"9901": "家用小汽车", "9902": "客车", "9903": "货车"}
CUSTOMER_KINDS = {
    "个人": "person", "自然人": "person", "私人": "person", "个人客户": "person", "居民": "person",
    "单位": "company", "企业": "company", "公司": "company", "法人": "company", "单位客户": "company", "机构": "company",
}  # fmt: skip
UNKNOWN_LAYOUTS = frozenset({"10102"})  # the one code everybody was told to fill in


def layout(cell: Cell) -> str | None:
    text = known_text(cell)
    return None if not text or text in UNKNOWN_LAYOUTS else text


def vehicle_kind(cell: Cell) -> str | None:
    text = known_text(cell)
    return VEHICLE_KINDS.get(text, text) or None


def parking_area(cell: Cell) -> Decimal | None:
    """1 stands for "not measured"."""
    area = amount(LARGEST_AREA)(cell)
    return None if area == 1 else area
