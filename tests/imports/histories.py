"""The pages of a history as a person goes through them, whichever history it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from crm.imports.histories.models import HistoryImport


@dataclass(frozen=True, kw_only=True)
class Pages:
    """`words`: the import's column with the words of the file, `word`: of the selects on the page; `also`: what else
    the form says; `file`: how the workbook is called."""

    address: str
    kind: type[Any]
    words: str
    word: str
    file: str
    also: Callable[[Any], dict[str, Any]] = lambda _run: {}

    def sent(self, client, estate, content, name="") -> str:
        data = {"estate_id": estate.id, "file": (BytesIO(content), name or self.file)}
        answer = client.post(f"{self.address}/new", data=data)
        assert answer.status_code == 302, answer.text
        return str(answer.location)

    def run_of(self, db, page) -> Any:
        db.expire_all()
        return db.get_one(self.kind, int(page.rsplit("/", 1)[1]))

    def form_of(self, run: HistoryImport, **given) -> dict[str, Any]:
        """The page as it stands, sent back."""
        data: dict[str, Any] = {"version": run.version, "sheets": len(run.mapping), **self.also(run)}
        for number, (name, entry) in enumerate(run.mapping.items()):
            data |= {f"{number}-name": name, f"{number}-row": entry["heading_row"]}
            data |= {f"{number}-column-{letter}": field for letter, field in entry["columns"].items()}
        said = getattr(run, self.words) | given.pop(self.words, {})
        return data | {f"{self.word}-name": list(said), self.word: list(said.values())} | given

    def checked(self, client, db, estate, content, name="", **given) -> tuple[str, Any]:
        page = self.sent(client, estate, content, name)
        answer = client.post(f"{page}/check", data=self.form_of(self.run_of(db, page), **given))
        assert answer.status_code == 302, answer.text
        return page, self.run_of(db, page).result

    def stored(self, client, db, page) -> Any:
        return client.post(f"{page}/run", data={"version": self.run_of(db, page).version})
