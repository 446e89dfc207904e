"""The trades of what lies in a unit's walls, and how people write them."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Trade(StrEnum):
    water = "water"
    power = "power"
    data = "data"
    gas = "gas"
    hvac = "hvac"
    fire = "fire"
    other = "other"


TRADE_TITLES = {
    Trade.water: _l("Water supply and drainage"),
    Trade.power: _l("Power and light"),
    Trade.data: _l("Data and low voltage"),
    Trade.gas: _l("Gas"),
    Trade.hvac: _l("Heating and ventilation"),
    Trade.fire: _l("Fire protection"),
    Trade.other: _l("Other"),
}
LETTERS = {  # a point is called by it: 电-03
    Trade.water: "水",
    Trade.power: "电",
    Trade.data: "弱",
    Trade.gas: "气",
    Trade.hvac: "暖",
    Trade.fire: "消",
    Trade.other: "他",
}
_WORDS = {  # as sheets of builders and renovators have them
    Trade.water: "水 给水 排水 给排水 上水 下水 热水 冷水 water plumbing",
    Trade.power: "电 强电 电气 照明 插座 power electric electricity light",
    Trade.data: "弱 弱电 网络 宽带 电话 电视 监控 对讲 智能 data network low-voltage",
    Trade.gas: "气 燃气 天然气 煤气 gas",
    Trade.hvac: "暖 暖通 空调 通风 采暖 地暖 新风 hvac heating ventilation",
    Trade.fire: "消 消防 喷淋 烟感 fire",
    Trade.other: "他 其他 其它 other",
}
SPOKEN = {word: trade for trade, words in _WORDS.items() for word in words.split()}
