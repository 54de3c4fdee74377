"""Nothing that an article, a question or a broken server holds ever runs or changes the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.server.browser.shop import HOSTILE_BODY, HOSTILE_TITLE, PHONE, ask, done, stream

pytest.importorskip("playwright.sync_api", reason="needs the dev extra: playwright")
from playwright.sync_api import expect

OpenPage = Callable[..., Any]
_MARKUP = '<img src=x onerror="window.ran=9"><script>window.ran=10</script>'
_NEVER = "img, script, iframe, style, [onerror], [onload], [onclick], [href^='javascript']"
_FOREIGN = f"#turns :is({_NEVER}), #source :is({_NEVER}, form)"


def _nothing_ran(page: Any) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.ran") is None
    assert page.locator(_FOREIGN).count() == 0
    expect(page.locator("#person")).to_be_visible()


def test_a_question_with_html_is_shown_as_it_was_written(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr", PHONE)
    ask(page, f"Comment annuler ma commande ? {_MARKUP}")
    expect(page.locator(".mine")).to_contain_text(_MARKUP)
    _nothing_ran(page)
    page.reload()
    expect(page.locator(".mine")).to_contain_text(_MARKUP)
    _nothing_ran(page)


def test_an_article_with_a_script_is_only_read(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    reply = ask(page, "Comment vider le cache du robot ?")
    expect(reply).to_contain_text("bouton bleu dix secondes")
    expect(reply.locator(".sources")).to_contain_text('<img src=x onerror="window.ran=1">')
    _nothing_ran(page)
    reply.locator(".sources button").click()
    expect(page.locator("#source-title")).to_contain_text('<img src=x onerror="window.ran=1">')
    expect(page.locator("#source-page")).to_contain_text("bouton bleu dix secondes")
    _nothing_ran(page)


def test_suggestions_are_only_text(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    page.locator("#question").press_sequentially("vider le cache")
    page.locator("#found button").first.click()
    expect(page.locator("#source-title")).to_have_text(HOSTILE_TITLE)
    _nothing_ran(page)


def test_html_that_the_server_failed_to_clean_is_cleaned_here(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/?lang=fr")
    html = (
        f"<h1>Un</h1><p style='color:red'>Du <mark>texte</mark></p>{HOSTILE_BODY}"
        "<svg><style><img src=x onerror=window.ran=11></style></svg><math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=window.ran=12&gt;'></table></math>"
        "<a href=' java\tscript:window.ran=13'>lien</a>"
    )
    days = {"validated_at": "2026-01-01", "valid_until": None}
    address = "javascript:window.ran=14"
    article = {"title": HOSTILE_TITLE, "html": html, "language": "fr", "url": address, "validated_by": _MARKUP, **days}
    page.route("**/v1/articles/*", lambda route: route.fulfill(json=article))
    page.locator("#question").press_sequentially("annuler")
    page.locator("#found button").first.click()
    expect(page.locator("#source-page mark")).to_have_text("texte")
    expect(page.locator("#source-page h3")).to_have_text("Un")
    expect(page.locator("#source-page [style]")).to_have_count(0)
    expect(page.locator("#source-proof")).to_contain_text(_MARKUP)
    for link in page.locator("#source a").all():
        link.click(no_wait_after=True)
    _nothing_ran(page)
    assert all("Content Security Policy" in one for one in complaints), "the third lock notes what the second one saw"
    complaints.clear()


def test_events_that_hold_html_are_only_text(open_page: OpenPage) -> None:
    page = open_page("/?lang=fr")
    cited = {"article_id": _MARKUP, "title": _MARKUP, "start": 0, "end": 1, "validated_by": _MARKUP}
    ways = [{"kind": _MARKUP, "url": "javascript:window.ran=17"}, {"kind": _MARKUP, "url": "https://a.example"}]
    stream(
        page,
        ("sentence", {"sentence": {"text": f"| {_MARKUP} | b |", "starts": "line"}}),
        ("sentence", {"sentence": {"text": f"[x](javascript:window.ran=15) **{_MARKUP}**", "starts": "line"}}),
        ("citation", {"citation": {**cited, "language": '" onclick="window.ran=16'}}),
        ("message", {"text": _MARKUP}),
        done(
            id=_MARKUP,
            answer={"language": _MARKUP},
            handoff={"when": "now", "id": _MARKUP},
            contact={"said": _MARKUP, "ways": ways},
        ),
    )
    reply = ask(page, "Bonjour")
    expect(reply.locator(".message")).to_have_text(_MARKUP)
    expect(reply.locator(".way")).to_have_count(1)
    _nothing_ran(page)


def test_the_policy_would_stop_what_got_through(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/?lang=fr")
    page.evaluate("""() => {
      const inside = document.createElement("div");
      document.body.append(inside);
      inside.innerHTML = '<img src="data:," onerror="window.ran=18"><p style="color: red">a</p>';
      const script = document.createElement("script");
      script.textContent = "window.ran = 19";
      document.body.append(script);
    }""")
    expect(page.locator("img")).to_have_js_property("complete", True)
    assert page.evaluate("window.ran") is None
    assert len([one for one in complaints if "Content Security Policy" in one]) >= 3
    complaints.clear()
