"""A figure of matplotlib as inline SVG: small, the same bytes each time, and obeying the page's own style sheet.

What matplotlib writes is a document of its own. Inside a page its style attributes would need a loose
Content-Security-Policy, its ids would meet those of the next figure, and its colours would not follow the reader's
dark mode. So styles become attributes, ids stay only where they are referred to, and the colours of `INKS` become
variables of the page.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from xml.etree import ElementTree

from ragcare.errors import MissingExtra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INKS = {
    "#1b1f24": "ink",
    "#59636e": "muted",
    "#d1d9e0": "line",
    "#0072b2": "right",
    "#7fb8da": "handed",
    "#e69f00": "needless",
    "#d55e00": "wrong",
    "#fdfdfe": "surface",
}
"""Each colour that a plot is drawn in, and the variable of the page that stands for it; hues of Okabe and Ito."""

_STYLE: dict[str, Any] = {
    "font.size": 11,
    "axes.edgecolor": "#59636e",
    "axes.labelcolor": "#59636e",
    "axes.titlesize": 11,
    "axes.titlecolor": "#1b1f24",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#d1d9e0",
    "grid.linewidth": 0.7,
    "text.color": "#1b1f24",
    "xtick.color": "#d1d9e0",
    "ytick.color": "#d1d9e0",
    "xtick.labelcolor": "#59636e",
    "ytick.labelcolor": "#59636e",
    # A "$" in a name is a dollar, not the beginning of a formula.
    "text.parse_math": False,
    "svg.fonttype": "none",
}

_LOCK = threading.RLock()
"""matplotlib keeps its style in one place for all threads."""

_NUMBER = re.compile(r"\d+\.\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LINK = "{http://www.w3.org/1999/xlink}href"


@contextmanager
def drawing() -> Iterator[None]:
    """Our style, whatever the caller's own is, which he gets back.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtra("a report with plots", "plots") from error
    with _LOCK, matplotlib.rc_context(), warnings.catch_warnings():
        # It lays text out in its own font; the reader's has the glyphs that this one lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(cast(Any, _STYLE))  # its types name each key
        yield


class Plot(NamedTuple):
    """A drawn figure, and what it shows in words for whoever does not see it.

    Attributes:
        name: of letters and hyphens, and used once on a page.
    """

    name: str
    title: str
    description: str
    figure: Figure


def inline_svg(plot: Plot) -> str:
    """The plot as an `<svg>` element that can stand in HTML."""
    root = ElementTree.fromstring(_drawn(plot))
    used = _references(root)
    for element in root.iter():
        _bare(element, used)
    for child in list(root):
        if child.tag == "metadata":
            root.remove(child)
    for parent in list(root.iter()):
        for style in [child for child in parent if child.tag == "style"]:
            parent.remove(style)
    named = {"title": plot.title, "desc": plot.description}
    for place, (tag, text) in enumerate(named.items()):
        element = ElementTree.Element(tag, {"id": f"{plot.name}-{tag}"})
        element.text = text
        root.insert(place, element)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "class": "plot",
        "aria-labelledby": " ".join(f"{plot.name}-{tag}" for tag in named),
    }
    return ElementTree.tostring(root, encoding="unicode")


def _drawn(plot: Plot) -> str:
    import matplotlib

    drawn = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    # The salt makes the ids of clips and markers repeat, and keeps those of two plots apart.
    with drawing():
        matplotlib.rcParams["svg.hashsalt"] = plot.name
        plot.figure.savefig(drawn, format="svg", metadata=nothing, transparent=True)
    return drawn.getvalue()


def _references(root: ElementTree.Element) -> set[str]:
    """The ids that something refers to."""
    values = [value for element in root.iter() for value in element.attrib.values()]
    links = {element.attrib[_LINK][1:] for element in root.iter() if _LINK in element.attrib}
    return links | {match for value in values for match in _REFERENCE.findall(value)}


def _bare(element: ElementTree.Element, used: set[str]) -> None:
    """Takes from an element what only a document of its own needs."""
    element.tag = element.tag.rpartition("}")[2]
    element.tail = None
    if element.tag != "text":
        element.text = None
    known = dict(element.attrib)
    element.attrib.clear()
    for rule in known.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in rule.partition(":"))
        if name and name != "font-family":
            known[name] = value
    if known.get("id") not in used:
        known.pop("id", None)
    if _LINK in known:
        known["href"] = known.pop(_LINK)
    for name, value in known.items():
        element.set(name, _shortened(name, value))


def _shortened(name: str, value: str) -> str:
    if name in ("fill", "stroke") and value in INKS:
        return f"var(--{INKS[value]})"
    if name in ("d", "x", "y", "transform", "points"):
        value = _NUMBER.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), value)
        return " ".join(value.split())
    return value
