from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ragcare.knowledge.readers import ReadArticles, read_articles
from ragcare.knowledge.readers.from_markdown import plain, take_title
from ragcare.schema import Article

WHOLE = """---
id: annuler-commande
title: Annuler une commande
questions:
  - Comment annuler ?
  - "Je veux arrêter : comment faire ?"
language: fr
kind: procedure
audience: [public, "segment:business"]
tags: commande | annulation
url: https://aide.example/annuler
owner: Équipe commandes
review:
  status: validated
  validated_by: Ana
  validated_at: 2026-01-15
  review_by: 2027-01-15
valid_from: 2026-01-01
valid_until:
---

# Annuler une commande

1. Ouvrez **Mes commandes**.
2. Choisissez *Annuler*.
"""


def read(folder: Path, content: str, name: str = "mes-aides.md") -> ReadArticles:
    path = folder / name
    path.write_bytes(content.encode())
    return read_articles(path)


def article(folder: Path, content: str) -> Article:
    reading = read(folder, content)
    assert reading.problems == ()
    return reading.articles[0]


def problem(folder: Path, content: str) -> str:
    reading = read(folder, content)
    assert reading.articles == ()
    assert len(reading.problems) == 1, reading.problems
    return str(reading.problems[0]).removeprefix(f"{folder}/mes-aides.md:")


def test_every_field_may_stand_in_the_front_matter(tmp_path: Path) -> None:
    assert article(tmp_path, WHOLE) == Article(
        id="annuler-commande",
        title="Annuler une commande",
        body="1. Ouvrez **Mes commandes**.\n2. Choisissez *Annuler*.",
        questions=("Comment annuler ?", "Je veux arrêter : comment faire ?"),
        language="fr",
        kind="procedure",
        audience=("public", "segment:business"),
        tags=("commande", "annulation"),
        url="https://aide.example/annuler",
        owner="Équipe commandes",
        status="validated",
        validated_by="Ana",
        validated_at=date(2026, 1, 15),
        review_by=date(2027, 1, 15),
        valid_from=date(2026, 1, 1),
    )


def test_windows_line_ends_and_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    assert article(tmp_path, "\ufeff" + WHOLE.replace("\n", "\r\n")) == article(tmp_path, WHOLE)


def test_scalars_stay_what_was_written(tmp_path: Path) -> None:
    found = article(tmp_path, "---\nid: 007\ntitle: yes\nowner: 1.10\nlanguage: no\ntags: [2024, null]\n---\nText.")
    assert (found.id, found.title, found.owner, found.language, found.tags) == ("007", "yes", "1.10", "no", ("2024",))


@pytest.mark.parametrize(
    ("markdown", "title", "body"),
    [
        ("# A title\n\nText.", "A title", "Text."),
        ("\n\n  # A **bold** [link](http://x) & `code` ##\nText.", "A bold link & code", "Text."),
        ("A title\n===\nText.", "A title", "Text."),
        ("Intro.\n\n# A title\n\nText.", "A title", "Intro.\n\n# A title\n\nText."),
        ("## Only a second level\n\nText.", "", "## Only a second level\n\nText."),
        ("```\n# a comment\n```\n# A title\nText.", "A title", "```\n# a comment\n```\n# A title\nText."),
        ("#hashtag\n\nText.", "", "#hashtag\n\nText."),
        ("# \n\nText.", "", "# \n\nText."),
        ("# ##\n\nText.", "", "# ##\n\nText."),
        ("# " + "long " * 100 + "\nText.", "", "# " + "long " * 100 + "\nText."),
        ("", "", ""),
    ],
)
def test_the_title_is_the_first_level_1_heading(markdown: str, title: str, body: str) -> None:
    assert take_title(markdown) == (title, body)


def test_a_given_title_wins_and_another_heading_stays() -> None:
    assert take_title("# Other\n\nText.", "Given") == ("Given", "# Other\n\nText.")
    assert take_title("# Given\n\nText.", "Given") == ("Given", "Text.")
    assert take_title("Text.", "Given") == ("Given", "Text.")


def test_without_a_heading_the_name_of_the_file_is_the_title(tmp_path: Path) -> None:
    assert article(tmp_path, "Text.").title == "Mes aides"


def test_entities_in_a_title_are_characters() -> None:
    assert plain("R&amp;D &lt;b>") == "R&D <b>"


BOMB = "a: &a [x]\n" + "\n".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [" + ",".join(f"*{chr(97 + n)}" for _ in range(9)) + "]" for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("---\nid: a\ntitle: b: c\n---\nText.", "3: the front matter is not YAML: mapping values are not allowed"),
        (
            "---\nid: a\nvalidated_bye: Ana\n---\nText.",
            "3: the field 'validated_bye' is not known. Mend: did you mean valid",
        ),
        ("---\nreview:\n  status: draft\n  validated: x\n---\nText.", "4: the field 'review.validated' is not known"),
        ("---\nid: a\nvalid_until: 2026-02-30\n---\nText.", "3: valid_until is '2026-02-30', which is not a day"),
        ("---\nid: a\naudience:\n---\nText.", "3: audience is given but names nobody"),
        ("---\nid: a\nid: b\n---\nText.", "3: id is given twice"),
        ("---\nid: a\nText.", "1: the front matter that begins here is never closed"),
        ("---\njust words\n---\nText.", '2: the front matter is not made of "name: value" lines'),
        ("---\n- a\n---\nText.", '2: the front matter is not made of "name: value" lines'),
        ("---\n? [a]\n: b\n---\nText.", "2: the field '?' is not known"),
        (f"---\n{BOMB}\n---\nText.", "3: the front matter uses the alias *a"),
        ("---\nid: " + "[" * 5000 + "]" * 5000 + "\n---\nText.", "2: the front matter is nested too deep"),
        ("---\nid: " + "x" * 70_000 + "\n---\nText.", "2: the front matter is longer than"),
        ('---\nid: "\\UFFFFFFFF"\n---\nText.', "2: the front matter holds a character that YAML does not allow"),
        ("---\nid: a\ntitle: \ufffe\n---\nText.", "2: the front matter holds a character that YAML does not allow"),
        ("---\nid: " + "x" * 300 + "\n---\nText.", "2: id is too long"),
        ("---\nid: a\n---\n", "1: there is no text"),
        ("# Only a title", "1: there is no text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    assert problem(tmp_path, content).startswith(told)


def test_no_tag_of_yaml_makes_an_object(tmp_path: Path) -> None:
    marker = tmp_path / "made"
    content = f"---\nid: a\ntitle: !!python/object/apply:pathlib.Path.touch [{marker}]\n---\nText."
    assert "title" in problem(tmp_path, content)
    assert not marker.exists()
