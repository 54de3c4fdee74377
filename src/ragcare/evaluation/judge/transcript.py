"""What a judging language model was told and said, in a file from which the same can be judged again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.evaluation.run.json_lines import read_lines
from ragcare.schema import Record


class Exchange(Record):
    """One prompt, and what came back.

    Attributes:
        key: a digest of the model's name and the prompt.
        question: the id of the question that was judged, for whoever reads the file.
    """

    key: str
    model: str
    question: str
    prompt: str
    reply: str


class Transcript:
    """The exchanges with one model. JSON Lines: each is on a line of its own as soon as it came back.

    The file may hold exchanges with other models, too. Of two with the same prompt, the later one counts. Half a line
    at the end, where a run was killed, counts as not written.

    Args:
        path: the file; it need not be there yet.
        model: whose exchanges count; None if the file names only one model.

    Raises:
        BadInput: the file cannot be read; or no model was given, and the file names none or several.
        BadFiles: with each line that is damaged.
    """

    def __init__(self, path: Path | str, model: str | None) -> None:
        self.path = Path(path)
        exchanges = _read(self.path)
        self.model = model or _only_model(self.path, exchanges)
        self._replies = {one.key: one.reply for one in exchanges}
        self._is_tidy = False

    def reply(self, prompt: str) -> str | None:
        """What came back on that prompt, or None if it was not sent."""
        return self._replies.get(_key(self.model, prompt))

    def add(self, question: str, prompt: str, reply: str) -> None:
        """Keeps an exchange, in memory and in the file."""
        one = Exchange(key=_key(self.model, prompt), model=self.model, question=question, prompt=prompt, reply=reply)
        self._tidy()
        with self.path.open("ab") as file:
            file.write(one.model_dump_json().encode() + b"\n")
        self._replies[one.key] = reply

    def _tidy(self) -> None:
        """Makes the folder, and ends the last line or takes away half a line, so that it is not written on to."""
        if self._is_tidy:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            file.seek(0)
            *ended, last = file.read().split(b"\n")
            if read_lines([last], Exchange, self.path, first=1, mend="")[0]:
                file.write(b"\n")
            else:
                file.truncate(sum(len(line) + 1 for line in ended))
        self._is_tidy = True


def _key(model: str, prompt: str) -> str:
    return hashlib.sha256(json.dumps([model, prompt]).encode()).hexdigest()


def _read(path: Path) -> list[Exchange]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadInput(f"{path}: it cannot be read: {error.strerror}. Mend: name a file for the transcript") from None
    mend = "remove the line: the model will be asked again"
    found, problems = read_lines(lines, Exchange, path, first=1, mend=mend)
    for number, one in found:
        if one.key != _key(one.model, one.prompt):
            what = f'the model or the prompt of question "{one.question}" is not the one that its key was made of'
            problems.append(Problem(path, number, what, "restore the line, or remove it"))
    if problems:
        raise BadFiles(sorted(problems, key=lambda problem: problem.line or 0))
    return [one for _, one in found]


def _only_model(path: Path, exchanges: list[Exchange]) -> str:
    models = sorted({one.model for one in exchanges})
    if not models:
        raise BadInput(f"{path}: it holds no exchange to judge from. Mend: name a transcript, or give a language model")
    if len(models) > 1:
        known = ", ".join(models)
        raise BadInput(f"{path}: it holds exchanges with {known}. Mend: say with model= whose verdicts count")
    return models[0]
