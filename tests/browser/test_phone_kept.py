"""What a worker's phone keeps, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

pytestmark = pytest.mark.browser

PUT = """async (user) => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("yihu-field", 1);
    asked.onsuccess = () => done(asked.result);
  });
  const url = `${location.origin}/repairs/1/accept`;
  const entry = { key: `kept-${user}`, user, url, title: "别人的", at: 1, fields: [] };
  await new Promise((done) => {
    const asked = base.transaction("entries", "readwrite").objectStore("entries").put(entry);
    asked.onsuccess = done;
  });
}"""
ENTRIES = """() => new Promise((done) => {
  const asked = indexedDB.open("yihu-field", 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction("entries").objectStore("entries").getAllKeys();
    all.onsuccess = () => done(all.result);
  };
})"""
KEPT = "async () => (await (await caches.open('yihu-phone-1')).keys()).map((each) => new URL(each.url).pathname)"


@pytest.fixture
def page(chromium: Browser, address: str, session_of: Callable[[str], StorageState]) -> Iterator[Page]:
    """The worker's; without a network its console says so."""
    phone: Any = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", "storage_state": session_of("zhangjg")}
    with chromium.new_context(base_url=address, **phone) as context:
        yield context.new_page()


def test_a_phone_that_goes_from_hand_to_hand(page: Page) -> None:
    page.goto("/repairs/my/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.evaluate(PUT, "0")  # somebody else's, who had no network
    job = page.locator("a.phone-job").first.get_attribute("href")
    page.wait_for_function(
        f"({KEPT})().then((paths) => ['/repairs/my/', '{job}'].every((each) => paths.includes(each)))"
    )
    page.goto(str(job))
    expect(page.locator("#strip")).to_be_hidden()
    page.goto("/repairs/my/")
    page.evaluate("async () => (await caches.open('yihu-phone-1')).put('/repairs/my/999999', new Response('over'))")
    page.reload()
    page.wait_for_function(f"({KEPT})().then((paths) => !paths.includes('/repairs/my/999999'))")
    assert not any(path.startswith("/search") for path in page.evaluate(KEPT))
    page.context.set_offline(True)
    page.goto(str(job))
    expect(page.locator(".phone")).to_be_visible()
    page.locator(".photo-form button").click()
    expect(page.locator("#strip")).to_be_visible()
    assert len(page.evaluate(ENTRIES)) == 2
    with page.expect_event("load"):  # sent, and the page drawn anew
        page.context.set_offline(False)
    assert page.evaluate(ENTRIES) == ["kept-0"]
    page.goto("/login")
    page.wait_for_function("caches.has('yihu-phone-1').then((there) => !there)")
