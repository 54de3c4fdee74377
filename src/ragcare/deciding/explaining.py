"""Why a decision fell as it did, and what would have changed it: in plain words, for whoever leads the support.

Nothing is decided here: the lines are read off the decision and its trace, so that a stored reply can be explained.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from ragcare.deciding.explaining_words import ENGLISH, FRENCH, Words
from ragcare.deciding.wording import wording
from ragcare.odds import log_odds, logistic
from ragcare.schema import Decision, Moved, Refusal, SocialTurn, Trace
from ragcare.settings import Settings

_MOST: Final = 2
"""So many features are named on each side: who wants them all has the trace."""
_LEAST: Final = 0.1
"""In log odds: what moved a probability of a half by less than .025 is not worth a word."""
_BETTER_LOW: Final = {"few_articles", "article_length"}
"""Features of which a high value speaks against an answer; of all others it speaks for it."""
_AS_GOOD_AS_CERTAIN: Final = 0.995
"""No threshold that anybody would set lies above it."""
_LONGEST_QUOTE: Final = 120


def explain(decision: Decision, trace: Trace, settings: Settings, language: str | None = None) -> tuple[str, ...]:
    """The explanation of a decision, a sentence or two a line, the outcome first.

    Args:
        decision: what was done.
        trace: of the same reply.
        settings: the assistant's: thresholds of the policy and of the signals.
        language: of whoever reads it, "fr" or any other for English; that of the question if None.
    """
    return tuple(_Explanation(decision, trace, settings, language or trace.language).lines())


class _Explanation:
    def __init__(self, decision: Decision, trace: Trace, settings: Settings, language: str) -> None:
        self.decision, self.trace, self.settings = decision, trace, settings
        self.words: Words = FRENCH if language == "fr" else ENGLISH
        self.reasons = _by_name(wording(language).reasons)
        self.between = " ; " if self.words.comma else "; "
        self.p = decision.probability
        self.needed = settings.policy.answer_at

    def lines(self) -> Iterator[str]:
        """All of them."""
        words, first = self.words, self.decision.reasons[0]
        if self.trace.parts:
            yield words.parts.format(n=len(self.trace.parts))
        match self.decision.action:
            case "answer":
                yield words.did["answer"].format(p=self._number(self.p), needed=self._number(self.needed))
                yield from self._moved()
                if self.p < _AS_GOOD_AS_CERTAIN:
                    yield words.raise_it.format(p=self._number(self.p))
            case "clarify" if first.code in get_args(SocialTurn):
                yield words.did["clarify"].format(why=words.manners)
                return
            case "clarify":
                at, answer_at = self._number(self.decision.threshold), self._number(self.needed)
                why = words.asked_back.format(p=self._number(self.p), needed=at, answer_at=answer_at)
                yield words.did["clarify"].format(why=why)
                yield from self._moved()
            case "refuse":
                yield words.did["refuse"].format(why=self._why_refused(first.code))
                if self._was_weighed(first.code):
                    yield from self._moved()
                    yield words.lower_it.format(p=self._number(self.p, down=True))
            case _:
                yield from self._handed_over()
        yield from self._other_signals()
        if self.trace.calibration_is_stale:
            yield words.stale

    def _was_weighed(self, code: str) -> bool:
        """Whether a draft was there, and the threshold alone kept it back."""
        return code in ("weak_source", "out_of_scope") and not isinstance(self.trace.draft, Refusal)

    def _why_refused(self, code: str) -> str:
        if self._was_weighed(code):
            least = self.settings.policy.out_of_scope_below
            far = self.words.far.format(far=self._number(least)) if code == "out_of_scope" else ""
            return self.words.weak.format(p=self._number(self.p), needed=self._number(self.needed)) + far
        draft = self.trace.draft
        sources = ", ".join(draft.sources) if isinstance(draft, Refusal) else ""
        return _by_name(self.words.refused).get(code, self.reasons.get(code, code)).format(sources=sources)

    def _handed_over(self) -> Iterator[str]:
        words, first = self.words, self.decision.reasons[0]
        if first.code == "repeated_failure" and len(self.decision.reasons) > 1:
            refused = self.decision.reasons[1].code
            yield words.did["escalate"].format(why=words.failed)
            yield words.would_refuse.format(why=self._why_refused(refused))
            return
        for reason in self.decision.reasons:
            topic = reason.detail if reason.code == "topic" else ""
            rule = self.settings.signals.rule_for(reason.code, topic)
            p = self._number(self.trace.signals.get(reason.code, rule.threshold))
            told = {"reason": self.reasons[reason.code], "p": p, "needed": self._number(rule.threshold)}
            yield words.did["escalate"].format(why=words.signal.format(**told, quote=_shortened(reason.detail)))
            kind = f"topics.{topic}.threshold" if topic else f"{reason.code}.threshold"
            yield words.raise_signal.format(kind=kind, p=p)
        draft = self.trace.draft
        if isinstance(draft, Refusal):
            yield words.would_refuse.format(why=self._why_refused(draft.reason))
        elif self.p >= self.needed:
            yield words.would_answer.format(p=self._number(self.p), needed=self._number(self.needed))
        else:
            yield words.would_refuse.format(why=self._why_refused("weak_source"))

    def _other_signals(self) -> Iterator[str]:
        """What was heard beside the reason of the decision: what offers a person, and what had no consequence."""
        signals, acted = self.settings.signals, {reason.code for reason in self.decision.reasons}
        offered, idle = [], []
        for kind, p in self.trace.signals.items():
            if kind == "handed_over":  # it offers nobody: a person has the question
                continue
            known = kind in self.reasons and kind != "topic"
            threshold = signals.rule_for(kind).threshold
            told = f"{self.reasons.get(kind, kind)} ({self._number(p)}{self.between}{self._number(threshold)})"
            if known and kind not in acted:
                idle.append(told)
            elif known and self.decision.action in ("answer", "refuse", "clarify"):
                offered.append(told)
        if offered:
            yield self.words.beside.format(what=", ".join(offered))
        if idle:
            yield self.words.not_enough.format(what=", ".join(idle))

    def _moved(self) -> Iterator[str]:
        """The features that moved the probability most, either way, each with what it would have been without.

        One that only corrects another has the sign against it, and no words: that nothing is close makes nobody surer.
        """
        plain = [one for one in self.trace.moved if (one.pull > 0) == _speaks_for_it(one)]
        up = [one for one in plain if one.pull >= _LEAST][:_MOST]
        down = [one for one in plain if one.pull <= -_LEAST][:_MOST]
        for sentence, ones in ((self.words.surer, up), (self.words.less_sure, down)):
            if ones:
                yield sentence.format(what=self.between.join(map(self._feature, ones)))

    def _feature(self, one: Moved) -> str:
        high, low = self.words.features.get(one.feature, (one.feature, one.feature))
        without = logistic(log_odds(self.p) - one.pull)
        return self.words.as_usual.format(what=high if one.value >= one.usual else low, p=self._number(without))

    def _number(self, value: float, *, down: bool = False) -> str:
        """Two decimals; three where two would hide which of probability and threshold is larger."""
        digits = 3 if value != self.needed and round(value, 2) == round(self.needed, 2) else 2
        shown = math.floor(value * 10**digits) / 10**digits if down else value
        text = f"{shown:.{digits}f}"
        return text.replace(".", ",") if self.words.comma else text


def _speaks_for_it(one: Moved) -> bool:
    """Whether a person would take the value of a feature for a sign that the answer is right."""
    return (one.value >= one.usual) != (one.feature in _BETTER_LOW)


def _by_name(texts: Mapping[Any, str]) -> Mapping[str, str]:
    """The same texts, to be asked for any name."""
    return {str(name): text for name, text in texts.items()}


def _shortened(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1].rstrip() + "…"
