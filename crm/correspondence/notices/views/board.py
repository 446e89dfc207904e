"""公告栏: what hangs on the board, in letters that are read from before the counter. Nobody is named."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.correspondence.notices import papers, queries
from crm.correspondence.notices.models import NOTICE_KINDS, Notice, NoticeState
from crm.correspondence.notices.views.pages import READ, blueprint
from crm.correspondence.wordings.wording import in_paragraphs
from crm.dates import business_day, utc_now


@blueprint.get("/board")
@requires(READ)
def board() -> ResponseReturnValue:
    """It asks for itself again every minute."""
    hung = [_hung(notice) for notice in queries.on_the_board(business_day())]
    template = "notices/_board.html" if request.headers.get("HX-Target") == "notice-board" else "notices/board.html"
    return render_template(template, hung=hung, now=utc_now())


def _hung(notice: Notice) -> dict[str, Any]:
    words, withdrawn = papers.public_words(notice, notice.estate), notice.state is NoticeState.withdrawn
    return {
        "notice": notice,
        "kind": NOTICE_KINDS.title_of(notice.kind),
        "subject": words.subject,
        "paragraphs": in_paragraphs(words.body),
        "withdrawn": withdrawn,
        "why": queries.withdrawal_of(notice.id) if withdrawn else "",
    }
