"""Settings: a TOML file, then `RAGCARE_*` variables, checked as a whole before anything runs."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.schema import EscalationReason, LanguageCode, PersonalKind, RefusalReason, Way

_PREFIX = "RAGCARE_"
_NOT_SETTINGS = {"RAGCARE_DATA", "RAGCARE_LLM_API_KEY"}
"""Variables that belong to the evaluation data and the tests, or are secret and so never a setting that is kept."""

Share = Annotated[float, Field(ge=0, le=1)]
_Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\[\]:-]+$")]
_Rate = Annotated[str, Field(pattern=r"^(\d+/(\d+ ?)?(second|minute|hour|day)s?)?$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PassageSettings(_Table):
    """How articles are cut.

    Attributes:
        words: the length to aim at; 120 is what the retrieval figures of the README were measured with.
    """

    words: Annotated[int, Field(ge=20, le=400)] = 120


class RetrievalSettings(_Table):
    """How passages are found.

    Attributes:
        embedder: "e5", "light", "hash" (tests only), or "sentence-transformers:FOLDER-OR-HUB-NAME".
        fusion: "adaptive" weighs the legs anew for each question; "convex" always by `vector_weight`; "rrf" too, and
            keeps only the ranks of what they found.
        vector_weight: the share of the vector leg in the fused score; the keyword leg has the rest. Not with
            "adaptive".
        rrf_k: the constant of reciprocal rank fusion (Cormack et al. 2009 use 60).
        head_weight: of title and known questions in the keyword leg; headings and text have the rest.
        k1: how fast a repeated word stops counting in BM25.
        b: how much BM25 discounts long passages.
        repair: in the keyword leg, look too for what words that no article knows were meant to be; not with Milvus.
        candidates: how many passages each leg brings to the fusion.
        k: how many articles a search returns, each with those of its passages that rank before the next article.
        reranker: "cross-encoder:FOLDER-OR-HUB-NAME", "reader" or "reader:FILE" reads the first passages again with the
            question; none if None.
        rerank_below: it reads only where the first article leads the next one by less than this, in log-odds of the
            fused score; no lead reaches 10.
        reranked: how many passages it reads.
        reranker_weight: the share of the reranker in the log-odds of the score; the fusion has the rest.
    """

    embedder: str = "e5"
    fusion: Literal["adaptive", "convex", "rrf"] = "adaptive"
    vector_weight: Share = 0.65
    rrf_k: Annotated[int, Field(ge=1)] = 60
    head_weight: Share = 0.5
    k1: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.2
    b: Share = 0.75
    repair: bool = True
    candidates: Annotated[int, Field(ge=1)] = 100
    k: Annotated[int, Field(ge=1)] = 10
    reranker: Annotated[str, Field(min_length=1)] | None = None
    rerank_below: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.5
    reranked: Annotated[int, Field(ge=1)] = 5
    reranker_weight: Share = 0.3


class AnsweringSettings(_Table):
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


class WritingSettings(_Table):
    """Who writes the answer out of the evidence, and how a language model is to sound.

    Attributes:
        writer: "extractive" says the evidence word for word; "llm" has a language model say it in its own words.
        length: "full" says whole sentences, with the words that answer marked in `Answer.highlight`; "short", of the
            extractive writer, says these words alone where some stand out.
        llm: which one: "openai:MODEL", "openai:MODEL@URL", "ollama:MODEL", "ollama:MODEL@URL",
            "transformers:FOLDER-OR-HUB-NAME" or "gguf:PATH".
        tone: how it sounds.
        address: how French customers are addressed.
        voice: what else your brand asks of its words, in a sentence or two; the model is told it as it stands.
        seconds: how long writing one answer may take, its repair included.
        tokens: how long one reply of the model may be; an answer takes two or three times its words, with its quotes.
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


class PolicySettings(_Table):
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


