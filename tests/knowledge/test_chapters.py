"""Books: a long article counts by its chapters, an ordinary one as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.knowledge.chapters import chapter_of, chapters
from ragcare.knowledge.passages import split
from ragcare.schema import Passage
from ragcare.testing import validated

MANY = 100
SENTENCE = "Rincez le filtre à l'eau claire, puis laissez-le sécher. "


def passages(body: str) -> tuple[Passage, ...]:
    return split(validated("manual", body, language="fr"))


def section(mark: str, name: str, sentences: int) -> str:
    return f"{mark} {name}\n\n{SENTENCE * sentences}\n\n"


def first_headings(parts: list[list[Passage]]) -> list[tuple[str, ...]]:
    return [part[0].headings for part in parts]


def test_an_ordinary_article_is_one_whole() -> None:
    article = passages("".join(section("##", f"Partie {n}", 20) for n in range(6)))
    assert len(article) > 6
    assert [list(part) for part in chapters(article, MANY)] == [list(article)]
    assert all(chapter_of(one, article, MANY).passages == article for one in article)


@pytest.mark.parametrize(("among", "parts"), [(1, 6), (12, 6), (40, 1), (1000, 1)])
def test_among_few_articles_a_shorter_one_is_a_book(among: int, parts: int) -> None:
    article = passages("".join(section("##", f"Partie {n}", 20) for n in range(6)))
    assert 6000 < article[-1].end < 8000
    assert len(chapters(article, among)) == parts
    assert (len(chapter_of(article[0], article, among).passages) == len(article)) is (parts == 1)


def test_a_book_has_the_chapters_of_its_outermost_headings() -> None:
    article = passages("".join(section("##", f"Partie {n}", 60) for n in range(6)))
    assert first_headings([list(part) for part in chapters(article, MANY)]) == [(f"Partie {n}",) for n in range(6)]
    chapter = chapter_of(article[-1], article, MANY)
    assert {one.headings for one in chapter.passages} == {("Partie 5",)}
    assert [one for one in article if chapter.holds(one)] == list(chapter.passages)


def test_a_chapter_as_long_as_a_book_is_divided_again() -> None:
    long = "# Entretien\n\n" + "".join(section("##", f"Étape {n}", 80) for n in range(4))
    article = passages(long + section("# ", "Garantie", 10))
    assert first_headings([list(part) for part in chapters(article, MANY)]) == [
        *(("Entretien", f"Étape {n}") for n in range(4)),
        ("Garantie",),
    ]


def test_of_a_long_text_without_headings_a_passage_counts_alone_and_is_read_with_those_beside_it() -> None:
    article = passages("\n\n".join([SENTENCE * 10] * 40))
    assert [list(part) for part in chapters(article, MANY)] == [[one] for one in article]
    assert tuple(chapter_of(article[7], article, MANY).passages) == article[6:9]
    assert tuple(chapter_of(article[0], article, MANY).passages) == article[:2]


def test_beside_a_passage_stand_only_those_under_its_heading() -> None:
    article = passages(section("##", "Filtre", 300) + section("##", "Tuyau", 2) + section("##", "Filtre", 300))
    at = next(at for at, one in enumerate(article) if one.headings == ("Tuyau",))
    before, after = chapter_of(article[at - 1], article, MANY), chapter_of(article[at + 1], article, MANY)
    assert tuple(before.passages) == article[at - 2 : at]
    assert tuple(after.passages) == article[at + 1 : at + 3]
    assert (before.begins, after.begins) == (False, True)
    assert chapter_of(article[0], article, MANY).begins
    assert not chapter_of(article[2], article, MANY).begins


STEPS = "\n".join(f"{n}. Ouvrez le tiroir numéro {n} et posez le jeton rouge dedans." for n in range(1, 60))
ROWS = "| Code | Sens |\n|---|---|\n" + "\n".join(f"| E{n} | Le tiroir numéro {n} est ouvert |" for n in range(60))
BULLETS = "\n".join(f"- {'Le tiroir se ferme tout seul au bout de peu de temps. ' * 16}" for _ in range(4))


@pytest.mark.parametrize("block", [STEPS, ROWS, BULLETS])
def test_no_list_or_table_of_a_long_text_is_divided(block: str) -> None:
    prose = "\n\n".join([SENTENCE * 10] * 20)
    article = passages(f"{prose}\n\nIl y a des tiroirs.\n\n{block}\n\n{prose}")
    there = [one for one in article if "tiroir" in one.text]
    assert len(there) > 2
    part = next(part for part in chapters(article, MANY) if there[0] in part)
    assert set(there) <= set(part)
    assert all(set(there) <= set(chapter_of(one, article, MANY).passages) for one in there)


STEPS_WITH_TEXT = "\n\n".join(
    f"{n}. Ouvrez le tiroir {n}.\n\n   {SENTENCE * 12}\n\n   {SENTENCE * 12}" for n in range(1, 7)
)


def test_steps_with_paragraphs_between_them_stay_together() -> None:
    prose = "\n\n".join([SENTENCE * 10] * 20)
    article = passages(f"{prose}\n\nPour ranger :\n\n{STEPS_WITH_TEXT}\n\n{prose}")
    opening = [one for one in article if "tiroir" in one.text]
    assert len(opening) == 6
    part = next(part for part in chapters(article, MANY) if opening[0] in part)
    assert set(opening) <= set(part)


def test_numbered_text_as_long_as_a_law_is_no_list() -> None:
    law = passages("\n\n".join(f"{n}. {SENTENCE * 10}" for n in range(1, 100)))
    assert law[-1].end > 40_000
    assert all(len(part) == 1 for part in chapters(law, MANY))
    table = passages("| Code | Sens |\n|---|---|\n" + "\n".join(f"| E{n} | {SENTENCE * 2} |" for n in range(500)))
    assert table[-1].end > 40_000
    assert len(chapters(table, MANY)) == 1


def test_sections_under_the_same_heading_are_not_told_together() -> None:
    names = [f"objet {n}" for n in range(60)]
    article = passages("".join(f"## Pose\n\nPour {one} :\n\n1. Ouvrez.\n2. {SENTENCE * 4}\n\n" for one in names))
    assert article[-1].end > 12_000
    chapter = chapter_of(article[7], article, MANY)
    assert list(chapter.passages) == [article[7]]
    assert chapter.begins


def test_a_short_text_without_headings_is_whole_however_few_articles_there_are() -> None:
    article = passages("\n\n".join([SENTENCE * 10] * 15))
    assert 6000 < article[-1].end < 12_000
    assert len(chapters(article, 1)) == 1


def test_of_an_article_that_cannot_be_read_again_all_is_one() -> None:
    here, there = passages(section("##", "Ici", 5))[0], passages(section("##", "Là", 5))[0]
    assert chapter_of(here, (), MANY).holds(there)
    assert chapters((), MANY) == []


@given(st.lists(st.tuples(st.sampled_from(["#", "##", "###"]), st.integers(1, 120)), min_size=1, max_size=12))
def test_every_passage_stands_in_one_chapter(sections: list[tuple[str, int]]) -> None:
    article = passages("".join(section(mark, f"Titre {n}", long) for n, (mark, long) in enumerate(sections)))
    assert [one for part in chapters(article, MANY) for one in part] == list(article)
    for one in article:
        chapter = chapter_of(one, article, MANY)
        assert one in chapter.passages
        assert [other for other in article if chapter.holds(other)] == list(chapter.passages)
