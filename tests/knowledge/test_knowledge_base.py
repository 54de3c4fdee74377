"""The verbs of the knowledge base: the same in memory and on disk, unless a test says otherwise."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ragcare.errors import BadFiles, BadInput, UnknownArticle
from ragcare.knowledge.knowledge_base import Changes, KnowledgeBase
from ragcare.schema import Article, Scope

MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)
PUBLIC = Scope(frozenset({"public"}), TUESDAY)
VOUCHED: dict[str, Any] = {"status": "validated", "validated_by": "Claire", "validated_at": MONDAY}


def article(article_id: str = "refund", body: str = "Vous êtes remboursé sous 5 jours.", **fields: Any) -> Article:
    return Article(id=article_id, body=body, **fields)


@pytest.fixture(params=["memory", "disk"])
def knowledge(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase() if request.param == "memory" else KnowledgeBase.open(tmp_path / "store")


# --- add, get, iterate -------------------------------------------------------------------------------


def test_an_added_article_is_version_1(knowledge: KnowledgeBase) -> None:
    added = knowledge.add(article(version=7))
    assert added == article(version=1)
    assert knowledge.get("refund") == added
    assert "refund" in knowledge
    assert len(knowledge) == 1


def test_an_id_is_added_once(knowledge: KnowledgeBase) -> None:
    knowledge.add(article())
    with pytest.raises(BadInput, match=r"'refund' is there already.*update"):
        knowledge.add(article(body="Autre chose."))
    assert knowledge.get("refund").body == article().body


def test_an_invalid_copy_is_refused_and_nothing_is_stored(knowledge: KnowledgeBase) -> None:
    forged = article().model_copy(update={"status": "validated"})
    with pytest.raises(BadInput, match=r"'refund'.*validated_by"):
        knowledge.add(forged)
    assert len(knowledge) == 0


def test_iteration_is_in_id_order_with_the_retired_ones(knowledge: KnowledgeBase) -> None:
    for article_id in ("b", "é", "a", "B"):
        knowledge.add(article(article_id))
    knowledge.retire("a")
    assert [one.id for one in knowledge] == ["B", "a", "b", "é"]


def test_what_is_not_there_is_unknown(knowledge: KnowledgeBase) -> None:
    knowledge.add(article())
    unknown: list[Callable[[], object]] = [
        lambda: knowledge.get("Refund"),
        lambda: knowledge.get("refund", 2),
        lambda: knowledge.get("refund", 0),
        lambda: knowledge.versions("nothing"),
        lambda: knowledge.update(article("nothing")),
        lambda: knowledge.validate("nothing", by="Claire"),
        lambda: knowledge.retire("nothing"),
    ]
    for look in unknown:
        with pytest.raises(UnknownArticle):
            look()
    assert 3 not in knowledge


def test_an_id_that_is_twice_among_the_first_articles_is_refused() -> None:
    with pytest.raises(BadInput, match="two articles have the id 'refund'"):
        KnowledgeBase([article(), article(body="Autre chose.")])


# --- update ------------------------------------------------------------------------------------------


def test_an_update_is_the_next_version_and_the_old_one_stays_readable(knowledge: KnowledgeBase) -> None:
    first = knowledge.add(article())
    second = knowledge.update(article(body="Sous 3 jours."), by="Ali")
    assert second.version == 2
    assert knowledge.get("refund") == second
    assert knowledge.get("refund", 1) == first
    assert knowledge.versions("refund") == (first, second)
    assert list(knowledge) == [second]


def test_an_update_that_changes_nothing_makes_no_version(knowledge: KnowledgeBase) -> None:
    knowledge.add(article(**VOUCHED))
    assert knowledge.update(knowledge.get("refund")).version == 1
    assert knowledge.update(article()) == article(**VOUCHED)


@pytest.mark.parametrize("copied", [True, False])
def test_a_new_text_is_a_draft_again(knowledge: KnowledgeBase, copied: bool) -> None:
    validated = knowledge.add(article(**VOUCHED, valid_until=TUESDAY))
    new = "Sous 3 jours."
    updated = knowledge.update(validated.model_copy(update={"body": new}) if copied else article(body=new))
    assert (updated.status, updated.validated_by, updated.validated_at) == ("draft", None, None)
    assert updated.valid_until == TUESDAY  # an expiry does not get lost because somebody corrects a comma
    assert not list(knowledge.sayable(PUBLIC))


def test_a_new_text_with_a_new_review_is_validated(knowledge: KnowledgeBase) -> None:
    knowledge.add(article(**VOUCHED))
    updated = knowledge.update(article(body="Sous 3 jours.", **{**VOUCHED, "validated_at": TUESDAY}))
    assert updated.status == "validated"


def test_a_wider_audience_is_new_content_too(knowledge: KnowledgeBase) -> None:
    knowledge.add(article(audience=("staff",), **VOUCHED))
    assert knowledge.update(article(audience=("public",))).status == "draft"


# --- validate, retire, sayable -----------------------------------------------------------------------


def test_validation_is_a_version_and_keeps_the_dates_that_are_not_given(knowledge: KnowledgeBase) -> None:
    knowledge.add(article(valid_from=MONDAY, review_by=MONDAY))
    validated = knowledge.validate("refund", by="Claire", on=MONDAY, valid_until=TUESDAY)
    assert validated == article(version=2, valid_from=MONDAY, review_by=MONDAY, valid_until=TUESDAY, **VOUCHED)
    assert list(knowledge.sayable(PUBLIC)) == [validated]


def test_validation_is_of_today_unless_said(knowledge: KnowledgeBase) -> None:
    knowledge.add(article())
    before = date.today()
    assert before <= (knowledge.validate("refund", by="Claire").validated_at or date.min) <= date.today()


def test_the_same_validation_twice_is_one(knowledge: KnowledgeBase) -> None:
    knowledge.add(article())
    first = knowledge.validate("refund", by="Claire", on=MONDAY)
    assert knowledge.validate("refund", by="Claire", on=MONDAY) == first
    assert knowledge.validate("refund", by="Claire", on=TUESDAY).version == 3


@pytest.mark.parametrize("wrong", [{"by": " "}, {"by": "Claire", "valid_from": TUESDAY, "valid_until": MONDAY}])
def test_a_validation_that_cannot_be_is_refused(knowledge: KnowledgeBase, wrong: dict[str, Any]) -> None:
    knowledge.add(article())
    with pytest.raises(BadInput, match="'refund'"):
        knowledge.validate("refund", **wrong)
    assert knowledge.get("refund").version == 1


def test_a_retired_article_is_silent_and_readable(knowledge: KnowledgeBase) -> None:
    knowledge.add(article(**VOUCHED))
    retired = knowledge.retire("refund", by="Ali")
    assert (retired.status, retired.version, retired.validated_by) == ("retired", 2, "Claire")
    assert not list(knowledge.sayable(PUBLIC))
    assert knowledge.retire("refund") == retired


def test_by_is_somebody(knowledge: KnowledgeBase) -> None:
    knowledge.add(article())
    with pytest.raises(BadInput, match="by is blank"):
        knowledge.retire("refund", by=" ")
    assert knowledge.get("refund").status == "draft"


def test_only_what_may_be_said_is_sayable(knowledge: KnowledgeBase) -> None:
    knowledge.add(article("z", **VOUCHED))
    knowledge.add(article("draft"))
    knowledge.add(article("staff", audience=("staff",), **VOUCHED))
    knowledge.add(article("over", valid_until=MONDAY, **VOUCHED))
    knowledge.add(article("a", **VOUCHED))
    assert [one.id for one in knowledge.sayable(PUBLIC)] == ["a", "z"]
    assert [one.id for one in knowledge.sayable(PUBLIC.at_any_date())] == ["a", "over", "z"]
    assert [one.id for one in knowledge.sayable(Scope(frozenset({"staff"}), TUESDAY))] == ["staff"]


def test_a_reader_goes_on_with_what_it_began_with(knowledge: KnowledgeBase) -> None:
    knowledge.merge([article("a", **VOUCHED), article("b", **VOUCHED)])
    reading = knowledge.sayable(PUBLIC)
    next(reading)
    knowledge.merge([article("b", "Nouveau.", **VOUCHED), article("c", **VOUCHED)])
    assert list(reading) == [article("b", **VOUCHED)]


# --- merge -------------------------------------------------------------------------------------------


def test_a_merge_adds_updates_and_leaves_alone(knowledge: KnowledgeBase) -> None:
    knowledge.merge([article("same"), article("changed"), article("not in the source any more")])
    changes = knowledge.merge(
        [article("new", version=4), article("changed", "Sous 3 jours."), article("same")], by="CI"
    )
    assert changes == Changes(added=("new",), updated=("changed",), unchanged=("same",))
    assert [(one.id, one.version) for one in knowledge] == [
        ("changed", 2),
        ("new", 1),
        ("not in the source any more", 1),
        ("same", 1),
    ]


def test_an_id_that_is_twice_in_a_source_changes_nothing(knowledge: KnowledgeBase) -> None:
    with pytest.raises(BadInput, match="two articles have the id 'a'"):
        knowledge.merge([article("b"), article("a"), article("a")])
    assert len(knowledge) == 0


@pytest.mark.parametrize("source", [{}, VOUCHED, {"valid_until": TUESDAY}, {**VOUCHED, "valid_until": TUESDAY}])
def test_a_source_that_says_the_same_again_undoes_no_decision(knowledge: KnowledgeBase, source: dict[str, Any]) -> None:
    knowledge.merge([article(**source)])
    knowledge.validate("refund", by="Chef", on=TUESDAY, valid_until=MONDAY)
    assert knowledge.merge([article(**source)]).unchanged == ("refund",)
    assert knowledge.get("refund").validated_by == "Chef"
    knowledge.retire("refund")
    assert knowledge.merge([article(**source)]).unchanged == ("refund",)
    assert knowledge.get("refund").status == "retired"


def test_a_source_that_brings_a_new_review_is_followed(knowledge: KnowledgeBase) -> None:
    knowledge.merge([article()])
    assert knowledge.merge([article(**VOUCHED)]).updated == ("refund",)
    assert knowledge.merge([article(**VOUCHED, valid_until=MONDAY)]).updated == ("refund",)
    assert knowledge.merge([article(**VOUCHED)]).updated == ("refund",)
    assert knowledge.get("refund") == article(version=4, **VOUCHED)


def test_a_source_that_falls_silent_about_reviews_loses_none(knowledge: KnowledgeBase) -> None:
    knowledge.merge([article(**VOUCHED)])
    assert knowledge.merge([article()]).unchanged == ("refund",)


def test_a_new_text_comes_with_the_review_of_its_source(knowledge: KnowledgeBase) -> None:
    knowledge.merge([article(**VOUCHED)])
    knowledge.merge([article(body="Sous 3 jours.")])
    assert knowledge.get("refund") == article(body="Sous 3 jours.", version=2)
    knowledge.merge([article(body="Sous 2 jours.", **VOUCHED)])
    assert knowledge.get("refund") == article(body="Sous 2 jours.", version=3, **VOUCHED)


# --- fingerprint -------------------------------------------------------------------------------------


def test_the_fingerprint_is_of_what_is_said_and_reviewed() -> None:
    one, other = article("a"), article("b")
    expected = KnowledgeBase([one, other]).fingerprint()
    assert KnowledgeBase([other, one]).fingerprint() == expected

    knowledge = KnowledgeBase([one, other])
    knowledge.update(article("a", "Autre."))
    assert knowledge.fingerprint() != expected
    knowledge.update(one)
    assert knowledge.get("a").version == 3
    assert knowledge.fingerprint() == expected
    knowledge.validate("a", by="Claire", on=MONDAY)
    assert knowledge.fingerprint() != expected


# --- load, open, save --------------------------------------------------------------------------------


def test_load_takes_articles_and_vouches_only_where_nothing_is_said() -> None:
    told = article("draft").model_copy(update={"status": "draft"})
    loaded = KnowledgeBase.load(
        [article("silent"), told, article("known", **VOUCHED)], assume_validated="CI", on=TUESDAY
    )
    assert {one.id: (one.status, one.validated_by, one.validated_at) for one in loaded} == {
        "silent": ("validated", "CI", TUESDAY),
        "draft": ("draft", None, None),
        "known": ("validated", "Claire", MONDAY),
    }


def test_load_tells_of_repeated_ids_or_skips_them(caplog: pytest.LogCaptureFixture) -> None:
    articles = [article(), article(body="Autre."), article(body="Encore.")]
    with pytest.raises(BadFiles, match="skip_bad") as caught:
        KnowledgeBase.load(articles)
    assert len(caught.value.problems) == 2
    with caplog.at_level(logging.WARNING):
        assert list(KnowledgeBase.load(articles, skip_bad=True)) == [article()]
    assert "'refund'" in caplog.text


def test_load_takes_a_store_with_its_past_and_leaves_it_alone(tmp_path: Path) -> None:
    stored = KnowledgeBase.open(tmp_path)
    stored.add(article())
    stored.validate("refund", by="Claire", on=MONDAY)
    loaded = KnowledgeBase.load(tmp_path, assume_validated="nobody else")
    assert loaded.versions("refund") == stored.versions("refund")
    assert loaded.fingerprint() == stored.fingerprint()
    loaded.retire("refund")
    stored.refresh()
    assert stored.get("refund").status == "validated"


def test_what_is_opened_again_is_what_was_there(tmp_path: Path) -> None:
    stored = KnowledgeBase.open(tmp_path / "new" / "store")
    stored.merge([article("a"), article("b")])
    stored.update(article("a", "Autre."))
    stored.validate("b", by="Claire", on=MONDAY)
    again = KnowledgeBase.open(str(tmp_path / "new" / "store"))
    assert list(again) == list(stored)
    assert again.versions("a") == stored.versions("a")
    assert again.fingerprint() == stored.fingerprint()
    assert again.merge([article("a", "Autre."), article("b")]).unchanged == ("a", "b")


def test_a_saved_base_keeps_versions_and_who_did_what(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    knowledge.merge([article("b"), article("a")], by="CI")
    knowledge.validate("b", by="Claire", on=MONDAY)
    knowledge.retire("a", by="Ali")
    knowledge.save(tmp_path / "copy")
    copy = KnowledgeBase.open(tmp_path / "copy")
    assert [copy.versions(one.id) for one in copy] == [knowledge.versions(one.id) for one in knowledge]
    assert copy.merge([article("b"), article("a")]).unchanged == ("b", "a")
    log = [json.loads(line) for line in (tmp_path / "copy" / "log.jsonl").read_text("utf-8").splitlines()]
    assert [(line["action"], line["article"], line["version"], line["by"]) for line in log] == [
        ("add", "b", 1, "CI"),
        ("add", "a", 1, "CI"),
        ("validate", "b", 2, "Claire"),
        ("retire", "a", 2, "Ali"),
    ]
    assert list(log[0]) == ["at", "action", "article", "version", "by", "sha256"]


def test_a_base_is_saved_only_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(BadInput, match="not empty"):
        KnowledgeBase([article()]).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(BadInput, match="not empty"):
        KnowledgeBase([article()]).save(tmp_path / "mine.txt")


def test_threads_may_share_a_base(knowledge: KnowledgeBase) -> None:
    knowledge.add(article("shared", "0"))

    def write(name: str) -> None:
        for number in range(5):
            knowledge.add(article(f"{name}{number}"))
            knowledge.update(article("shared", f"{name}{number}"))
            assert all(one.id for one in knowledge)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(knowledge) == 21
    assert knowledge.get("shared").version == 21
