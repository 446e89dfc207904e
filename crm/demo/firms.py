"""Invented companies and sole traders: names by trade, credit codes with valid check characters, 公司性质."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from crm.demo.people import AREAS
from crm.identity import credit_check_character, organisation_check_character

Form = Literal["company", "sole_trader"]

KNOWN_COMPANY = "鑫源商贸有限公司"
SOLE_TRADER = "个体工商户"
_NATURES = (
    *("有限责任公司（自然人投资或控股）",) * 6,
    *("有限责任公司（自然人独资）",) * 5,
    *("股份有限公司（非上市）",) * 2,
    "有限责任公司（国有独资）",
    "有限责任公司（外商投资）",
)
_LUCKY_FIRST = "华恒瑞金天宏盛泰中信博远嘉安宇荣昌兴隆鼎万和祥永正德通达联创启源昆高原雪江湟"
_LUCKY_SECOND = "泰源鑫达丰盛安诚信辉业远图腾宇航智联汇洋峰杰润邦康宁科云"
_OFFICE_TRADES = (
    *("商贸", "信息技术", "网络科技", "建筑工程", "装饰工程", "广告传媒", "文化传播", "企业管理咨询", "人力资源"),
    *("生物科技", "环保科技", "新能源", "医疗器械", "物流", "财税咨询", "教育科技", "电子商务", "工程造价咨询"),
)
_SHOP_TRADES = ("商贸", "餐饮管理", "药业连锁", "便利店管理", "健身服务", "教育咨询", "口腔门诊部", "房地产经纪")
_STALLS = (
    "牛肉面馆 蔬果店 理发店 便利店 烟酒店 五金店 茶饮店 干洗店 面包房 药店 文具店 宠物店 美甲店 羊肉馆 打印店".split()
)
_DISTRICTS = ("城东区", "城中区", "城西区", "城北区")
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODES = 31**6
_CODE_STRIDE = 27_182_818


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A company's papers; `former_name` is what it was called before, had it been renamed."""

    name: str
    former_name: str
    nature: str
    credit_code: str


def company(rng: Random, serial: int, *, shop: bool) -> Firm:
    """A 有限公司; the former name had the same sign and another trade, as renamings mostly go."""
    sign = rng.choice(("", "", "西宁", "青海")) + rng.choice(_LUCKY_FIRST) + rng.choice(_LUCKY_SECOND)
    trade, former = rng.sample(_SHOP_TRADES if shop else _OFFICE_TRADES, 2)
    name = f"{sign}{trade}有限公司"
    return (
        company(rng, serial, shop=shop)
        if name.endswith(KNOWN_COMPANY)
        else Firm(
            name=name,
            former_name=f"{sign}{former}有限公司",
            nature=rng.choice(_NATURES),
            credit_code=credit_code(serial, "91"),
        )
    )


def sole_trader(rng: Random, serial: int, family: str) -> Firm:
    """A 个体工商户 named after its owner's surname: 城西区马记牛肉面馆."""
    district, (stall, former) = rng.choice(_DISTRICTS), rng.sample(_STALLS, 2)
    return Firm(
        name=f"{district}{family}记{stall}",
        former_name=f"{district}{family}记{former}",
        nature=SOLE_TRADER,
        credit_code=credit_code(serial, "92"),
    )


def credit_code(serial: int, authority: str) -> str:
    """A unified social credit code no other serial has; `authority` 91 is a company, 92 a sole trader.

    Both check characters are right: GB 32100 at the end and GB 11714 in the organisation code before it.
    """
    body, rest = "MA", serial * _CODE_STRIDE % _CODES
    for _ in range(6):
        rest, value = divmod(rest, 31)
        body += _CODE_ALPHABET[value]
    first17 = f"{authority}{AREAS[serial % 7]}{body}{organisation_check_character(body)}"
    return first17 + credit_check_character(first17)
