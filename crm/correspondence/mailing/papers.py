"""A letter to one of many, on paper: always in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask_babel import force_locale

from crm.correspondence.wordings.wording import in_paragraphs
from crm.web import pdf

STYLE = "letter.css"


def letter(content: Mapping[str, Any]) -> str:
    """As HTML; its code is the number."""
    with force_locale("zh_CN"):
        return render_template(
            "document/mailing/letter.html",
            lang="zh-CN",
            content=content,
            paragraphs=in_paragraphs(content["body"]),
            code=pdf.qr(content["number"]),
        )
