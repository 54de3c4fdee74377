"""The chat in somebody else's site: one script, one button, one name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from tests.server.browser.conftest import running
from tests.server.browser.shop import ASKED, DESKTOP, PHONE

pytest.importorskip("playwright.sync_api", reason="needs the dev extra: playwright")
from playwright.sync_api import expect

OpenPage = Callable[..., Any]
_STRICT = "default-src 'none'; script-src {chat}; frame-src {chat}; style-src 'none'"
_SITE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Boutique</title>
<script src="{chat}/widget.js" data-colour="#ffe45c" data-position="left" data-title="Une question ?"></script>
<script src="{chat}/widget.js"></script>
<main><h1>Boutique</h1><a href="#">Un lien</a></main></html>"""


@pytest.fixture(scope="module")
def shop(served: str, other_site: int) -> Iterator[str]:
    """Another site, with a strict policy of its own, that embeds the chat."""
    body = _SITE.format(chat=served).encode()
    headers = [(b"content-type", b"text/html"), (b"content-security-policy", _STRICT.format(chat=served).encode())]

    async def site(scope: dict[str, Any], receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        status = 200 if scope["path"] == "/" else 404
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body if status == 200 else b""})

    with running(site, other_site) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_chat_answers_in_another_site(open_page: OpenPage, shop: str, size: tuple[int, int]) -> None:
    page = open_page(shop, size)
    launcher = page.get_by_role("button", name="Une question ?")
    expect(launcher).to_have_count(1)
    expect(launcher).to_have_attribute("aria-expanded", "false")
    assert page.locator("iframe").get_attribute("src") is None, "nothing is loaded before it is wanted"
    launcher.focus()
    page.keyboard.press("Enter")
    chat = page.frame_locator("iframe")
    expect(chat.locator("#question")).to_be_focused()
    page.keyboard.type(ASKED["fr"])
    page.keyboard.press("Enter")
    expect(chat.locator(".answer")).to_contain_text("24 mois")
    chat.locator(".sources button").click()
    expect(chat.locator("#source mark").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat.locator("#source")).to_be_hidden()
    expect(page.locator("iframe")).to_be_visible()
    if size == PHONE:
        assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": size[0], "height": size[1]}
        chat.get_by_role("button", name="Fermer", exact=True).click()
    else:
        chat.locator("#question").focus()
        page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(launcher).to_be_focused()


def test_it_leaves_one_name_behind_and_no_style(open_page: OpenPage, shop: str) -> None:
    page = open_page(shop)
    expect(page.get_by_role("button", name="Une question ?")).to_be_visible()
    names = page.evaluate("""() => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
      frame.remove();
      return Object.getOwnPropertyNames(window).filter((one) => !usual.has(one) && isNaN(one));
    }""")
    assert [one for one in names if not one.startswith("__playwright")] == ["ragcare"]
    assert page.evaluate("document.styleSheets.length + document.querySelectorAll('style').length") == 0


def test_it_takes_colour_and_side_and_can_be_opened_by_the_site(open_page: OpenPage, shop: str) -> None:
    page = open_page(shop)
    launcher = page.get_by_role("button", name="Une question ?")
    style = launcher.evaluate("(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).left]")
    assert style == ["rgb(255, 228, 92)", "20px"]
    page.evaluate("ragcare.open()")
    accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
    expect(page.frame_locator("iframe").locator("#question")).to_be_focused()
    assert page.frames[1].evaluate(accent) == "#ffe45c"
    page.evaluate("ragcare.close()")
    expect(page.locator("iframe")).to_be_hidden()


def test_messages_of_others_close_nothing(open_page: OpenPage, shop: str) -> None:
    page = open_page(shop)
    page.get_by_role("button", name="Une question ?").click()
    page.evaluate("() => { postMessage('ragcare:close', '*'); return new Promise((done) => setTimeout(done)); }")
    expect(page.locator("iframe")).to_be_visible()


def test_a_site_that_is_not_named_may_not_embed_it(open_page: OpenPage, served: str, complaints: list[str]) -> None:
    page = open_page("/?lang=fr")
    policy = page.request.get(served).headers["content-security-policy"]
    assert "frame-ancestors 'self' http://127.0.0.1:" in policy
    assert "*" not in policy
    assert not complaints
