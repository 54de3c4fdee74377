"""The form of an article on disk: Markdown with YAML front matter, the same letter for letter when read back.

Each value of the front matter is written as JSON on one line. That is YAML too, for people and for other tools,
and leaves nothing to guess: no quoting rules, no "no" that becomes false, no line breaks that get folded. The
body follows untouched, whatever is in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata

from ragcare.schema import Article

_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_DEVICE_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")
_OPENING, _CLOSING = "---\n", "\n---\n"


def to_bytes(article: Article) -> bytes:
    """The whole file of one version of an article."""
    fields = article.model_dump(mode="json", exclude={"body"}, exclude_none=True)
    front = "\n".join(f"{name}: {_json(value)}" for name, value in fields.items())
    return (_OPENING + front + _CLOSING + article.body).encode()


def from_bytes(data: bytes) -> Article:
    """The article in a file that `to_bytes` wrote.

    Raises:
        ValueError: if it is not such a file.
    """
    front, closing, body = data.decode().removeprefix(_OPENING).partition(_CLOSING)
    if not closing:
        raise ValueError("the front matter has no end")
    pairs = (line.partition(": ") for line in front.split("\n"))
    return Article(**{name: json.loads(value) for name, _, value in pairs}, body=body)


def folder_name(article_id: str) -> str:
    """A name for the folder of an article that Linux, macOS and Windows all take, and that no two ids share.

    A plain id, such as "refund-delay", is its own name. Any other keeps what is legible of it, and is told apart
    by a hash: "FAQ/12" and "faq/12" become "faq-12~…" twice, but differ behind the tilde.
    """
    if _PLAIN_NAME.fullmatch(article_id) and not _DEVICE_NAME.fullmatch(article_id):
        return article_id
    ascii_only = unicodedata.normalize("NFKD", article_id).encode("ascii", "ignore").decode().lower()
    legible = re.sub("[^a-z0-9]+", "-", ascii_only)[:40].strip("-")
    return f"{legible or 'article'}~{hashlib.sha256(article_id.encode()).hexdigest()[:24]}"


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
