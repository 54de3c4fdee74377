"""Sets of sentences and their intents: BANKING77 (Casanueva et al., 2020) and CLINC150 (Larson et al., 2019).

The training sentences of an intent are its article; the sentences of the other splits are the questions. A sentence
out of scope ("oos") expects a refusal. Those out of scope that are meant for training are not needed, and counted in
`Contents.left_out`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import RootModel

from ragcare.evaluation.questions.formats.json_text import NotJson, json_of
from ragcare.evaluation.questions.formats.reading import (
    Contents,
    Gathering,
    content_of,
    head_of,
    json_files,
    language_of,
    parsed,
    split_of,
)
from ragcare.evaluation.questions.formats.tables import table_of

OUT_OF_SCOPE = frozenset({"oos", "out_of_scope", "out-of-scope"})
INTENT_COLUMNS = ("category", "intent", "label_text", "label")
"""Names under which sets give the intent; the first one that is there counts."""

_CLINC = re.compile(rb'^\s*\{\s*"(oos_)?(train|val|test)"\s*:\s*\[\s*\[')


class Sentence(NamedTuple):
    """A sentence and its intent, as they stand in one split of a set."""

    text: str
    intent: str
    line: int | None = None


def sentence_of(
    text: object, intent: object, gathering: Gathering, who: str, line: int | None = None, source: Path | None = None
) -> Sentence | None:
    """A sentence and its intent; None, and the problem gathered, if either is not given."""
    is_label = isinstance(intent, int) and not isinstance(intent, bool)
    if isinstance(text, str) and text.strip() and (is_label or (isinstance(intent, str) and intent.strip())):
        return Sentence(text, str(intent), line)
    mend = f"give both: text, and one of {', '.join(INTENT_COLUMNS)}"
    gathering.add_problem(f"{who} has no sentence or no intent", mend, line=line, source=source)
    return None


def add_splits(
    gathering: Gathering,
    splits: Mapping[str, Sequence[Sentence]],
    language: str | None,
    sources: Mapping[str, Path] | None = None,
) -> None:
    """Makes articles of the training sentences, and questions of the others.

    Args:
        gathering: takes them.
        splits: the sentences of each split, under the name that the set gives it ("train", "oos_val").
        language: of all; told from the sentences if None.
        sources: the file of each split, where each has its own.
    """
    training = [each for name, sentences in splits.items() if split_of(name) == "train" for each in sentences]
    asked = {name: sentences for name, sentences in splits.items() if split_of(name) != "train"}
    if not any(each.intent not in OUT_OF_SCOPE for each in training):
        what = "there are no training sentences, of which the articles would be made"
        gathering.add_problem(what, 'put the split "train" beside it: train.csv, or a DatasetDict that has it')
        return
    unneeded = sum(each.intent in OUT_OF_SCOPE for each in training)
    if unneeded:
        what = f"{unneeded} training sentences out of scope"
        gathering.leave_out(what, "nothing: no article is made of what is out of scope")
    language = language or language_of(each.text for each in training)
    for intent, examples in _by_intent(training).items():
        gathering.add_article(intent, _title(intent), "\n".join(examples), language)
    for name, sentences in asked.items():
        for number, each in enumerate(sentences):
            refused = each.intent in OUT_OF_SCOPE
            fields = {
                "id": f"{name}-{number}",
                "question": each.text,
                "lang": language,
                "answerable": not refused,
                "expects": "refuse" if refused else "answer",
                "relevant_ids": () if refused else (each.intent,),
                "split": split_of(name),
                "kind": "oos" if refused else "in_scope",
                "intent": each.intent,
            }
            gathering.add_question(fields, line=each.line, source=(sources or {}).get(name))


def _by_intent(sentences: Iterable[Sentence]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in sentences:
        if each.intent not in OUT_OF_SCOPE:
            found.setdefault(each.intent, []).append(" ".join(each.text.split()))
    return found


def _title(intent: str) -> str:
    """Made readable: "card_arrival" is "Card arrival"."""
    words = " ".join(intent.replace("_", " ").split())
    return words[:1].upper() + words[1:]


# --- CLINC150: one JSON file -------------------------------------------------------------------------


class _Clinc(RootModel[dict[str, tuple[tuple[str, str], ...]]]):
    """`data_full.json` and its kin: {"train": [[sentence, intent], …], "val": …, "oos_val": …}."""


def recognises_clinc150(path: Path) -> bool:
    """Whether it is such a file, or a folder that holds exactly one."""
    return sum(bool(_CLINC.match(head_of(file))) for file in json_files(path)) == 1


def read_clinc150(path: Path, language: str | None = None) -> Contents:
    """The questions of its `val`, `test`, `oos_val` and `oos_test`."""
    found = json_files(path)
    file = next((file for file in found if file == path or _CLINC.match(head_of(file))), None)
    gathering = Gathering(file or path)
    gathering.leave_out_files(each for each in found if each != file)
    if file and (published := parsed(file, _Clinc, gathering)):
        splits = {
            name: [
                each
                for number, (text, intent) in enumerate(pairs)
                if (each := sentence_of(text, intent, gathering, f"{name}-{number}"))
            ]
            for name, pairs in published.root.items()
        }
        add_splits(gathering, splits, language)
    return gathering.contents()


# --- BANKING77: one table a split --------------------------------------------------------------------


def recognises_banking77(path: Path) -> bool:
    """Whether it is a table of nothing but sentences and intents, or a folder of such, one of them for training."""
    files = _tables(path)
    return bool(files) and all(map(_is_labelled, files))


def read_banking77(path: Path, language: str | None = None) -> Contents:
    """The questions of a folder with train.csv and test.csv, or of one such file with train.csv beside it."""
    gathering = Gathering(path)
    tables: dict[str, Path] = {}
    for file in _tables(path):
        if tables.setdefault(file.stem, file) != file:
            what = f"{tables[file.stem].name} is there as well"
            gathering.add_problem(what, "keep one of the two", source=file)
    if path.is_dir():
        gathering.leave_out_files(file for file in _all_tables(path) if file not in tables.values())
    splits = {name: list(_sentences(file, gathering)) for name, file in tables.items()}
    if not gathering.problems:
        add_splits(gathering, splits, language, tables)
    contents = gathering.contents()
    asked = [file for name, file in tables.items() if split_of(name) != "train"]
    return contents._replace(source=asked[0]) if len(asked) == 1 else contents


def _tables(path: Path) -> list[Path]:
    """The files of the splits: all in a folder; of a file, itself and the one for training beside it."""
    folder = path if path.is_dir() else path.parent
    return [file for file in _all_tables(folder) if split_of(file.stem) and (path in (folder, file) or _trains(file))]


def _all_tables(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*")) if file.suffix in (".csv", ".jsonl")]


def _trains(file: Path) -> bool:
    return file.stem == "train"


def _is_labelled(file: Path) -> bool:
    """Whether the file has a sentence and its intent in each row, and nothing else."""
    first = head_of(file).split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    try:
        names = set(json.loads(first)) if file.suffix == ".jsonl" else set(next(csv.reader([first]), []))
    except ValueError:
        return False
    return "text" in names and 1 < len(names) <= 3 and names <= {"text", *INTENT_COLUMNS}


def _sentences(file: Path, gathering: Gathering) -> Iterator[Sentence]:
    rows = _json_rows(file, gathering) if file.suffix == ".jsonl" else _csv_rows(file, gathering)
    for line, row in rows:
        intent = next((row[name] for name in INTENT_COLUMNS if name in row), None)
        if sentence := sentence_of(row.get("text"), intent, gathering, "it", line, file):
            yield sentence


def _json_rows(file: Path, gathering: Gathering) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, row in enumerate((content_of(file, gathering) or b"").split(b"\n"), start=1):
        if not row.strip():
            continue
        try:
            found = json_of(row)
        except NotJson as error:
            gathering.add_problem(error.what, error.mend, line=line, source=file)
        else:
            yield line, found if isinstance(found, Mapping) else {}


def _csv_rows(file: Path, gathering: Gathering) -> Iterator[tuple[int, Mapping[str, Any]]]:
    table = table_of(file, gathering)
    return iter(()) if table is None else table.rows
