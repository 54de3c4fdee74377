"""One shuffled file of examples out of the labelled sets, and what is made from them; a seed gives the same bytes."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from ragcare.knowledge.loading import load_articles
from ragcare.language.sentences import sentence_spans
from training.examples import Example
from training.near_misses import another_question, cut, cut_beside
from training.planted import lies, names, truths


class Share(NamedTuple):
    """How much of a set is taken: at most so many pairs, then repeated so often."""

    pairs: int
    times: int = 1


# What is trained on. Nothing of ../shared/data is among them: those sets judge.
MIX: Final = {
    "piaf_fr": Share(20_000, 2), "afriqa_fr_en": Share(4_000), "policyqa_en": Share(5_000),
    "squadshifts_wiki_en": Share(8_000),
    "tatqa_text_en": Share(1_200), "qed_nq_en": Share(3_000), "selqa_en": Share(2_500), "boolq_en": Share(1_500),
    "rqe_medical_en": Share(1_500), "covid_faq_deepset_en": Share(1_100), "stsb_multi_fr_en": Share(2_500),
    "rte3_fr": Share(1_600, 2), "gqnli_fr": Share(300, 3), "daccord_fr": Share(515, 2), "fracas_fr": Share(272, 3),
    "cf_nli_en": Share(3_000), "foolmetwice_en": Share(2_600), "fever_symmetric_en": Share(1_416),
    "summedits_en": Share(1_800),
    "check_covid_en": Share(1_274), "scifact_rte_en": Share(562), "factcheckgpt_en": Share(1_000),
    "falke_pairs_en": Share(574),
    "faithdial_audit_en": Share(1_000), "q2_dialogue_en": Share(1_069), "conjnli_en": Share(1_500),
    "monotonicity_en": Share(1_500),
}  # fmt: skip
_SKIPPED_SPLITS: Final = frozenset({"dev_eval_overlap"})  # the dev questions of ../shared/data/piaf_fr
_WORDS: Final = 88  # of a passage: 128 pieces with the question, in French
_NO_TITLE: Final = re.compile(r"^(?:\d+|[\w-]*-\d+|[\w.-]+\.(?:com|org|net|gov)|)$")


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of a set, less those that belong to an evaluation."""
    with gzip.open(folder / "pairs.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row.get("split") not in _SKIPPED_SPLITS:
                yield row


def merged(read: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a pair: what several tasks say of the same question and passage is learned in one reading."""
    pairs: dict[tuple[str, str], dict[str, Any]] = {}
    names_of = {"relevance": "relevance", "answerable": "holds", "support": "support"}
    for row in read:
        pair = pairs.setdefault(
            (row["a"], row["b"]),
            {"a": row["a"], "b": row["b"], "lang": row["lang"], "title": row.get("title") or "", "span": None,
             "relevance": None, "holds": None, "support": None},
        )  # fmt: skip
        pair[names_of[row["task"]]] = float(row["label"])
        if row["span"] is not None:
            pair["span"] = tuple(row["span"])
    for pair in pairs.values():
        # a passage that holds the answer is on the subject; "closest paragraph of another article" does not hold it
        if pair["holds"] == 1.0 and pair["relevance"] is None:
            pair["relevance"] = 1.0
        if pair["relevance"] == 0.0 and pair["holds"] is None and pair["support"] is None and pair["title"]:
            pair["holds"] = 0.0
    return list(pairs.values())


def window(text: str, span: tuple[int, int] | None, rng: random.Random) -> tuple[str, tuple[int, int] | None]:
    """At most some 90 words of a text, from the start of a word, with the span well inside where there is one."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    room = rng.randint(_WORDS // 2, _WORDS)
    if len(words) <= room:
        return text, span
    last = len(words) - room
    if span is None:
        first = rng.randint(0, last) if rng.random() < 0.5 else 0
    else:
        holding = [n for n, (a, b) in enumerate(words) if b > span[0] and a < span[1]]
        lowest, highest = max(0, holding[-1] - room + 1), min(last, holding[0])
        first = rng.randint(min(lowest, highest), highest)
    start, end = words[first][0], words[min(first + room, len(words)) - 1][1]
    moved = None if span is None else (span[0] - start, min(span[1], end) - start)
    return text[start:end], moved


def _titled(text: str, title: str, span: tuple[int, int] | None) -> tuple[str, tuple[int, int] | None]:
    lead = title.replace("_", " ") + "\n"
    return lead + text, None if span is None else (span[0] + len(lead), span[1] + len(lead))


def _example(pair: dict[str, Any], source: str, rng: random.Random, **changed: Any) -> Example:
    pair = {**pair, **changed}
    text, span = window(pair["b"], pair["span"], rng)
    if pair["title"] and not _NO_TITLE.match(pair["title"]) and pair["support"] is None and rng.random() < 0.4:
        text, span = _titled(text, pair["title"], span)
    return Example(
        a=pair["a"], b=text, lang=pair["lang"],
        relevance=pair["relevance"], holds=pair["holds"], support=pair["support"],
        span=span if pair["holds"] == 1.0 else None, source=source,
    )  # fmt: skip


def _of_question(pair: dict[str, Any], source: str, elsewhere: list[str], rng: random.Random) -> Iterator[Example]:
    """What a question with its answer's place gives besides itself."""
    lang, passage, span = pair["lang"], pair["b"], pair["span"]
    answer = passage[span[0] : span[1]]
    if rng.random() < 0.6 and (rest := cut(passage, span, lang, answer)) is not None:
        yield _example(pair, source + "+cut", rng, b=rest, relevance=None, holds=0.0, span=None)
    if rng.random() < 0.25 and (beside := cut_beside(passage, span, lang, rng)) is not None:
        yield _example(pair, source + "+cut_beside", rng, b=beside[0], span=beside[1])
    if rng.random() < 0.6 and (asked := another_question(pair["a"], passage, lang, elsewhere, rng)) is not None:
        # a window that held the answer to the first question: same text, other question
        yield _example(pair, source + "+other_question", rng, a=asked, relevance=None, holds=0.0)
    if rng.random() < 0.25 and 0 < len(answer.split()) <= 8:
        claim = f"{pair['a'].rstrip(' ?')} : {answer}" if lang == "fr" else f"{pair['a'].rstrip(' ?')}: {answer}"
        yield _example(pair, source + "+claim", rng, a=claim, relevance=None, holds=None, support=1.0)
        false = [lie for lie in lies(answer + ".", lang, passage, elsewhere, rng) if lie.kind != "negation"]
        others = [
            passage[a:b] for a, b in names(passage) if passage[a:b] not in answer and passage[a:b] not in pair["a"]
        ]
        wrong = rng.choice(false).text.rstrip(".") if false else (rng.choice(others) if others else None)
        if wrong is not None:
            yield _example(
                pair, source + "+false_claim", rng,
                a=claim[: len(claim) - len(answer)] + wrong, relevance=None, holds=None, support=0.0,
            )  # fmt: skip


def _of_sentences(
    passage: str, lang: str, source: str, elsewhere: list[str], rng: random.Random, most: int
) -> Iterator[Example]:
    """True sentences of a passage and small lies about it, as many of the one as of the other."""
    sentences = [(a, b) for a, b in sentence_spans(passage, lang) if 6 <= len(passage[a:b].split()) <= 45]
    for a, b in rng.sample(sentences, min(most, len(sentences))):
        said = passage[a:b]
        evidence = said if rng.random() < 0.25 else passage
        pair: dict[str, Any] = {
            "a": said, "b": evidence, "lang": lang, "title": "", "span": (a, b) if evidence is passage else None,
            "relevance": None, "holds": None,
        }  # fmt: skip
        made = lies(said, lang, evidence, elsewhere, rng)
        told = rng.sample(made, min(2, len(made)))
        for lie in told:
            yield _example(pair, f"{source}+{lie.kind}", rng, a=lie.text, support=0.0)
        same = [said, *truths(said, lang, rng)]
        for true in rng.sample(same, min(len(same), max(1, len(told)))):
            yield _example(pair, source + "+true", rng, a=true, support=1.0)
        if rng.random() < 0.2 and len(sentences) > 2:
            rest = (passage[:a] + passage[b:]).strip()
            yield _example(pair, source + "+uncovered", rng, b=rest, span=None, support=0.0)


def made_from(pairs: list[dict[str, Any]], source: str, rng: random.Random, *, passages: int) -> Iterator[Example]:
    """Near misses and planted errors out of a set's questions with spans and out of its passages."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for pair in pairs[:3000]:
        by_language[pair["lang"]] += [pair["b"][a:b] for a, b in names(pair["b"])[:3]]
    texts = {pair["b"]: pair["lang"] for pair in pairs}
    for pair in pairs:
        if pair["span"] is not None and pair["holds"] == 1.0:
            yield from _of_question(pair, source, rng.sample(by_language[pair["lang"]], 5), rng)
    chosen = sorted(texts)
    for text in rng.sample(chosen, min(passages, len(chosen))):
        elsewhere = rng.sample(by_language[texts[text]], 5)
        yield from _of_sentences(text, texts[text], source, elsewhere, rng, most=2)


def demo_examples(folder: Path, rng: random.Random) -> Iterator[Example]:
    """Planted errors out of the demo's own articles: the register that a help centre speaks."""
    articles = load_articles(folder)
    told = [name for article in articles for name in (article.body[a:b] for a, b in names(article.body))]
    for article in articles:
        for text in _pieces(article.body):
            yield from _of_sentences(text, article.language, "demo", rng.sample(told, 5), rng, most=6)


def _pieces(body: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n(?=#)", body) if len(part.split()) > 15]


def examples(train: Path, demo: Path | None, seed: int, mix: dict[str, Share] | None = None) -> list[Example]:
    """All that is trained on, shuffled.

    Args:
        train: the folder with one folder a set.
        demo: the demo's articles; None leaves them out.
        seed: of every choice made here.
        mix: what is taken from each set; None means `MIX`.
    """
    rng = random.Random(seed)
    taken: list[Example] = []
    for name, share in (MIX if mix is None else mix).items():
        pairs = merged(rows(train / name))
        rng.shuffle(pairs)
        if any(pair["lang"] == "fr" for pair in pairs) and any(pair["lang"] == "en" for pair in pairs):
            pairs.sort(key=lambda pair: pair["lang"] != "fr")  # French first: it is the rarer
        pairs = pairs[: share.pairs]
        for _ in range(share.times):
            taken += [_example(pair, name, rng) for pair in pairs]
        if any(pair["span"] for pair in pairs):
            french = pairs[0]["lang"] == "fr"
            for _ in range(2 if french else 1):
                taken += made_from(pairs, name, rng, passages=900 if french else 300)
    if demo is not None:
        taken += demo_examples(demo, rng)
    rng.shuffle(taken)
    return taken
