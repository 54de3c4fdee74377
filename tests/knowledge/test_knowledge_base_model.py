"""Any sequence of changes, with the folder opened again in between, ends where a plain dictionary ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ragcare.errors import BadInput, UnknownArticle
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import Article

DAYS = st.sampled_from([date(2026, 3, 9), date(2026, 3, 10)])
MAYBE_DAYS = st.none() | DAYS
IDS = st.sampled_from(["a", "A", "é", "e\u0301", "con", "x" * 200])
BODIES = st.sampled_from(["Un.", "Deux.", "\n---\nTrois\r\n"])
PEOPLE = st.sampled_from(["Ali", "Claire"])
REVIEWS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"valid_until": DAYS}),
    st.fixed_dictionaries({"status": st.just("validated"), "validated_by": PEOPLE, "validated_at": DAYS}),
)
ARTICLES = st.builds(lambda i, body, review: Article(id=i, body=body, **review), IDS, BODIES, REVIEWS)

State = dict[str, Any]
NOTHING: State = {"status": "draft", "by": None, "on": None, "until": None}


def state(article: Article) -> State:
    """What a version says, in the words of the model."""
    review = {"status": article.status, "by": article.validated_by, "on": article.validated_at}
    return {"body": article.body, **review, "until": article.valid_until}


class Changing(RuleBasedStateMachine):
    """The model: for each id, the (verb, state) of every version."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model: dict[str, list[tuple[str, State]]] = {}

    @initialize()
    def start(self) -> None:
        self.knowledge = KnowledgeBase.open(self.folder)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def current(self, article_id: str) -> State:
        return self.model[article_id][-1][1]

    def note(self, verb: str, article_id: str, new: State) -> None:
        if article_id not in self.model or new != self.current(article_id):
            self.model.setdefault(article_id, []).append((verb, new))

    @rule(article=ARTICLES)
    def add(self, article: Article) -> None:
        if article.id in self.model:
            with pytest.raises(BadInput):
                self.knowledge.add(article)
        else:
            self.knowledge.add(article)
            self.note("add", article.id, state(article))

    @rule(article=ARTICLES)
    def update(self, article: Article) -> None:
        if article.id not in self.model:
            with pytest.raises(UnknownArticle):
                self.knowledge.update(article)
            return
        self.knowledge.update(article)
        old, new = self.current(article.id), state(article)
        if new == {**NOTHING, "body": new["body"]}:
            new = {**old, "body": new["body"]}
        if new["body"] != old["body"] and {**new, "body": ""} == {**old, "body": ""}:
            new |= {"status": "draft", "by": None, "on": None}
        self.note("update", article.id, new)

    @rule(article_id=IDS, by=PEOPLE, on=DAYS, until=MAYBE_DAYS)
    def validate(self, article_id: str, by: str, on: date, until: date | None) -> None:
        if article_id not in self.model:
            with pytest.raises(UnknownArticle):
                self.knowledge.validate(article_id, by=by, on=on)
            return
        self.knowledge.validate(article_id, by=by, on=on, valid_until=until)
        old = self.current(article_id)
        self.note(
            "validate", article_id, {**old, "status": "validated", "by": by, "on": on, "until": until or old["until"]}
        )

    @rule(article_id=IDS)
    def retire(self, article_id: str) -> None:
        if article_id in self.model:
            self.knowledge.retire(article_id, by="Ali")
            self.note("retire", article_id, {**self.current(article_id), "status": "retired"})

    @rule(articles=st.lists(ARTICLES, max_size=4, unique_by=lambda article: article.id))
    def merge(self, articles: list[Article]) -> None:
        before = {article_id: len(history) for article_id, history in self.model.items()}
        for article in articles:
            new = state(article)
            if article.id in self.model and new["body"] == self.current(article.id)["body"]:
                given = next(was for verb, was in reversed(self.model[article.id]) if verb in ("add", "update"))
                if new in (given, {**NOTHING, "body": new["body"]}):
                    continue
            self.note("update", article.id, new)
        changes = self.knowledge.merge(articles)
        ids = [article.id for article in articles]
        assert changes.added == tuple(i for i in ids if i not in before)
        assert changes.updated == tuple(i for i in ids if i in before and len(self.model[i]) > before[i])
        assert changes.unchanged == tuple(i for i in ids if before.get(i) == len(self.model[i]))

    @rule()
    def open_again(self) -> None:
        before = self.knowledge.fingerprint()
        self.knowledge = KnowledgeBase.open(self.folder)
        assert self.knowledge.fingerprint() == before

    @rule()
    def write_as_a_second_process_would(self) -> None:
        other = KnowledgeBase.open(self.folder)
        if "a" in self.model:
            other.retire("a")
            self.note("retire", "a", {**self.current("a"), "status": "retired"})
            self.knowledge.refresh()

    @invariant()
    def equals_the_model(self) -> None:
        assert [article.id for article in self.knowledge] == sorted(self.model)
        for article_id, history in self.model.items():
            versions = self.knowledge.versions(article_id)
            assert [state(version) for version in versions] == [was for _, was in history]
            assert [version.version for version in versions] == list(range(1, len(history) + 1))


def test_any_sequence_of_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # power cuts are not played here
    quick = settings(
        max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    run_state_machine_as_test(Changing, settings=quick)