class HandoffSettings(_Table):
    """Where a conversation goes when a person takes over, how it gets there, and when somebody is there.

    Attributes:
        queue: the queue for every reason that has none of its own.
        queues: a queue for each reason that has one.
        mask: whether personal data is masked in what is handed over; or which kinds of it.
        channel: what takes it there, such as "webhook:https://care.example/handoffs"; nothing is sent if None.
        channel_options: what that channel wants to know besides; `docs/handoff.md` lists it. Names of environment
            variables, never the tokens that they hold.
        hours: when people answer, in the notation of OpenStreetMap's opening_hours ("PH" is a public holiday); always
            if None. Needs the extra "handoff".
        time_zone: in which the hours are meant (IANA).
        country: whose public holidays "PH" are (ISO 3166).
        languages: that the team answers in.
        ways: what is offered before and beside a person, first to last: "article" (what was found, to read first),
            "form", "callback", "person".
        form_url: of the form, if that is one of the ways.
    """

    queue: Annotated[str, Field(min_length=1)] = "customer-care"
    queues: dict[Literal[EscalationReason, RefusalReason, "ambiguous"], str] = {}
    mask: bool | tuple[PersonalKind, ...] = True
    channel: Annotated[str, Field(min_length=1)] | None = None
    channel_options: dict[str, str | int | bool] = {}
    hours: str | None = None
    time_zone: str = "Europe/Paris"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "FR"
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = ("fr", "en")
    ways: Annotated[tuple[Way, ...], Field(min_length=1)] = ("person",)
    form_url: Annotated[str, Field(pattern="^https?://")] | None = None

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError(f'{value!r} is no time zone; write it as "Europe/Paris"') from None
        return value

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if "form" in self.ways and self.form_url is None:
            raise ValueError('"form" is one of the ways, but form_url does not say where it is')
        if self.hours is not None:
            try:
                from opening_hours import OpeningHours
            except ImportError:
                raise ValueError('hours need the extra "handoff": pip install "ragcare[handoff]"') from None
            try:
                OpeningHours(self.hours, country=self.country)
            except Exception as error:  # its errors have no parent of their own
                reason = " ".join(str(error).split())
                raise ValueError(f'{self.hours!r}: {reason}; write them as "Mo-Fr 09:00-18:00; PH off"') from None
        return self


class SignalRule(_Table):
    """What is done about one kind of signal.

    Attributes:
        action: "escalate" hands over to a person; "offer" answers and offers one beside the answer; "note" answers, and
            counts only for urgency and queue if a person takes over for another reason; "ignore" is none of these.
        threshold: from this probability on. A signal that is less likely than not is never told.
    """

    action: Literal["escalate", "offer", "note", "ignore"] = "escalate"
    threshold: Annotated[float, Field(ge=0.5, le=1)] = 0.5


class TopicSettings(SignalRule):
    """A company's own topic, known by examples of what its customers write.

    Attributes:
        examples: three or more messages, in the languages of the customers; the more varied, the better it is known.
        queue: where its conversations go; if None, where those go that have no queue of their own.
    """

    action: Literal["escalate", "offer", "note", "ignore"] = "offer"
    examples: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=3)]
    queue: Annotated[str, Field(min_length=1)] | None = None


class SignalSettings(_Table):
    """What is done about what a message tells besides its question. What a table leaves out keeps its default.

    Attributes:
        by_meaning: read messages by their meaning too, which loads the packaged `light` embedder (about 125 MB, and a
            few milliseconds a message); otherwise by rules alone, which know seven kinds, in plain words.
        asks_person: asks for a person.
        anger: is angry with the company.
        distress: is in despair or in danger.
        bereavement: someone has died.
        fraud: money, account or identity are being misused.
        health: an illness, an injury, harm by a product, a life that depends on the service.
        legal: threatens with the law.
        data_protection: exercises a right over their own data, or tells of a leak.
        minor: is a child, or a child is harmed.
        complaint: complains, or claims redress.
        cancellation: may leave.
        account_specific: nothing but a look into their account can tell.
        repeated_failure: has tried again and again.
        topics: the company's own, by name.
        emergency_text: said after the words of a distress, by language: whom to call, in the country of the customers.
    """

    by_meaning: bool = True
    asks_person: SignalRule = SignalRule(threshold=0.6)
    anger: SignalRule = SignalRule(threshold=0.7)
    distress: SignalRule = SignalRule(threshold=0.6)
    bereavement: SignalRule = SignalRule(threshold=0.7)
    fraud: SignalRule = SignalRule(threshold=0.8)
    health: SignalRule = SignalRule(action="offer")
    legal: SignalRule = SignalRule(threshold=0.8)
    data_protection: SignalRule = SignalRule(threshold=0.8)
    minor: SignalRule = SignalRule(threshold=0.7)
    complaint: SignalRule = SignalRule(threshold=0.9)
    cancellation: SignalRule = SignalRule(action="note")
    account_specific: SignalRule = SignalRule(action="offer")
    repeated_failure: SignalRule = SignalRule(action="offer")
    topics: dict[Annotated[str, Field(min_length=1)], TopicSettings] = {}
    emergency_text: dict[LanguageCode, Annotated[str, Field(min_length=1)]] = {}

    @model_validator(mode="before")
    @classmethod
    def _keep_defaults_left_out(cls, value: Any) -> Any:
        """A kind of which only the threshold is set keeps its action."""
        if not isinstance(value, Mapping):
            return value
        return {name: _over_default(cls.model_fields.get(name), given) for name, given in value.items()}

    def rule_for(self, kind: str, topic: str = "") -> SignalRule:
        """What is done about a signal: of a topic that is set, or of a kind; nothing about any other."""
        rule = self.topics.get(topic) if kind == "topic" else getattr(self, kind, None)
        return rule if isinstance(rule, SignalRule) else SignalRule(action="ignore")


