"""A report with plausible figures, and rows to go with it; and the same with text that means harm."""

from __future__ import annotations

from tests.evaluation.rows import judged, label, right

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.report import Bin, Deflection, Figure, Figures, Point, Report

HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=alert(1)>]]></style></svg></title></textarea>"
    "-->{{ 7*7 }}{% raw %}$x^2$ \"' onmouseover=alert(2) javascript:alert(3) \u202e|`*_"
)


def figure(value: float, n: int, low: float, high: float) -> Figure:
    """A figure."""
    return Figure(value=value, n=n, low=low, high=high)


def small_report() -> Report:
    """A report of every section."""
    return Report(
        suite="demo",
        part="dev",
        fingerprint="0123456789abcdef",
        fingerprints={"settings": "7e16b02c451073f1", "questions": "ac675c73b10b5552"},
        n=183,
        judge="citation and reference answer (contained, or token F1 of at least 0.5)",
        retrieval={
            "recall@1": figure(0.647, 109, 0.558, 0.737),
            "recall@5": figure(0.867, 109, 0.793, 0.932),
            "recall@10": figure(0.917, 109, 0.864, 0.962),
            "mrr@10": figure(0.75, 109, 0.68, 0.82),
        },
        answering={
            "accuracy": figure(0.719, 57, 0.58, 0.83),
            "coverage": figure(57 / 183, 183, 0.244, 0.373),
            "wrong_answer_rate": figure(16 / 183, 183, 0.051, 0.131),
            "answerability_auroc": figure(0.64, 150, 0.53, 0.74),
            "ece": figure(0.09, 179, 0.07, 0.17),
        },
        deciding={
            "deflection": figure(162 / 183, 183, 0.833, 0.931),
            "safe_deflection": figure(41 / 183, 183, 0.163, 0.287),
            "refusal_recall": figure(0.80, 41, 0.67, 0.92),
        },
        outcomes={
            "correct": 41,
            "refused_rightly": 33,
            "escalated_rightly": 21,
            "clarified_rightly": 6,
            "clarified_wrongly": 4,
            "escalated_wrongly": 0,
            "refused_wrongly": 62,
            "wrong": 16,
        },
        deflection=(
            Deflection(
                name="containment rate",
                source="Somebody (2020)",
                counts="Not handed over to a person.",
                figure=figure(162 / 183, 183, 0.833, 0.931),
            ),
            Deflection(
                name="self-service score",
                source="Somebody else (2021)",
                counts="Questions to each handover.",
                unit="number",
                figure=figure(8.714, 183, 6.2, 13.1),
            ),
        ),
        euros={"correct": 0.1, "wrong": 25.0, "escalated_wrongly": 8.0},
        cost={
            "total": figure(5.208, 183, 4.29, 6.33),
            "correct": figure(0.022, 183, 0.016, 0.029),
            "wrong": figure(2.19, 183, 1.28, 3.28),
        },
        by_language={"en": _group(89, 0.19, 0.11), "fr": _group(94, 0.26, 0.06)},
        by_kind={
            "plain": _group(19, 0.95, 0.0),
            "near_miss": {**_group(10, 0.0, 0.5), "refusal_recall": figure(0.5, 10, 0.2, 0.8)},
            "typo": _group(9, 0.0, 0.0),
        },
        reliability=tuple(
            Bin(low=at / 5, high=(at + 1) / 5, n=20 + at, probability=at / 5 + 0.1, right=at / 5 + 0.05)
            for at in range(5)
        ),
        risk_coverage=tuple(Point(threshold=1 - at / 20, coverage=at / 20, risk=at / 40) for at in range(1, 21)),
        speed={"p50_ms": 18.0, "p99_ms": 161.1, "questions_per_s": 42.3},
    )


def _group(n: int, safe: float, wrong: float) -> Figures:
    return {
        "safe_deflection": figure(safe, n, max(0, safe - 0.1), min(1, safe + 0.1)),
        "wrong_answer_rate": figure(wrong, n, max(0, wrong - 0.1), min(1, wrong + 0.1)),
    }


def some_rows() -> list[Judged]:
    """Replies of every sort, right and wrong."""
    rows = [right(label(f"good-{at}", kind="plain"), number=at, probability=0.95 - at / 50) for at in range(6)]
    wrong = [("w-low", 0.61), ("w-high", 0.97), ("w-middle", 0.8)]
    rows += [
        judged(label(name, kind="near_miss"), "answer", cites="elsewhere", found=("elsewhere", f"art-{name}"))
        if name == "w-low"
        else judged(label(name, "refuse", kind="near_miss"), "answer", cites="elsewhere", probability=probability)
        for name, probability in wrong
    ]
    rows += [
        judged(label("refused", article="gold"), "refuse", cites="gold", found=("gold",), probability=0.4),
        judged(label("missed", "escalate"), "refuse", probability=0.1),
        judged(label("detour"), "escalate", probability=0.7),
        right(label("person", "escalate"), probability=0.2),
        right(label("vague", "clarify"), probability=0.3),
        right(label("off-topic", "refuse"), probability=0.05),
    ]
    return rows


def hostile_rows() -> list[Judged]:
    """Replies in which every text that comes from a file means harm."""
    article = "art<script>alert(4)</script>"
    asked = label(
        "id<script>",
        "answer",
        article=article,
        question=f"{HOSTILE} ?",
        kind=HOSTILE,
        split=HOSTILE,
        answers=(HOSTILE,),
        history=({"role": "customer", "text": HOSTILE},),
    )
    made = [
        judged(asked, "answer", cites=f"{article}x", found=(article, f"{article}x"), says=HOSTILE),
        judged(asked, "refuse", cites=f"{article}x", found=(article,), says=HOSTILE),
    ]
    for number, one in enumerate(made):
        trace = one.row.reply.trace.model_copy(update={"features": {HOSTILE: 0.5}, "signals": {HOSTILE: 0.5}})
        reason = one.row.reply.decision.reasons[0].model_copy(update={"detail": HOSTILE})
        decision = one.row.reply.decision.model_copy(update={"reasons": (reason,)})
        reply = one.row.reply.model_copy(update={"text": HOSTILE, "trace": trace, "decision": decision})
        row = one.row.model_copy(update={"reply": reply, "number": number})
        made[number] = Judged(row, one.judgement.model_copy(update={"why": HOSTILE}))
    return made


def hostile_report() -> Report:
    """A report in which every name that comes from a file means harm."""
    report = small_report()
    groups = {
        HOSTILE: report.by_kind["plain"],
        "\x00\x07 \U0001f600 $": report.by_kind["near_miss"],
        "": _group(4, 0, 1),
    }
    return report.model_copy(
        update={
            "suite": HOSTILE,
            "part": HOSTILE,
            "judge": HOSTILE,
            "fingerprints": {HOSTILE: HOSTILE},
            "by_kind": groups,
            "by_language": groups,
            "speed": {HOSTILE: 1.0},
            "euros": {HOSTILE: 1.0},
            "deflection": (Deflection(name=HOSTILE, source=HOSTILE, counts=HOSTILE, figure=figure(0.5, 9, 0.2, 0.8)),),
        }
    )
