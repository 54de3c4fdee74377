"""What an explanation is written with, in French and in English."""

from __future__ import annotations

from typing import Final, NamedTuple

from ragcare.schema import Action, RefusalReason


class Words(NamedTuple):
    """The sentences of one language; what they take stands in braces.

    Attributes:
        comma: whether numbers are written with a comma.
        did: what was done, by action; an answer and a refusal take `p` and `needed`.
        refused: why there was nothing to weigh, and what would have changed it, by reason.
        features: of each feature what a high value says, and what a low one says.
    """

    comma: bool
    did: dict[Action, str]
    weak: str
    far: str
    raise_it: str
    lower_it: str
    surer: str
    less_sure: str
    as_usual: str
    refused: dict[RefusalReason, str]
    asked_back: str
    manners: str
    signal: str
    raise_signal: str
    failed: str
    beside: str
    not_enough: str
    would_answer: str
    would_refuse: str
    stale: str
    parts: str
    features: dict[str, tuple[str, str]]


FRENCH: Final = Words(
    comma=True,
    did={
        "answer": "Répondu : la réponse est juste avec une probabilité de {p}, et il en faut {needed}.",
        "refuse": "Refusé : {why}.",
        "clarify": "Redemandé : {why}.",
        "escalate": "Confié à une personne : {why}.",
    },
    weak="la réponse préparée n’était juste qu’avec une probabilité de {p}, et il en faut {needed}",
    far=", si peu (moins de {far}) que la question est tenue pour hors sujet",
    raise_it="Avec un seuil (policy.answer_at) au-dessus de {p}, elle aurait été refusée.",
    lower_it="Avec un seuil (policy.answer_at) de {p} ou moins, elle aurait été donnée.",
    surer="Ce qui l’a rendue plus sûre : {what}.",
    less_sure="Ce qui l’a rendue moins sûre : {what}.",
    as_usual="{what} (avec la valeur habituelle : {p})",
    refused={
        "no_source": "rien de validé n’a été trouvé que l’on puisse dire à ce client ce jour-là. Aucun seuil n’y "
        "change rien : il faut un article",
        "weak_source": "ce qui a été trouvé était trop faible pour en tirer une réponse. Il faut un article plus "
        "précis",
        "unsupported": "les articles trouvés traitent du sujet, mais aucune de leurs phrases ne porte la réponse. "
        "Aucun seuil n’y change rien : il faut qu’un article la dise",
        "conflict": "deux articles se contredisent ({sources}). Aucun seuil n’y change rien : il faut en corriger un",
        "expired": "le seul article qui répond est périmé. Il aurait fallu prolonger sa validité",
        "out_of_scope": "aucune réponse n’a été trouvée",
    },
    asked_back="la question a peu de mots et plusieurs articles y répondent presque aussi bien (probabilité {p} ; on "
    "redemande à partir de {needed}). Plus précise, elle aurait été pesée contre {answer_at}",
    manners="le message n’est que politesse, elle est rendue",
    signal="{reason} ({p} ; le seuil est {needed}), à ces mots : « {quote} »",
    raise_signal="Avec un seuil (signals.{kind}) au-dessus de {p}, ce signal n’aurait pas décidé.",
    failed="ce tour aurait été le troisième de suite sans réponse, ou le même échec encore une fois",
    beside="Une personne est proposée en plus : {what}.",
    not_enough="Entendu aussi, sans suite : {what}.",
    would_answer="Sans cela, une réponse était prête : probabilité {p}, il en faut {needed}.",
    would_refuse="Sans cela, il n’y avait pas de réponse non plus : {why}.",
    stale="Attention : la confiance a été réglée dans d’autres conditions, ces probabilités ne promettent rien.",
    parts="La question en posait {n} ; ceci vaut pour la partie la moins sûre.",
    features={
        "few_articles": ("peu d’articles sont ouverts à ce client", "beaucoup d’articles sont ouverts à ce client"),
        "vector_top": (
            "le passage le plus proche l’est beaucoup par le sens",
            "aucun passage n’est proche par le sens",
        ),
        "vector_margin": (
            "par le sens, l’article se détache des autres",
            "par le sens, l’article ne se détache pas des autres",
        ),
        "vector_lift": (
            "le premier passage se détache de tout ce qui a été trouvé",
            "tout ce qui a été trouvé se ressemble, rien ne se détache",
        ),
        "vector_apart": (
            "la question désigne nettement cet article parmi ceux qui lui ressemblent",
            "l’article se perd parmi d’autres qui lui ressemblent",
        ),
        "keyword_top": ("les mots de la question sont bien là", "peu des mots de la question se retrouvent"),
        "keyword_margin": (
            "par les mots, l’article se détache des autres",
            "par les mots, l’article ne se détache pas des autres",
        ),
        "agreement": (
            "les mots et le sens désignent le même article",
            "les mots et le sens désignent des articles différents",
        ),
        "coverage": (
            "le passage contient une grande part des mots demandés",
            "bien des mots demandés manquent au passage",
        ),
        "words": ("la question est longue", "la question a peu de mots"),
        "article_length": (
            "l’article est long, une autre de ses parties peut contenir la réponse",
            "l’article est court, on y trouve vite la bonne partie",
        ),
        "holds": (
            "à la lecture, le passage contient le fait demandé",
            "à la lecture, le passage ne semble pas contenir le fait demandé",
        ),
    },
)

