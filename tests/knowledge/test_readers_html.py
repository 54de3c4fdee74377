from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from ragcare.knowledge.readers import ReadArticles, read_articles
from ragcare.schema import Article

PAGE = """<!DOCTYPE html>
<html lang="fr-FR"><head><meta charset="utf-8"><title>Rembourser | Aide</title>
<link rel="canonical" href="https://aide.example/rembourser"><style>p {}</style></head>
<body><header><a href="/">Accueil</a></header><nav>Menu</nav>
<main><!-- note --><h1>Se faire rembourser</h1><script>alert(1)</script>
<p>Le délai est de <b>14 jours</b>. Voir <a href="/cgv?a=1&amp;b=2">les conditions</a>
ou <a href="mailto:aide@example.fr">écrivez-nous</a>.</p>
<h2>Étapes</h2><ol start="3"><li>Ouvrez le compte<ul><li>web<li>mobile</ul></li><li>Cliquez</li></ol>
<table><tr><th>Pays<th>Délai<tr><td>France<td>5 | 7<br>jours</table>
<h3><button>Et après ?</button></h3><div hidden><p>Rien.</p></div>
<details><summary>Combien ?</summary>Tout.</details>
<dl><dt>RIB</dt><dd>Relevé</dd></dl>
<p>Tapez <code>*100#</code><img src="data:image/png;base64,xxx" alt="Clavier"></p><button>Partager</button></main>
<footer>© Acme</footer></body></html>"""

MARKDOWN = """Le délai est de **14 jours**. Voir [les conditions](https://aide.example/cgv?a=1&b=2)
ou [écrivez-nous](mailto:aide@example.fr).

## Étapes

3. Ouvrez le compte
   - web
   - mobile
4. Cliquez

| Pays | Délai |
| --- | --- |
| France | 5 \\| 7 jours |

### Et après ?

Rien.

**Combien ?**

Tout.

**RIB**

Relevé

Tapez `*100#`Clavier"""


def read(folder: Path, content: str | bytes) -> ReadArticles:
    path = folder / "page.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_articles(path)


def article(folder: Path, content: str | bytes) -> Article:
    reading = read(folder, content)
    assert reading.problems == ()
    return reading.articles[0]


def body(folder: Path, inner: str) -> str:
    return article(folder, f"<html lang=en><body>{inner}</body></html>").body


def test_a_page_becomes_markdown(tmp_path: Path) -> None:
    found = article(tmp_path, PAGE)
    assert found.body == MARKDOWN
    assert (found.title, found.language, found.url) == ("Se faire rembourser", "fr", "https://aide.example/rembourser")
    assert found.id == "page"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title> A &amp;\nB </title><p>x", "A & B"),
        ("<title>T</title><header><h1>Head</h1></header><main>x</main>", "T"),
        ("<header><h1>Head</h1></header><main>x</main>", "Head"),
        ("<p>x", "Page"),
    ],
)
def test_the_title_has_four_sources(tmp_path: Path, html: str, title: str) -> None:
    assert article(tmp_path, html).title == title


