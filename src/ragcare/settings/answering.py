"""How an answer is chosen and worded, and at which probability it is given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ragcare.schema import Share
from ragcare.settings.table import Table


class AnsweringSettings(Table):
    """How long an answer may be, and what is done where two articles disagree.

    Attributes:
        max_words: an answer stops before the sentence or step that would pass it; a list that was begun is finished.
        enough: sentences are taken, best first, until they hold this share of all that is worth saying; less says less.
        reader: "reader" or "reader:FILE" reads what was found a second time, for whether it holds the asked fact; none
            if None.
        conflict: "refuse" says neither of two articles that contradict each other; "newest" says the one that was
            validated last, and refuses where both were validated on the same day.
        conflict_record: a file of JSON lines to which contradictions are added, for the owners of the articles; none if
            None. In a settings file its path starts at the folder of that file.
    """

    max_words: Annotated[int, Field(ge=20)] = 120
    enough: Share = 0.95
    reader: Annotated[str, Field(min_length=1)] | None = None
    conflict: Literal["refuse", "newest"] = "refuse"
    conflict_record: Path | None = None


class WritingSettings(Table):
    """Who writes the answer out of the evidence, and how a language model is to sound.

    Attributes:
        writer: "extractive" says the evidence word for word; "llm" has a language model say it in its own words.
        length: "full" says whole sentences, with the words that answer marked in `Answer.highlight` where these are
            sure; "short", of the extractive writer, the words alone that answer best, sure or not.
        llm: which one: "openai:MODEL", "openai:MODEL@URL", "ollama:MODEL", "ollama:MODEL@URL",
            "transformers:FOLDER-OR-HUB-NAME" or "gguf:PATH".
        tone: how it sounds.
        address: how French customers are addressed.
        voice: what else your brand asks of its words, in a sentence or two; the model is told it as it stands.
        seconds: how long writing one answer may take, its repair included.
        tokens: how long one reply of the model may be; an answer takes two or three times its words.
        on_failure: where the model cannot be reached or overruns its time, "extract" says the evidence word for word,
            and "refuse" refuses. What the model wrote and cannot prove is never said, whatever stands here.
    """

    writer: Literal["extractive", "llm"] = "extractive"
    length: Literal["full", "short"] = "full"
    llm: Annotated[str, Field(min_length=1)] | None = None
    tone: Literal["neutral", "warm", "formal"] = "neutral"
    address: Literal["vous", "tu"] = "vous"
    voice: Annotated[str, Field(max_length=500)] = ""
    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 30.0
    tokens: Annotated[int, Field(ge=16)] = 800
    on_failure: Literal["extract", "refuse"] = "extract"


class PolicySettings(Table):
    """What is done at which probability.

    Attributes:
        answer_at: the probability of being right that an answer needs.
        clarify_at: from this probability on, ask which of two or three articles a vague question means.
        vague_words: a question of more words than this, stop words not counted, is not taken to be vague.
        out_of_scope_below: under this probability, a question without an answer is taken to be about something else.
        close: how near, in fused score, the second article must be to the first for a question to be ambiguous.
        calibration: a file written by `Calibration.write` or by tuning; the one that ships with ragcare if None. In a
            settings file its path starts at the folder of that file, so that the two can be moved together.
    """

    answer_at: Share = 0.6
    clarify_at: Share = 0.05
    vague_words: Annotated[int, Field(ge=0)] = 3
    out_of_scope_below: Share = 0.2
    close: Share = 0.2
    calibration: Path | None = None

    @model_validator(mode="after")
    def _asks_back_only_where_it_would_not_answer(self) -> Self:
        usual = self.clarify_at == type(self).model_fields["clarify_at"].default  # answer_at = 0 alone is no mistake
        if self.clarify_at > self.answer_at and not usual:
            raise ValueError(
                f"clarify_at ({self.clarify_at}) is above answer_at ({self.answer_at}): what is sure enough to be "
                "answered would be asked back; lower it to answer_at or less"
            )
        return self
