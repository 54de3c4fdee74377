"""The page in a real browser: its policy holds, its style applies, nothing runs, and it fits a phone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.evaluation.reports import hostile_report, hostile_rows, small_report, some_rows

from ragcare.evaluation.report import page

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (Debian: apt-get install chromium)")

# A page around the page, for ours lets no script run in itself.
_AROUND = """<!doctype html><meta charset="utf-8"><body><iframe src="page.html" width="WIDTH" height="800"></iframe>
<pre></pre><script>
onload = () => {
  const page = frames[0].document, card = page.querySelector(".card");
  for (const one of page.querySelectorAll("details")) one.open = true;
  document.querySelector("pre").textContent = JSON.stringify({
    title: page.title,
    wide: page.documentElement.scrollWidth,
    shown: page.documentElement.clientWidth,
    scripts: page.querySelectorAll("script, img, iframe, object, [onerror], [onmouseover]").length,
    radius: frames[0].getComputedStyle(card).borderTopLeftRadius,
    plots: [...page.querySelectorAll("svg.plot")].map((plot) => plot.getBoundingClientRect().height > 60),
    ink: frames[0].getComputedStyle(page.querySelector("svg.plot text")).fill,
    traces: page.querySelectorAll("details .trace").length,
  });
};
</script>"""


@cache
def usual() -> str:
    return page(small_report(), some_rows())


def seen(source: str, folder: Path, width: int) -> dict[str, Any]:
    """What the browser makes of a page; it must have nothing to complain of."""
    (folder / "page.html").write_text(source, encoding="utf-8")
    (folder / "around.html").write_text(_AROUND.replace("WIDTH", str(width)), encoding="utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
    ]
    flags += ["--no-first-run", "--hide-scrollbars", "--allow-file-access-from-files", "--enable-logging=stderr"]
    flags += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=3000", "--dump-dom"]
    command = [CHROMIUM, *flags, (folder / "around.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    assert "CONSOLE" not in done.stderr, done.stderr
    told = re.search(r"<pre>(.+?)</pre>", done.stdout, re.DOTALL)
    assert told, done.stdout[-2000:]
    found: dict[str, Any] = json.loads(unescape(told[1]))
    return found


def test_a_phone_shows_it_without_scrolling_sideways(tmp_path: Path) -> None:
    found = seen(usual(), tmp_path, 390)
    assert found["wide"] <= found["shown"] <= 390
    assert found["radius"] == "10px", "the style sheet applies"
    assert found["plots"] == [True] * 7
    assert found["ink"].startswith("rgb"), "the colours of the plots are those of the page"
    assert found["traces"] == 6


def test_hostile_text_does_nothing_in_a_browser(tmp_path: Path) -> None:
    found = seen(page(hostile_report(), hostile_rows()), tmp_path, 390)
    assert found["scripts"] == 0
    assert found["title"].startswith("<script>document.title=")
    assert found["wide"] <= found["shown"]


def test_the_browser_would_complain_if_the_policy_were_broken(tmp_path: Path) -> None:
    broken = usual().replace("<main>", '<main style="color: red">')
    with pytest.raises(AssertionError, match="Content Security Policy"):
        seen(broken, tmp_path, 390)