def test_an_empty_main_gives_way_to_the_body(tmp_path: Path) -> None:
    assert body(tmp_path, "<main></main><aside>Ads</aside><p>Text.") == "Text."


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java&#10;script:alert(1)">x</a>',
        '<a href="&#1;javascript:alert(1)">x</a>',
        '<a href="JAVASCRIPT&colon;alert(1)">x</a>',
        '<a href="javascript&amp;#58;alert(1)">x</a>',
        '<a href="vbscript:x">x</a><a href="data:text/html,x">x</a>',
        '<a href="https://ok/)[y](javascript:alert(1))">x</a>',
        '<a href="https://ok/" title="&quot;) [y](javascript:alert(1))">x</a>',
        '<a href="https://ok/">x](javascript:alert(1))</a>',
        "<p>[x](javascript:alert(1))",
        "<p>[x]<i></i>(javascript:alert(1))",
        "<p>[x]\n\n[x]: javascript:alert(1)",
        "<p>[x]&#2;javascript:alert(1))",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;",
        "<p>&lt;<i></i>script&gt;alert(1)",
        "<p>\\&lt;script&gt;alert(1)",
        "<p>` <code>`&lt;script&gt;</code>",
        "<pre>```\n&lt;script&gt;\n</pre>",
        '<img alt="&lt;script&gt;" src="javascript:alert(1)"><img alt="[x](javascript:alert(1))">',
        "<svg><script>alert(1)</script></svg><iframe src=javascript:alert(1)></iframe>",
        "<video src=javascript:alert(1)>x</video><object data=javascript:alert(1)>x</object>",
        "<math><a xlink:href=javascript:alert(1)>x</a></math><form action=javascript:alert(1)>x</form>",
        "<?php <script> ?><![CDATA[<script>]]><!--<script>-->",
    ],
)
def test_nothing_that_can_be_executed_survives(tmp_path: Path, html: str) -> None:
    markdown = body(tmp_path, f"<p>Text.</p>{html}")
    rendered = _rendered(markdown).lower()
    assert "<script" not in rendered
    assert not re.search(r'(href|src)="(javascript|vbscript|data):', unescape(rendered))


def _rendered(markdown: str) -> str:
    """As the most credulous page would show it: raw HTML and every target allowed."""
    markdown_it = pytest.importorskip("markdown_it")
    parser = markdown_it.MarkdownIt("commonmark", {"html": True})
    parser.validateLink = lambda _url: True
    return str(parser.render(markdown))


def test_only_the_links_that_lead_somewhere_stay(tmp_path: Path) -> None:
    html = '<p><a href="#top">up</a> <a href="/a b(c)">rel</a> <a href="http://[">bad</a> <a>no</a> '
    html += '<a href="tel:+33">t</a>'
    assert body(tmp_path, html) == "up [rel](/ab%28c%29) bad no [t](tel:+33)"


def test_marks_of_where_a_word_may_be_parted_do_not_part_it(tmp_path: Path) -> None:
    page = article(tmp_path, "<title>Rési&shy;lier</title><p>Pour rési&shy;lier l&rsquo;abon&#8203;ne<wbr>ment.</p>")
    assert (page.title, page.body.strip()) == ("Résilier", "Pour résilier l’abonnement.")


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "latin1"])
def test_the_declared_charset_is_read_as_browsers_do(tmp_path: Path, charset: str) -> None:
    page = f'<html lang=fr><meta charset="{charset}"><p>« 5 € déjà » l’été'
    assert article(tmp_path, page.encode("cp1252")).body == "« 5 € déjà » l’été"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<p>déjà".encode("cp1252"), "page.html:1: is not UTF-8: the byte 0xe9"),
        ("<meta charset=utf-8>\n<p>déjà".encode("cp1252"), "page.html:2: is not UTF-8"),
        (b"<meta charset=cp1252>\n<p>\x81", "page.html:2: is not in cp1252, as it declares"),
        (b"<meta charset=unicode_escape><p>\\q", "declares the charset 'unicode_escape', which is not read"),
        (b"<meta charset=nonsense><p>x", "declares the charset 'nonsense'"),
        (b"<meta charset=hex><p>x", "declares the charset 'hex'"),
        (b"<script>x</script>", "there is no text"),
        (b"<i>" * 5_000 + b"x", "is nested too deep"),
        (b"<br>" * 300_001, "holds more than 300000 tags"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, page: bytes, told: str) -> None:
    reading = read(tmp_path, page)
    assert reading.articles == ()
    (problem,) = reading.problems
    assert told in str(problem)


def test_long_lists_and_long_blanks_take_no_time(tmp_path: Path) -> None:
    html = "<ol>" + "<li>x</li>" * 5_000 + "</ol><p>a" + " " * 2_000_000 + "b"
    assert body(tmp_path, html).endswith("5000. x\n\na b")
