"""Reranking: one more leg, kept on each hit; what was not read never overtakes what was."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.errors import BadInput, MissingExtra, ModelUnavailable
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.rerank import RERANKER, CrossEncoderReranker, Reranker, as_reranker, lead, reranked
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Hit, Passage, Question, Standing
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, small_knowledge, validated

ASKED = Question(text="Comment annuler ma commande ?", language="fr", as_of=DAY)


class Likes:
    """Judges by what it was told of each passage, and remembers what it read."""

    def __init__(self, *judgements: float) -> None:
        self.judgements, self.read = judgements, list[str]()

    def judge(self, question: Question, passages: Sequence[Passage]) -> Sequence[float]:  # noqa: ARG002
        self.read = [passage.id for passage in passages]
        return self.judgements[: len(passages)]


def hits(*scores: float) -> list[Hit]:
    passages = [Passage(f"{at}#1", str(at), 1, "", (), (), "texte", 0, 5, "fr") for at in range(len(scores))]
    legs = {KEYWORD: Standing(1, 3.0)}
    return [Hit(passage, score, legs) for passage, score in zip(passages, scores, strict=True)]


ALWAYS = 10.0


def order(found: Sequence[Hit]) -> list[str]:
    return [hit.passage.article_id for hit in found]


def test_what_it_says_is_weighed_against_the_fusion() -> None:
    for weight, expected in ((0.0, ["0", "1", "2"]), (0.5, ["1", "2", "0"]), (1.0, ["2", "1", "0"])):
        how = RetrievalSettings(reranker_weight=weight, rerank_below=ALWAYS)
        found = reranked(ASKED, hits(0.9, 0.8, 0.5), Likes(0.1, 0.7, 0.8), how)
        assert order(found) == expected
    assert [hit.score for hit in found] == pytest.approx([0.8, 0.7, 0.1])


def test_what_one_opinion_is_sure_of_is_not_lost_among_the_half_sure() -> None:
    """The mean of the shares would put 0 first, .775 to .75; the mean of log-odds hears who is nearly certain."""
    how = RetrievalSettings(reranker_weight=0.5, rerank_below=ALWAYS)
    assert order(reranked(ASKED, hits(0.85, 0.52), Likes(0.7, 0.98), how)) == ["1", "0"]


def test_it_reads_only_where_the_order_of_the_articles_is_in_doubt() -> None:
    clear, doubtful = hits(0.9, 0.3), hits(0.9, 0.8)
    how = RetrievalSettings(rerank_below=1.5)
    for found, reads in ((clear, 0), (doubtful, 2), (hits(0.9), 0), ([], 0)):
        likes = Likes(0.2, 0.7)
        again = reranked(ASKED, found, likes, how)
        assert len(likes.read) == reads
        assert reads or again == tuple(found)
    of_one_article = [replace(hit, passage=clear[0].passage) for hit in doubtful]
    assert lead(of_one_article) == math.inf, "passages of one article are no doubt about the article"


def test_its_rank_and_score_stand_beside_those_of_the_other_legs() -> None:
    found = reranked(ASKED, hits(0.9, 0.8, 0.5), Likes(0.1, 0.7), RetrievalSettings(reranked=2, rerank_below=ALWAYS))
    legs = {hit.passage.article_id: dict(hit.legs) for hit in found}
    keyword = {KEYWORD: Standing(1, 3.0)}
    assert legs["0"] == {**keyword, RERANKER: Standing(2, 0.1)}
    assert legs["1"] == {**keyword, RERANKER: Standing(1, 0.7)}
    assert legs["2"] == keyword


def test_equal_judgements_leave_the_order_of_the_fusion() -> None:
    how = RetrievalSettings(reranker_weight=1, rerank_below=ALWAYS)
    assert order(reranked(ASKED, hits(0.9, 0.8, 0.5), Likes(0.5, 0.5, 0.5), how)) == ["0", "1", "2"]


shares = st.floats(0, 1)


@given(st.lists(shares, max_size=9), st.lists(shares, min_size=9, max_size=9), st.integers(1, 9), shares)
def test_hits_stay_best_first_within_zero_and_one_and_the_unread_stay_behind(
    scores: list[float], judgements: list[float], count: int, weight: float
) -> None:
    before = hits(*sorted(scores, reverse=True))
    reader = Likes(*judgements)
    how = RetrievalSettings(reranked=count, reranker_weight=weight, rerank_below=ALWAYS)
    found = reranked(ASKED, before, reader, how)
    assert sorted(order(found)) == order(before)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in found)
    if len(before) < 2:
        assert list(found) == before
        return
    assert reader.read == [hit.passage.id for hit in before[:count]]
    was = {hit.passage.article_id: at for at, hit in enumerate(before)}
    unread = [at for at in map(was.__getitem__, order(found)) if at >= count]
    assert unread == sorted(unread)
    for hit in found[: len(found) - len(unread)]:
        assert RERANKER in hit.legs


@pytest.mark.parametrize("judgements", [(0.5,), (0.5, 1.5), (0.5, float("nan"))])
def test_judgements_that_cannot_be_used_are_told(judgements: tuple[float, ...]) -> None:
    with pytest.raises(BadInput, match=r"Likes was given 2 passages(.|\n)*Mend: "):
        reranked(ASKED, hits(0.9, 0.8), Likes(*judgements), RetrievalSettings(rerank_below=ALWAYS))


def test_a_search_is_reranked_by_the_reranker_it_is_given() -> None:
    settings = Settings(retrieval=RetrievalSettings(reranker_weight=1, reranked=20, rerank_below=ALWAYS))
    index = HybridIndex.build(small_knowledge(), settings, HashEmbedder())
    plain = HybridRetriever(index, settings.retrieval).search(ASKED).hits
    assert all(set(hit.legs) <= {KEYWORD, VECTOR} for hit in plain)
    backwards = Likes(*(at / 20 for at in range(20)))
    found = HybridRetriever(index, settings.retrieval, backwards).search(ASKED).hits
    assert order(found) == order(plain)[::-1]


# --- a real cross-encoder, built here -----------------------------------------------------------------


def cross_encoder(folder: Path, labels: int) -> Path:
    """A BERT of two tiny layers over letters that classifies pairs, its weights random."""
    pytest.importorskip("sentence_transformers", reason="the extra local is not installed")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, set_seed

    set_seed(0)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789:?'.,"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{one}" for one in letters)]
    tokenizer = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=labels,  # type: ignore[call-arg, unused-ignore] # of the class that it inherits from
        initializer_range=0.5,  # so that texts differ in what they are given
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call, unused-ignore] # without annotations
        tokenizer_object=tokenizer,
        model_max_length=64,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")},
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder(tmp_path_factory.mktemp("cross-encoder"), 1)


def test_a_cross_encoder_is_a_reranker_and_reads_both_texts(tiny: Path) -> None:
    reranker = as_reranker(f"cross-encoder:{tiny}")
    assert isinstance(reranker, CrossEncoderReranker)
    assert isinstance(reranker, Reranker)
    passages = [hit.passage for hit in _found(RetrievalSettings())][:3]
    judged = reranker.judge(ASKED, passages)
    assert all(0 < one < 1 for one in judged)
    assert len(set(judged)) == len(passages) == 3
    assert list(reranker.judge(ASKED, passages[::-1])) == pytest.approx(list(judged)[::-1], abs=1e-5)
    assert list(reranker.judge(Question(text="retour", language="fr"), passages)) != pytest.approx(list(judged))
    assert list(reranker.judge(ASKED, [])) == []


def test_a_cross_encoder_that_the_settings_name_reranks_a_search(tiny: Path) -> None:
    how = RetrievalSettings(reranker=f"cross-encoder:{tiny}", reranked=3, reranker_weight=1, rerank_below=ALWAYS)
    found = _found(how)
    legs = [hit.legs[RERANKER] for hit in found if RERANKER in hit.legs]
    assert [one.rank for one in legs] == [1, 2, 3]
    assert [hit.score for hit in found[:3]] == pytest.approx([one.score for one in legs])


def _found(how: RetrievalSettings) -> Sequence[Hit]:
    bodies = {"a": "annuler une commande", "b": "la commande arrive demain", "c": "une commande et un retour gratuit"}
    articles = [validated(key, body, language="fr") for key, body in bodies.items()]
    index = HybridIndex.build(articles, Settings(retrieval=how), HashEmbedder())
    return HybridRetriever(index, how).search(ASKED).hits


def test_a_model_that_gives_several_figures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"gives 3 figures(.|\n)*Mend: "):
        CrossEncoderReranker(cross_encoder(tmp_path, 3))


def test_without_a_network_the_hub_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra local is not installed")
    import huggingface_hub
    import sentence_transformers

    asked: list[str] = []

    def unreachable(name: str, **_: Any) -> None:
        asked.append(name)
        raise ConnectionError("no network")

    def load(name: str, **options: Any) -> None:
        assert options.get("local_files_only"), "what loads from the hub would try for a minute"
        raise OSError(f"{name} is not in the cache")

    monkeypatch.setattr(huggingface_hub, "model_info", unreachable)
    monkeypatch.setattr(sentence_transformers, "CrossEncoder", load)
    with pytest.raises(ModelUnavailable, match=r"no network(.|\n)*Mend: "):
        as_reranker("cross-encoder:some-org/some-model")
    assert asked == ["some-org/some-model"]


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra local is not installed")
    with pytest.raises(ModelUnavailable, match=r"no cross-encoder(.|\n)*Mend: "):
        as_reranker(f"cross-encoder:{tmp_path}")


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match=r'pip install "ragcare\[local\]"'):
        as_reranker("cross-encoder:any")


def test_a_name_that_is_no_reranker_is_told_with_what_would_be() -> None:
    with pytest.raises(BadInput, match=r'no reranker "bm25"(.|\n)*cross-encoder:'):
        HybridRetriever(HybridIndex(Settings(), HashEmbedder()), RetrievalSettings(reranker="bm25"))
