"""Every page looked at: `python -m tests.browser.walk`, at will; half an hour and more.

Whoever has a role of their own follows the links from the start page, two to each kind of page. A link that is answered
with anything but a page or a file is a dead end. Then each kind of page is looked at once, in both languages, on a wide
and on a narrow screen, in light and in dark: what axe finds, what a narrow screen cannot show, what the console says.

    --only /repairs     what begins so        --links     no looking, the links alone
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import click
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from crm.app import create_app
from crm.auth.permissions import RoleName
from crm.demo.cast import CAST, DEMO_PASSWORD
from crm.settings import read_settings
from tests.browser.looking import PHONE, faults
from tests.browser.served import CHROMIUM, QUIET, listen
from tests.browser.standing import standing

OF_A_KIND = 2  # links followed to one kind of page by who is the first there, and to files by all together; else 1
ALIKE = {RoleName.deputy_general_manager, RoleName.chairman}  # as others see it
FILES = (".pdf", ".xlsx", ".zip", ".csv")
WALKERS = {role: member.username for member in reversed(CAST) for role in member.roles if role not in ALIKE}
LANGUAGES = ("zh_CN", "en")


@dataclass(slots=True)
class Found:
    """By address, what is wrong there; by kind of page, whose it is and where."""

    dead: dict[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)  # of every kind, files as well
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links_of(html: str) -> list[str]:
    parser = Links()
    parser.feed(html)
    return [link for link in parser.found if link.startswith(("/", "?"))]


def kind_of(rules: Map, path: str) -> str:
    """The endpoint; what no rule has is a kind of its own."""
    try:
        endpoint, _arguments = rules.bind("localhost").match(path)
    except HTTPException:
        return path
    return str(endpoint)


def follow(context: BrowserContext, who: str, rules: Map, found: Found) -> None:
    """Breadth first, so that a kind is met where its reader meets it."""
    asked, seen, waiting = Counter[str](), {"/"}, deque([("/", "/")])
    while waiting:
        path, source = waiting.popleft()
        answer = context.request.get(path)
        if not answer.ok:
            found.dead[f"{who}: {path}"] = f"{answer.status} from {source}"
            click.echo(f"{who}: dead end {path}: {answer.status} from {source}")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        here = urlsplit(answer.url)
        found.pages.setdefault(kind_of(rules, here.path), (who, path))
        for link in links_of(answer.text()):
            target = urlsplit(urljoin(answer.url, link))
            address = target.path + (f"?{target.query}" if target.query else "")
            kind = kind_of(rules, target.path)
            counted = found.asked if target.path.endswith(FILES) else asked
            most = OF_A_KIND if counted is found.asked or not found.asked[kind] else 1
            if address not in seen and counted[kind] < most:
                seen.add(address)
                counted[kind] += 1
                waiting.append((address, path))
    found.asked.update(asked)


def sign_in(browser: Browser, address: str, who: str) -> BrowserContext:
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    page.close()
    return context


def look(page: Page, paths: Iterable[str], language: str) -> Iterator[tuple[str, str]]:
    said: list[str] = []
    listen(page, said)
    for path in paths:
        told = faults(page, [path]).get(path, [])
        page.set_viewport_size({"width": PHONE, "height": 844})
        told += [f"on a phone: {each}" for each in faults(page, [path]).get(path, []) if each not in told]
        page.set_viewport_size({"width": 1440, "height": 900})
        yield from ((path, f"{language}: {each}") for each in [*told, *said])
        said.clear()


def speak(page: Page, language: str) -> None:
    page.goto("/")
    page.locator(f"button[name=locale][value={language}]").first.evaluate("each => each.click()")
    page.wait_for_function("language => document.documentElement.lang == language", arg=language.replace("_", "-"))


def walk(address: str, rules: Map, only: str, *, links: bool) -> Found:
    found = Found()
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for who in dict.fromkeys(WALKERS.values()):
            context = sign_in(browser, address, who)
            follow(context, who, rules, found)
            click.echo(f"{who}: {len(found.pages)} kinds of pages, {len(found.dead)} dead ends")
            paths = [path for by, path in found.pages.values() if by == who and path.startswith(only)]
            for language in LANGUAGES if paths and not links else ():
                page = context.new_page()
                speak(page, language)
                for path, said in look(page, paths, language):
                    click.echo(f"{who}: {path}: {said}")
                    found.faults[path].append(said)
                page.close()
            context.close()
        browser.close()
    return found


def unreached(rules: Map, found: Found) -> list[str]:
    """Pages that nobody was led to."""
    readable = {rule.endpoint: rule.rule for rule in rules.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(f"{rule} ({name})" for name, rule in readable.items() if not found.asked[name])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.walk")
    parser.add_argument("--only", default="/")
    parser.add_argument("--links", action="store_true")
    parser.add_argument("--address", help="of a demo company that is served already")
    parser.add_argument("--data", type=Path, help="its data folder")
    given = parser.parse_args()
    if given.address:
        return report(given.address, given.data, given)
    with standing() as (address, folder):
        return report(address, folder, given)


def report(address: str, folder: Path, given: argparse.Namespace) -> int:
    rules = create_app(read_settings({"CRM_DATA_DIR": str(folder)})).url_map
    found = walk(address, rules, given.only, links=given.links)
    for title, lines in (
        ("dead ends", [f"{path}: {said}" for path, said in sorted(found.dead.items())]),
        ("faults", [f"{path}: {said}" for path, all_said in sorted(found.faults.items()) for said in all_said]),
        ("pages that nobody was led to, and files", unreached(rules, found)),
    ):
        click.echo("\n  ".join([f"\n{title}: {len(lines)}", *lines]))
    return 1 if found.dead or found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
