"""What may stand in braces in a text to begin with, by what the text is for; with what a preview shows for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.correspondence.wordings.models import WordingKind


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`sample` stands for it in a preview; in Chinese, as the papers are."""

    title: LazyString
    sample: str


OF_ALL = {
    "name": Placeholder(_l("Name of whom it is for"), "欧阳娜娜"),
    "unit": Placeholder(_l("Unit"), "3-1-502"),
    "estate": Placeholder(_l("Estate"), "阳光花园"),
    "company": Placeholder(_l("Management company"), "和安物业服务有限公司"),
    "phone": Placeholder(_l("Service telephone"), "0731-88880000"),
    "day": Placeholder(_l("Day of the paper, in words"), "2026年11月26日"),
    "number": Placeholder(_l("Number of the paper"), "发〔2026〕0001号"),
}
OF_LETTERS = {
    "address": Placeholder(_l("Address"), "长沙市岳麓区 阳光花园 3-1-502"),
    "their_number": Placeholder(_l("Number of the letter that is answered"), "〔2026〕12号"),
    "their_subject": Placeholder(_l("What the letter that is answered is about"), "关于电梯噪声的函"),
    "their_day": Placeholder(_l("Day of the letter that is answered, in words"), "2026年11月20日"),
}
OF_NOTICES = {
    "begins": Placeholder(_l("When it begins"), "2026年11月28日 9:00"),
    "ends": Placeholder(_l("When it ends"), "2026年11月28日 17:00"),
    "place": Placeholder(_l("Where"), "1、2、3栋"),
    "reason": Placeholder(_l("Why"), "更换加压水泵"),
    "contact": Placeholder(_l("Whom to ask"), "客户服务中心 李敏"),
}
PLACEHOLDERS: Mapping[WordingKind, Mapping[str, Placeholder]] = {
    WordingKind.letter: {**OF_ALL, **OF_LETTERS},
    WordingKind.notice: {**OF_ALL, **OF_NOTICES},
}


def samples(kind: WordingKind) -> dict[str, str]:
    return {name: each.sample for name, each in PLACEHOLDERS[kind].items()}
