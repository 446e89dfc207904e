"""Believable Chinese names: surnames by frequency, given names by sex and generation. All people are invented."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import TypeVar

from crm.demo.cast import CAST
from crm.demo.facts import Sex

T = TypeVar("T")

# Surname, pinyin, weight per 1,000 people: roughly the national order, with more 马 and 祁 as in Qinghai.
_SURNAMES = """
王 wang 72 李 li 72 张 zhang 68 刘 liu 54 陈 chen 42 杨 yang 33 赵 zhao 26 黄 huang 20 周 zhou 21 吴 wu 19 徐 xu 16
孙 sun 16 胡 hu 13 朱 zhu 13 高 gao 12 林 lin 10 何 he 12 郭 guo 12 马 ma 34 罗 luo 9 梁 liang 8 宋 song 8 郑 zheng 8
谢 xie 8 韩 han 9 唐 tang 7 冯 feng 7 于 yu 6 董 dong 6 萧 xiao 2 程 cheng 6 曹 cao 6 袁 yuan 5 邓 deng 5 许 xu 6
傅 fu 4 沈 shen 5 曾 zeng 5 彭 peng 5 吕 lv 5 苏 su 5 卢 lu 5 蒋 jiang 5 蔡 cai 5 贾 jia 5 丁 ding 5 魏 wei 5 薛 xue 4
叶 ye 4 阎 yan 2 余 yu 4 潘 pan 4 杜 du 4 戴 dai 3 夏 xia 3 钟 zhong 3 汪 wang 3 田 tian 4 任 ren 4 姜 jiang 4 范 fan 4
方 fang 3 石 shi 4 姚 yao 3 谭 tan 3 廖 liao 3 邹 zou 3 熊 xiong 3 金 jin 3 陆 lu 3 郝 hao 3 孔 kong 3 白 bai 3 崔 cui 3
康 kang 2 毛 mao 2 邱 qiu 2 秦 qin 3 江 jiang 2 史 shi 3 顾 gu 2 侯 hou 2 邵 shao 2 孟 meng 2 龙 long 2 万 wan 2 段 duan
2 雷 lei 2 钱 qian 2 汤 tang 2 尹 yin 2 黎 li 2 易 yi 2 常 chang 2 武 wu 2 乔 qiao 2 贺 he 2 赖 lai 1 龚 gong 2 文 wen 1
祁 qi 6 冶 ye 4 星 xing 1 鲍 bao 3 晁 chao 1 单 shan 1 解 xie 1 仇 qiu 1 查 zha 1 翟 zhai 1 乐 yue 1 区 ou 1
欧阳 ouyang 2 上官 shangguan 1 司马 sima 1 诸葛 zhuge 1 司徒 situ 1 慕容 murong 1 夏侯 xiahou 1 皇甫 huangfu 1
尉迟 yuchi 1
""".split()
SURNAMES = tuple(_SURNAMES[0::3])
PINYIN = dict(zip(SURNAMES, _SURNAMES[1::3], strict=True))
_SURNAME_WEIGHTS = tuple(accumulate(int(weight) for weight in _SURNAMES[2::3]))

KNOWN_CUSTOMERS = ("欧阳娜娜", "欧阳志远", "周文博", "陈静", "王伟")
# Screens and tests look these people up by name, so nobody else may bear it.
RESERVED = frozenset(KNOWN_CUSTOMERS) | {member.full_name for member in CAST}


@dataclass(frozen=True, slots=True)
class Generation:
    """Whole given names, the commonest first, and characters that combine freely."""

    whole: tuple[str, ...]
    weights: tuple[float, ...]
    first: str
    second: str


def _generation(whole: str, first: str, second: str) -> Generation:
    names = tuple(whole.split())
    return Generation(names, tuple(accumulate(1 / (place + 5) for place in range(len(names)))), first, second)


# Born before 1955, 1970, 1985, 2000, and later.
_ENDS = (1955, 1970, 1985, 2000)
_MEN = (
    _generation(
        "建国 国庆 德福 文华 永福 玉林 国栋 志明 振华 德明 春生 海山 长林 生财 发祥 福海 守义 占魁 有德 全福 明德 忠义",
        "德福永振国文志玉春金长守",
        "福明林山海义生才贵成祥忠",
    ),
    _generation(
        "建军 建华 志强 国强 建平 建明 卫东 红军 永强 志刚 国华 海涛 新民 立新 跃进 卫国 "
        "明 军 平 辉 勇 爱民 建新 保国 学军",
        "建志国卫永海立学文新爱向",
        "军华强平明东刚民生林成辉",
    ),
    _generation(
        "勇 军 磊 强 涛 杰 斌 鹏 波 刚 超 辉 健 峰 亮 俊 飞 海波 晓东 志勇 "
        "宏伟 建波 伟东 文斌 小军 永刚 海龙 立军 晓峰 成龙 文军",
        "志晓海文永宏立小成建俊金",
        "东峰波勇军斌龙刚明鹏辉平",
    ),
    _generation(
        "浩 鑫 宇 帅 凯 昊 旭 博 阳 晨 天宇 志鹏 俊杰 文杰 浩然 嘉伟 子豪 鹏飞 "
        "明轩 家豪 振宇 少华 一鸣 思远 晓宇 泽宇 伟豪 文涛",
        "俊文子天嘉泽明思家振一宇",
        "杰豪宇轩鹏飞涛鸣远辰博航",
    ),
    _generation(
        "浩宇 子轩 宇轩 浩然 梓轩 俊熙 子涵 奕辰 宇航 沐宸 一诺 皓轩 博文 睿哲 梓睿 铭泽 嘉懿 景行 承宇 知远 亦凡",
        "子梓宇浩奕沐睿铭俊景嘉泽",
        "轩涵宸辰睿泽熙诺航宇言安",
    ),
)
_WOMEN = (
    _generation(
        "秀英 桂英 玉兰 秀兰 桂兰 玉英 淑珍 凤英 玉珍 桂芳 淑兰 秀珍 素珍 翠兰 月英 金花 兰英 玉梅 春兰 桂花",
        "秀桂玉淑凤素翠月金兰春银",
        "英兰珍芳梅花琴香莲华云娥",
    ),
    _generation(
        "丽华 秀梅 红 桂芬 玉华 晓红 丽萍 建华 淑芬 爱华 美华 彩霞 秋菊 春梅 海燕 丽娟 玉琴 "
        "惠珍 金凤 小红 萍 霞 艳 玲 燕 梅",
        "丽秀玉晓淑爱美彩春海惠小",
        "华梅红芬萍霞燕玲琴娟珍英",
    ),
    _generation(
        "静 丽 敏 艳 娟 芳 霞 燕 玲 娜 丹 晶 婷 莉 洁 琳 雪梅 海霞 晓燕 丽娜 "
        "丽丽 红梅 晓丽 春燕 雅琴 志红 文静 晓玲 永梅 小燕 彩虹",
        "晓丽海红文雅春小雪慧美玉",
        "燕霞丽娜梅玲静琴芳红萍娟",
    ),
    _generation(
        "婷 雪 欣 悦 颖 倩 蕾 璐 瑶 婷婷 思琪 佳怡 雨晴 梦瑶 雅婷 嘉欣 晓雯 梦洁 "
        "文婧 可欣 诗雨 佳慧 晨曦 雪莹 思雨 静怡 婉婷 佳琪",
        "思佳雨梦雅嘉晓诗可静婉欣",
        "琪怡晴瑶婷欣雯雨慧莹洁曦",
    ),
    _generation(
        "子涵 欣怡 梓涵 诗涵 一诺 雨桐 可馨 语桐 若汐 梓萱 芷若 沐瑶 佳琪 思彤 依诺 紫萱 艺馨 婉清 知夏 安然",
        "梓诗雨可语若芷沐思依紫艺",
        "涵怡桐馨汐萱瑶彤诺琪宁清",
    ),
)


def weighted(rng: Random, values: Sequence[T], sums: Sequence[float]) -> T:
    """One of the values, by running sums of their weights; `random.choices` takes three times as long for one."""
    return values[bisect(sums, rng.random() * sums[-1])]


def surname(rng: Random) -> str:
    return weighted(rng, SURNAMES, _SURNAME_WEIGHTS)


def surname_of(name: str) -> str:
    """The compound surname when the name begins with one (欧阳娜娜 -> 欧阳), else the first character."""
    return name[:2] if len(name) > 2 and name[:2] in PINYIN else name[:1]


def full_name(rng: Random, sex: Sex, year: int, family: str = "") -> str:
    """A name for somebody born in `year`, with that surname if given; never one that is `RESERVED`."""
    while (name := (family or surname(rng)) + _given_name(rng, sex, year)) in RESERVED:
        pass
    return name


def _given_name(rng: Random, sex: Sex, year: int) -> str:
    generation = (_MEN if sex == "male" else _WOMEN)[bisect(_ENDS, year)]
    if rng.random() < 0.6:
        return weighted(rng, generation.whole, generation.weights)
    return rng.choice(generation.first) + rng.choice(generation.second)