ENGLISH: Final = Words(
    comma=False,
    did={
        "answer": "Answered: the answer is right with a probability of {p}, and {needed} is needed.",
        "refuse": "Refused: {why}.",
        "clarify": "Asked back: {why}.",
        "escalate": "Handed over to a person: {why}.",
    },
    weak="the drafted answer was right with a probability of only {p}, and {needed} is needed",
    far=", so low (under {far}) that the question counts as out of scope",
    raise_it="With a threshold (policy.answer_at) above {p} it would have been refused.",
    lower_it="With a threshold (policy.answer_at) of {p} or less it would have been given.",
    surer="What made it surer: {what}.",
    less_sure="What made it less sure: {what}.",
    as_usual="{what} (with the usual value: {p})",
    refused={
        "no_source": "nothing validated was found that may be said to this customer on this day. No threshold changes "
        "that: an article is missing",
        "weak_source": "what was found was too weak to make an answer of. A more precise article is missing",
        "unsupported": "the articles found cover the subject, but none of their sentences carries the answer. No "
        "threshold changes that: an article has to say it",
        "conflict": "two articles contradict each other ({sources}). No threshold changes that: one has to be mended",
        "expired": "the only article that answers has expired. Its validity would have had to be prolonged",
        "out_of_scope": "no answer was found",
    },
    asked_back="the question has few words and several articles answer it almost as well (probability {p}; asked back "
    "from {needed} on). Put more precisely, it would have been weighed against {answer_at}",
    manners="the message is nothing but good manners, which are returned",
    signal='{reason} ({p}; the threshold is {needed}), by these words: "{quote}"',
    raise_signal="With a threshold (signals.{kind}) above {p} this signal would not have decided.",
    failed="this turn would have been the third in a row without an answer, or the same failure once more",
    beside="A person is offered besides: {what}.",
    not_enough="Heard as well, without consequence: {what}.",
    would_answer="Without that an answer was ready: probability {p}, and {needed} is needed.",
    would_refuse="Without that there was no answer either: {why}.",
    stale="Beware: the confidence was fitted under other conditions, so these probabilities promise nothing.",
    parts="The question asked {n} things; this is about the part that is least sure.",
    features={
        "few_articles": ("few articles are open to this customer", "many articles are open to this customer"),
        "vector_top": ("the nearest passage is very close in meaning", "no passage is close in meaning"),
        "vector_margin": (
            "by meaning, the article stands out from the others",
            "by meaning, the article does not stand out from the others",
        ),
        "vector_lift": (
            "the first passage stands out from all that was found",
            "all that was found is alike, nothing stands out",
        ),
        "vector_apart": (
            "the question points clearly to this article among those like it",
            "the article is lost among others like it",
        ),
        "keyword_top": ("the words of the question are there", "few words of the question are there"),
        "keyword_margin": (
            "by words, the article stands out from the others",
            "by words, the article does not stand out from the others",
        ),
        "agreement": ("words and meaning point to the same article", "words and meaning point to different articles"),
        "coverage": (
            "the passage has a large share of the words asked for",
            "many of the words asked for are missing from the passage",
        ),
        "words": ("the question is long", "the question has few words"),
        "article_length": (
            "the article is long, and another part of it may hold the answer",
            "the article is short, so the right part of it is soon found",
        ),
        "holds": (
            "on reading, the passage holds the asked fact",
            "on reading, the passage does not seem to hold the asked fact",
        ),
    },
)