def _over_default(field: FieldInfo | None, given: Any) -> Any:
    default = field.default if field is not None else None
    if isinstance(default, SignalRule) and isinstance(given, Mapping):
        return {**default.model_dump(), **given}
    return given


class CacheSettings(_Table):
    """Where embeddings are kept, so that no text is embedded twice; it moves no score.

    Attributes:
        folder: of the cache; ragcare's own in the user's cache folder if None. It holds no text, only digests and
            vectors. In a settings file its path starts at the folder of that file.
        megabytes: how large it may grow before it forgets what was used least recently; 0 turns it off.
    """

    folder: Path | None = None
    megabytes: Annotated[int, Field(ge=0)] = 2000


class ServerSettings(_Table):
    """How `ragcare serve` serves. Nothing here moves a reply.

    Attributes:
        host: the address to listen on; only this machine unless it is set.
        port: and the port.
        workers: how many processes.
        threads: how many questions one process works on at a time.
        queue: how many more may wait in one process before it says that it is busy.
        seconds: how long a question may take, its waiting included.
        connections: how many requests one process has open at most.
        body_kb: how large the body of a request may be.
        title: of the page; it says its own, in the language of the customer, if empty.
        starters: questions to begin with that the page offers, by language.
        public: whether who shows no key is served, as the audience "public".
        origins: of the pages of other sites that may call this server from a browser (CORS), such as
            "https://www.example.org".
        embed_on: origins of the sites that may show the page in a frame; the widget needs it.
        asks: how often one caller may ask, in the notation of `limits`; empty for no limit. A caller is a key, or the
            address of who shows none.
        asks_with_key: the same, for who shows a key or a token.
        requests: how often one caller may do anything else, such as have suggestions.
        requests_with_key: the same, for who shows a key or a token.
        rate_storage: where is counted: "memory://" in each process for itself, "async+redis://HOST:PORT" for all.
        database: where keys, sessions, replies and feedback are kept, as an URL of SQLAlchemy; a SQLite file in the
            folder of the index if None. Set it by its variable where it holds a password.
        keep_days: after how many days sessions, replies and feedback are forgotten.
        reload_seconds: how often it looks whether there is a new index.
        drain_seconds: how long it goes on serving, and says that it is not ready, once it is told to end.
        proxies: addresses of the reverse proxies that are believed when they say where a request came from.
        token_variable: the environment variable that holds the secret which tokens (JWT, HS256) are signed with; no
            tokens if None.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    workers: Annotated[int, Field(ge=1)] = 1
    threads: Annotated[int, Field(ge=1)] = 2
    queue: Annotated[int, Field(ge=0)] = 256
    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 30.0
    connections: Annotated[int, Field(ge=1)] = 1_000
    body_kb: Annotated[int, Field(ge=1)] = 256
    title: str = ""
    starters: dict[LanguageCode, tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]] = {}
    public: bool = True
    origins: tuple[_Origin, ...] = ()
    embed_on: tuple[_Origin, ...] = ()
    asks: _Rate = "30/minute"
    asks_with_key: _Rate = "600/minute"
    requests: _Rate = "300/minute"
    requests_with_key: _Rate = "6000/minute"
    rate_storage: str = "memory://"
    database: SecretStr | None = None
    keep_days: Annotated[int, Field(ge=1)] = 30
    reload_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2.0
    drain_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    proxies: tuple[str, ...] = ("127.0.0.1",)
    token_variable: str | None = None


class Settings(BaseSettings):
    """All that can be set; every value is in `configs/default.toml` with a comment.

    `Settings()` reads the environment only; `Settings.load(path)` a TOML file first. A table's value is set by
    a variable with two underscores: `RAGCARE_POLICY__ANSWER_AT=0.7`.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid")

    passages: PassageSettings = PassageSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answering: AnsweringSettings = AnsweringSettings()
    writing: WritingSettings = WritingSettings()
    policy: PolicySettings = PolicySettings()
    handoff: HandoffSettings = HandoffSettings()
    signals: SignalSettings = SignalSettings()
    cache: CacheSettings = CacheSettings()
    server: ServerSettings = ServerSettings()

    @classmethod
    def load(cls, path: Path | str | None = None, *, beneath: Mapping[str, Any] | None = None) -> Self:
        """The settings of a TOML file, over which the `RAGCARE_*` variables have the last word.

        Args:
            path: a TOML file; none if None.
            beneath: tables that hold where neither file nor variable says otherwise, such as those of an index.

        Raises:
            BadInput: the file is missing or no TOML, or a variable names nothing that can be set.
            BadFiles: values of the file or the environment are not what they must be, all of them at once.
        """
        _refuse_unknown_variables(cls)
        from_file = _beside(Path(path), _read_toml(Path(path))) if path is not None else {}
        try:
            return cls(**_merged(_merged(beneath or {}, from_file), EnvSettingsSource(cls)()))
        except ValidationError as error:
            raise BadFiles(_problems(error, Path(path) if path is not None else None)) from None
        except SettingsError as error:
            raise BadInput(f"{error}. Mend: a whole table is JSON; set single values with two underscores") from None

    def fingerprint(self, *parts: str) -> str:
        """A short digest of what moves a score: passages, retrieval, who reads, and the `parts` given.

        The parts name what a setting only points at: the embedder with its version, the analysers. The
        other tables are left out: they act on a score and do not change it.
        """
        moving = self.model_dump(mode="json", include={"passages", "retrieval"})
        if self.retrieval.reranker is None:  # how it would be heard moves nothing then
            for name in ("reranker", "rerank_below", "reranked", "reranker_weight"):
                del moving["retrieval"][name]
        if self.answering.reader is not None:
            moving["reader"] = self.answering.reader
        text = json.dumps([moving, *parts], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_embedder(self, name: str) -> Self:
        """These settings with another embedder: an index names the one it was built with among its settings."""
        retrieval = self.retrieval.model_copy(update={"embedder": name})
        return self.model_copy(update={"retrieval": retrieval})

    def digest(self) -> str:
        """A short digest of every setting that a reply may hang on; of a calibration file only that there is one."""
        told = self.model_dump(mode="json", exclude={"cache": True, "server": True, "answering": {"conflict_record"}})
        told["policy"]["calibration"] = self.policy.calibration is not None
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, table by table and key by key; `above` has the last word."""
    tables = {
        name: _merged(below[name], value) if isinstance(value, dict) and isinstance(below.get(name), dict) else value
        for name, value in above.items()
    }
    return {**below, **tables}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such settings file. Mend: start from configs/default.toml") from None
    except OSError as error:
        raise BadInput(f"{path}: it cannot be read: {error.strerror}. Mend: name a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: not a TOML file in UTF-8: {error}") from None


def _beside(path: Path, tables: dict[str, Any]) -> dict[str, Any]:
    """The tables of a settings file, the paths that they name found from the folder of that file."""
    for table, key in (("policy", "calibration"), ("cache", "folder"), ("answering", "conflict_record")):
        values = tables.get(table)
        named = values.get(key) if isinstance(values, dict) else None
        if isinstance(values, dict) and isinstance(named, str):
            # Absolute, because an index keeps the settings it was built with, and may be opened from another folder.
            tables = {**tables, table: {**values, key: str(path.absolute().parent / named)}}
    return tables


def _refuse_unknown_variables(settings: type[Settings]) -> None:
    """A misspelt variable must not be ignored in silence."""
    known = {
        f"{_PREFIX}{table}__{name}".upper()
        for table, field in settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for name in field.annotation.model_fields
    } | {f"{_PREFIX}{table}".upper() for table in settings.model_fields}
    for variable in sorted(os.environ):
        table, _, key = variable.upper().rpartition("__")
        within_a_setting = "__" in table and table in known  # RAGCARE_HANDOFF__QUEUES__FRAUD
        known_here = variable.upper() in known | _NOT_SETTINGS or (within_a_setting and key != "")
        if variable.startswith(_PREFIX) and not known_here:
            near = difflib.get_close_matches(variable.upper(), known, n=1, cutoff=0)
            raise BadInput(f"the variable {variable} sets nothing. Mend: unset it; the nearest setting is {near[0]}")


def _problems(error: ValidationError, path: Path | None) -> list[Problem]:
    lines = _lines_of_keys(path.read_text(encoding="utf-8-sig")) if path is not None else {}
    problems = []
    for row in error.errors():
        parts = [str(part) for part in row["loc"] if part != "[key]"]
        variable = f"{_PREFIX}{'__'.join(parts[:2])}".upper()
        keys = (".".join(parts[:depth]) for depth in range(len(parts), 0, -1))
        line = next((lines[key] for key in keys if key in lines), None)
        if variable in os.environ:  # it has the last word, so it is the one that is wrong
            where, line = variable, None
        else:
            where = str(path) if line is not None else "settings"
        mend = "see configs/default.toml for the names and their ranges"
        problems.append(Problem(where, line, f"{'.'.join(parts)}: {row['msg']}", mend))
    return problems


def _lines_of_keys(toml: str) -> dict[str, int]:
    """On which line each table begins and each of its values is set: {"policy": 3, "policy.answer_at": 4}."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(toml.splitlines(), 1):
        name = line.split("#")[0].split("=")[0].strip()
        if name.startswith("["):
            name = name.strip("[] ")
            table = f"{name}."
            lines.setdefault(name, number)
        elif name:
            lines.setdefault(f"{table}{name}", number)
    return lines
