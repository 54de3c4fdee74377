"""Keyboard, screen reader, contrast, sizes: WCAG 2.2 AA, as far as a machine can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.server.browser.shop import ASKED, DESKTOP, PHONE, REFUSED, ask

pytest.importorskip("playwright.sync_api", reason="needs the dev extra: playwright")
pytest.importorskip("axe_playwright_python", reason="needs the dev extra: axe-playwright-python")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

OpenPage = Callable[..., Any]

_NARROW_OR_TINY = """() => {
  const told = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) told.push(`the page scrolls sideways: ${page.scrollWidth}`);
  for (const one of document.querySelectorAll("button, a, input, textarea")) {
    const box = one.getBoundingClientRect();
    const seen = one.checkVisibility() && !one.closest(".skip, .prose p, .page p");
    if (seen && (box.width < 24 || box.height < 24)) told.push(`${one.textContent} is ${box.width} by ${box.height}`);
  }
  return told;
}"""


def _sound(page: Any, where: str) -> None:
    """No violation that axe knows, nothing to be scrolled sideways, nothing too small to be hit (WCAG 2.2, 2.5.8)."""
    found = Axe().run(page).response["violations"]
    told = [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found]
    assert not told, (where, told)
    assert page.evaluate(_NARROW_OR_TINY) == [], where


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [("fr", PHONE, "light"), ("en", DESKTOP, "dark")],
    ids=["phone", "desktop"],
)
def test_no_violation_in_any_state(open_page: OpenPage, language: str, size: tuple[int, int], scheme: str) -> None:
    page = open_page(f"/?lang={language}", size, color_scheme=scheme)
    _sound(page, "welcome")
    page.locator("#question").press_sequentially("robot")
    expect(page.locator("#found button").first).to_be_visible()
    _sound(page, "suggestions")
    reply = ask(page, ASKED[language])
    _sound(page, "answer")
    reply.locator(".sources button").click()
    expect(page.locator("#source mark").first).to_be_visible()
    _sound(page, "source")
    page.keyboard.press("Escape")
    reply.locator(".opinion button").last.click()
    expect(reply.locator("form")).to_be_visible()
    _sound(page, "opinion")
    ask(page, REFUSED[language])
    _sound(page, "refusal")
    page.locator("#person").click()
    _sound(page, "bridge")
    page.locator("#bridge form .strong").click()
    expect(page.locator("#bridge form")).to_have_count(0)
    _sound(page, "passed on")
    page.keyboard.press("Escape")
    expect(page.locator("#turns > li:last-child .note")).to_be_visible()
    _sound(page, "note")


@pytest.mark.parametrize("accent", ["ffe45c", "7a1fa2"])
def test_any_accent_can_be_read_upon(open_page: OpenPage, accent: str) -> None:
    page = open_page(f"/?lang=fr&accent=%23{accent}")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')") == f"#{accent}"
    _sound(page, accent)


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", DESKTOP)
    press = page.keyboard.press

    def focused() -> Any:
        return page.locator(":focus")

    press("Tab")
    expect(focused()).to_have_text("Aller à la question")
    press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("annuler")
    expect(page.locator("#found button").first).to_be_visible()
    press("ArrowDown")
    expect(page.locator("#found button").first).to_be_focused()
    press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    press("Escape")
    expect(page.locator("#found button").first).to_be_focused()
    press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    expect(page.locator("#question")).to_be_focused()

    press("Control+A")
    page.keyboard.type(ASKED["fr"])
    press("Enter")
    expect(page.locator(".sources button")).to_be_visible()
    expect(page.locator("#question")).to_be_focused()
    press("Shift+Tab")
    expect(focused()).to_have_text("Pas utile")
    press("Shift+Tab")
    press("Shift+Tab")
    expect(page.locator(".sources button")).to_be_focused()
    press("Enter")
    expect(page.locator("#source mark").first).to_be_visible()
    expect(page.locator("#source-title")).to_be_focused()
    press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator(".sources button")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(page.get_by_role("button", name="Utile", exact=True)).to_have_attribute("aria-pressed", "true")

    while not page.locator("#person").evaluate("(one) => one === document.activeElement"):
        press("Shift+Tab")
    press("Enter")
    expect(page.locator("#bridge-title")).to_be_focused()
    press("Tab")
    expect(focused()).to_have_accessible_name("Fermer")
    press("Tab")
    page.keyboard.type("Merci.")
    for _ in range(4):
        press("Tab")
    expect(focused()).to_have_text("Transmettre à un conseiller")
    press("Enter")
    expect(page.locator("#bridge-title")).to_have_text("Votre demande est transmise")
    expect(page.locator("#bridge-title")).to_be_focused()
    press("Escape")
    expect(page.locator("#person")).to_be_focused()


def test_what_is_focused_can_be_seen(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    ask(page, ASKED["fr"])
    page.locator("#person").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate("""() => {
          const one = document.activeElement, box = one.getBoundingClientRect();
          if (one === document.body) return true;
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          const ring = getComputedStyle(one.matches("#question") ? one.parentElement : one);
          return one.contains(top) && parseFloat(ring.outlineWidth) >= 2 && ring.outlineStyle !== "none";
        }""")
        assert seen, page.evaluate("document.activeElement.outerHTML")


def test_an_answer_is_read_aloud_once(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    page.evaluate("""() => {
      window.heard = [];
      const status = document.getElementById("status");
      const hear = () => status.textContent && window.heard.push(status.textContent);
      new MutationObserver(hear).observe(status, {childList: true});
    }""")
    ask(page, ASKED["fr"])
    expect(page.locator("#status")).to_contain_text("24 mois")
    heard = page.evaluate("window.heard")
    assert len([one for one in heard if "24 mois" in one]) == 1
    assert "La garantie des robots de cuisine" in heard[-1], "the source is told too"
    assert page.locator("#turns").evaluate("(one) => one.closest('[aria-live]') === null && !one.role")


def test_an_open_dialog_keeps_the_focus_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    ask(page, ASKED["fr"]).locator(".sources button").click()
    expect(page.locator("#source mark").first).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#source')")


def test_the_panel_changes_its_place_with_the_width(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", DESKTOP)
    ask(page, ASKED["fr"]).locator(".sources button").click()
    expect(page.locator("#source mark").first).to_be_visible()
    expect(page.locator("#source:modal")).to_have_count(0)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(page.locator("#source:modal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sources button")).to_be_focused()


def with_an_article_beside(open_page: OpenPage) -> Any:
    page = open_page("/?lang=fr", DESKTOP)
    page.locator("#question").press_sequentially("annuler")
    page.locator("#found button").first.click()
    expect(page.locator("#source-title")).to_be_focused()
    return page


def test_a_closed_panel_takes_no_focus_back_from_where_the_reader_has_gone(open_page: OpenPage) -> None:
    page = with_an_article_beside(open_page)
    # In one task, as a quick hand can be quicker than the event that tells of a closed dialog.
    page.locator("#source").evaluate("""(dialog) => {
        window.told = new Promise((then) => dialog.addEventListener("close", then, { once: true }));
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
        document.querySelector("#person").focus();
        return window.told.then(() => true);
    }""")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator("#person")).to_be_focused()


def test_who_writes_beside_an_open_article_goes_on_writing_when_it_is_closed(open_page: OpenPage) -> None:
    page = with_an_article_beside(open_page)
    page.locator("#question").fill("et après")
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator("#question")).to_be_focused()


def test_escape_closes_one_panel_at_a_time(open_page: OpenPage) -> None:
    page = with_an_article_beside(open_page)
    page.locator("#person").click()
    expect(page.locator("#bridge-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#bridge")).to_be_hidden()
    expect(page.locator("#source")).to_be_visible()
