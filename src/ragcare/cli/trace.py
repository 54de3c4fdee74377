"""How a reply came about, in plain words, for whoever has to explain it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragcare.cli.console import print_table, show
from ragcare.schema import Answer

if TYPE_CHECKING:
    from ragcare.schema import Decision, Library, Reply, Trace

_STALE = (
    "the confidence was fitted under other settings, models or analysers than these: "
    "the probability below promises nothing. Mend: go back to the settings it was fitted for, or fit it again"
)


def show_trace(reply: Reply, library: Library) -> None:
    """Prints the whole trace of a reply on stdout."""
    trace, decision = reply.trace, reply.decision
    show("")
    show(("How this reply came about", "bold underline"))
    if trace.calibration_is_stale:
        show(("warning      ", "bold yellow"), _STALE)
    _line("language", trace.language)
    _line("as of", f"{reply.question.as_of}, for {', '.join(reply.question.asker.audiences)}")
    _line("decision", f"{decision.action}, because {_because(decision)}")
    for line in trace.why:
        _line("why", line)
    _line("probability", _against_threshold(decision))
    _line("draft", _draft(trace))
    for signal, probability in trace.signals.items():
        _line("signal", f"{signal}, {probability:.2f} likely")
    pulls = {one.feature: f", moves the log odds by {one.pull:+.2f}" for one in trace.moved}
    for name, value in trace.features.items():
        _line("feature", f"{name.replace('_', ' ')} = {value:.3f}{pulls.get(name, '')}")
    _line("time", ", ".join(f"{stage} {spent:.1f} ms" for stage, spent in trace.milliseconds.items()))
    _line("fingerprint", trace.fingerprint)
    if not trace.hits:
        _line("hits", "none: nothing was found that may be said to this asker on this day")
        return
    legs = sorted({leg for hit in trace.hits for leg in hit.legs})
    rows = []
    for rank, hit in enumerate(trace.hits, 1):
        stands = [f"#{hit.legs[leg].rank} {hit.legs[leg].score:.3f}" if leg in hit.legs else "–" for leg in legs]
        title = library.article(hit.article_id).title
        rows.append([f"{rank}", hit.passage_id, title, f"{hit.score:.3f}", *stands])
    columns = {"#": "right", "passage": "left", "title": "wrap", "score": "right", **dict.fromkeys(legs, "right")}
    print_table(columns, rows)


def _line(name: str, text: str) -> None:
    show((f"{name:13}", "bold"), text)


def _because(decision: Decision) -> str:
    return "; ".join(f"{one.code} ({one.detail})" if one.detail else one.code for one in decision.reasons)


def _against_threshold(decision: Decision) -> str:
    side = "reaches" if decision.probability >= decision.threshold else "stays below"
    what = "a clarification" if decision.action == "clarify" else "an answer"
    return f"{decision.probability:.3f} {side} the {decision.threshold:.3f} that {what} needs"


def _draft(trace: Trace) -> str:
    draft = trace.draft
    if isinstance(draft, Answer):
        return f"{len(draft.sentences)} sentences, each proven, in {draft.language}"
    about = f", about {', '.join(draft.sources)}" if draft.sources else ""
    return f"nothing that could be said: {draft.reason}{about}"
