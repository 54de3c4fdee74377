"""What a question asks for, by its words: an amount, a delay, a place, a yes or no; French and English."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple, get_args

from ragcare.language.folding import APOSTROPHES, fold

Asked = Literal[
    "amount", "percent", "duration", "date", "number", "place", "person", "contact",
    "yes_no", "how_to", "how", "why", "which", "definition", "thing",
]  # fmt: skip
"""What may be asked for. "which" names the noun it asks for ("quel pays"); "thing" is all that is left."""

ASKED: Final[tuple[Asked, ...]] = get_args(Asked)


class QuestionType(NamedTuple):
    """What a question asks for.

    Attributes:
        asked: the kind of thing.
        words: offsets into the question of the words that say so: "Combien de", "What year".
        focus: the noun that is asked for, folded: "pays" of "dans quel pays"; "" where none is named.
    """

    asked: Asked
    words: tuple[int, int]
    focus: str


_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")
_NOT_A_LETTER: Final = re.compile(r"[^\w%€$£'-]+")

# Measures stand before places and persons, and the widest rule last: the first that fits decides.
_FRENCH: Final[tuple[tuple[Asked, str], ...]] = (
    (
        "contact",
        r"\b(?:quel(?:le)?s?|a quel(?:le)?) (?:est |sont )?(?:le |la |l'|les |vos |votre |son |leur )?"
        r"(?:numeros?|num|tel\w*|adresses?(?! ip)|e-?mails?|mail|courriel|coordonnees)\b"
        r"|\b(?:comment|ou) (?:\S+ )?(?:\S+ )?(?:contacter|joindre|ecrire|appeler)\b|\bnumero de tel",
    ),
    (
        "percent",
        r"\b(?:quel(?:le)?s?|combien)(?: \S+){0,4}? (?:pourcentages?|pour ?cent|taux|proportion|fraction)\b"
        r"|\bquelle (?:est la )?part (?:de|du|des)\b",
    ),
    (
        "duration",
        r"\bcomb(?:ien|ine|ein) (?:de temps|d'(?:annees?|heures?)"
        r"|de (?:jours?|mois|semaines?|minutes?|secondes?|ans|siecles?|decennies))\b"
        r"|\b(?:pendant|depuis|durant|d'ici|sous|dans) combien\b|\bdure\S* combien\b"
        r"|\bquel(?:le)?s? (?:est |sont |etai\w+ |sera )?(?:le |la |les |l')?(?:delais?|durees?|age|anciennete"
        r"|preavis)\b",
    ),
    (
        "amount",
        r"\bcomb(?:ien|ine|ein)(?: \S+){0,4}? (?:d')?(?:cout\w*|vau[tx]|valait|pay\w*|factur\w*|euros?|dollars?"
        r"|frais|gagn\w*|rembours\w*)"
        r"|\bcombien d'(?:euros?|argent)\b|\b(?:a|pour) combien\b"
        r"|\bquel(?:le)?s? (?:est |sont |etai\w+ |sera |fut )?(?:le |la |les |l')?"
        r"(?:prix|tarifs?|montants?|couts?|frais|salaires?|budget|somme|chiffre d'affaires|loyer|caution|franchise)\b",
    ),
    (
        "number",
        r"\bcomb(?:ien|ine|ein)s?\b|\bcbn\b|\bquel(?:le)?s? (?:est |sont |etai\w+ |fut )?(?:le |la |les |l')?"
        r"(?:nombre|effectif|population|superficie|surface|taille|altitude|hauteur|longueur|largeur|poids|masse|"
        r"temperature|vitesse|distance|profondeur|quantite|score|capacite|volume|densite|seuil|plafond)\b",
    ),
    (
        "date",
        r"\bqua?n[dt]\b|\bkan\b|\b(?:quel(?:le)?s?|kel)(?: est| fut| etait| sont| etaient)?(?: la| le| les| l'"
        r"| vos| votre)? ?"
        r"(?:jours?|dates?|annees?|mois|siecles?|epoques?|periodes?|heures?|horaires?|decennies?|moments?|an"
        r"|saison|echeance)\b",
    ),
    (
        "why",
        r"\bp(?:ou)?rquoi?s?\b|\bpk\b|\bpq\b|\bpour (?:quel(?:le)?s?) (?:raisons?|motifs?)\b|\bdans quel but\b"
        r"|\bquel(?:le)?s? (?:est |sont |etai\w+ |fut )?(?:la |les |le )?(?:causes?|raisons?|motifs?|but|objectifs?)\b",
    ),
    (
        "place",
        r"(?:^|[?,;.] ?|\b(?:d'|jusqu'|vers |par ))ou\b(?! bien)|\bOÙ\b"
        r"|\bquel(?:le)?s? (?:est |sont |etait |fut )?(?:la |le |les |l')?(?:villes?|pays|regions?|lieux?|endroits?|"
        r"continents?|departements?|provinces?|communes?|quartiers?|villages?|iles?|capitale|rues?|etat americain)\b",
    ),
    (
        "definition",
        r"\bqu(?:'| )est[ -]ce (?:que c'est )?(?:que? |qu')(?:le |la |les |l'|une? |des )?\S+(?: \S+){0,3} ?\??$"
        r"|\bc'est quoi\b|\bque (?:signifie|veut dire|designe)\w*|\bdefini\w+|\bsignification\b|\bsens d",
    ),
    (
        "person",
        r"(?<!ce )(?<!-ce )(?:^|\b(?:par|a|de|avec|pour|chez|contre|d'apres|selon|et|mais|sous|en|sur) |[,;?.] ?)"
        r"(?:d')?qui\b|\bqui est-ce\b|\bqui (?:est|a|sont|fut|etait|ont|peut|doit|dirige\w*)\b.{0,60}$(?<!^)"
        r"|\bquel(?:le)?s? (?:est |sont |etai\w+ |fut |furent )?(?:le |la |les |l')?(?:personn\w+|auteurs?|rois?"
        r"|reines?|"
        r"presidente?s?|acteurs?|actrices?|joueurs?|empereurs?|artistes?|peintres?|ministres?|chanteu\w+|ecrivains?|"
        r"realisateurs?|architectes?|generaux|general|entreprises?|societes?|equipes?|groupes?|organisations?"
        r"|partis?)\b",
    ),
    (
        "how_to",
        r"\bcom?ment? (?:faire|puis|peut|peux|pouv\w+|dois|doit|dev\w+|je|on|vais|est-ce que (?:je|on)|proceder|"
        r"(?:s'|se |me |m'|l'|le |la |les |y |en )?[a-z]{2,}(?:er|ir|oir|re)\b)"
        r"|\bque (?:dois|doit|faire|faut|puis)\b|\bqu(?:'| )est-ce que je (?:dois|fais|peux)"
        r"|\bquel(?:le)?s? (?:est |sont )?(?:la |les )?(?:demarches?|etapes?|procedures?|marche a suivre)\b"
        r"|\bquoi faire\b",
    ),
    ("how", r"\bcom?ment\b|\bde quelle (?:maniere|facon)\b"),
    ("which", r"\bquel(?:le)?s?\b|\b(?:le|la|les|du|au|aux|des)quel(?:le)?s?\b|\bkels?\b"),
    ("yes_no", r"^est[ -]?ce qu"),
    ("thing", r"\bqu'?est[ -]ce\b|\bqu(?:e|oi|')\b|\bkoi\b|\bqu'"),
    (
        "yes_no",
        r"\best[ -]?ce qu|\b\w+-(?:t-)?(?:il|elle|on|ils|elles|je|vous|tu|nous|ce)\b"
        r"|^(?:puis|peut|peux|dois|doit|faut|ai|as|a|est|sont|y a|suis|je peux|on peut|je dois|c'est)\b",
    ),
)
_ENGLISH: Final[tuple[tuple[Asked, str], ...]] = (
    (
        "contact",
        r"\b(?:what|which)(?:'s| is| are)? (?:the |your |their )?(?:\w+ ){0,2}?(?:phone|telephone|e-?mail|contact|"
        r"mailing|postal|customer service|fax|toll[- ]free)\b|\b(?:phone|contact|telephone|hotline) (?:number"
        r"|details)\b"
        r"|\bhow (?:do|can|should|would|may) \w+ (?:contact|reach|call|get in touch)\b|\bwho (?:do|can"
        r"|should) (?:i|we) (?:contact|call)",
    ),
    (
        "percent",
        r"\b(?:what|which|how)(?: \S+){0,4}? (?:percent\w*|proportion|fraction|share|rate)\b|\binterest rate\b",
    ),
    (
        "duration",
        r"\bhow (?:long|old|often|frequently)\b|\bhow (?:many|much) (?:days?|weeks?|months?|years?|hours?"
        r"|minutes?|seconds?|time|decades|centuries)\b"
        r"|\bwhat(?:'s| is| was)? (?:the )?(?:\w+ )?(?:duration|delay|deadline|age|waiting period|notice period"
        r"|time ?frame)\b|\bat what age\b",
    ),
    (
        "amount",
        r"\bhow much (?:\w+ ){0,6}?(?:cost|costs|pay|paid|pays|charge|charged|worth|earn|earned|money|spend|spent"
        r"|fee|fees|raised?|owe|funding|donat\w+)\b"
        r"|\bwhat(?:'s| is| was| were| are)? (?:the )?(?:\w+ ){0,2}?(?:price|cost|costs|fee|fees|amount|salary"
        r"|budget|revenues?|income|charge|fine|premium)\b"
        r"|\bhow expensive\b|\bhow much (?:is|are|was|were|does|do|did|will|would)\b",
    ),
    (
        "number",
        r"\bhow (?:many|much|far|tall|big|large|high|deep|fast|heavy|wide|hot|cold|close|strong|small)\b"
        r"|\bhow man\w?y\b"
        r"|\bwhat(?:'s| is| was| were| are)? (?:the )?(?:\w+ )?(?:number|population|area|size|height|length|width"
        r"|weight|"
        r"mass|temperature|speed|distance|depth|quantity|score|capacity|density|altitude|elevation|limit|total)\b",
    ),
    (
        "date",
        r"\bw(?:h|)en\b|\bwehn\b|\b(?:what|which)(?:'s| is| was| are| were)? (?:the |your )?(?:\w+ )?(?:years?"
        r"|days?|dates?|months?|century|decade|time|era|"
        r"hours|season|period)\b|\buntil when\b|\bsince when\b|\bwhat hours\b",
    ),
    (
        "why",
        r"\bwhy\b|\bfor (?:what|which) (?:reasons?|purposes?)\b|\bhow come\b"
        r"|\bwhat(?:'s| is| was| were| are)? (?:the |some )?(?:\w+ )?(?:reasons?|causes?|purposes?|motive"
        r"|goals?)\b|\bwhat (?:causes?|caused|led|drove)\b",
    ),
    (
        "place",
        r"\bwhere\b|\bwere (?:is|are|can|do)\b|\b(?:what|which)(?:'s| is| was| are"
        r"| were)? (?:the )?(?:\w+ )?(?:cit(?:y|ies)|countr(?:y|ies)|regions?|places?|"
        r"locations?|continents?|states?|provinces?|towns?|villages?|islands?|capital|street|county|neighborhood"
        r"|district)\b",
    ),
    (
        "definition",
        r"\bwhat does \S+(?: \S+){0,3} (?:mean|stand for|refer to)\b|\bdefinition of\b|\bmeaning of\b|\bdefine\b"
        r"|^what(?:'s| is| are) (?:an? |the )?[\w'-]+(?: [\w'-]+)?\??$",
    ),
    (
        "person",
        r"\bwh(?:o|om|ose|o's|os)\b|\b(?:what|which)(?:'s| is| was| are| were)? (?:the )?(?:\w+ )?(?:person"
        r"|persons|people|author|king|queen|"
        r"president|actor|actress|player|emperor|artist|minister|singer|writer|director|architect|general|company|"
        r"companies|organi[sz]ations?|team|group|groups|party|band|leader|scientist|pope|agency|institution)\b",
    ),
    (
        "how_to",
        r"\bhow (?:do|can|should|would|may|must|could|am|will|might) (?:i|we|you|one|they|someone|somebody|people"
        r"|my)\b|\bhow to\b"
        r"|\bwhat (?:should|do|can|must|shall|am) (?:i|we|you)(?: \w+)* (?:do|need|have)\b|\bwhat (?:are the )?steps\b",
    ),
    ("how", r"\bhow\b|\bin what (?:way|manner)\b"),
    (
        "which",
        r"\bwhich\b|\bwhat (?:type|kind|sort|name|other|two|three|four)s?\b"
        r"|\bwhat (?!(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|if|about|"
        r"happens?|happened|made|makes|caused|causes|led|i|you|the|a|an|to|else|must|may|might)\b)\w+",
    ),
    ("thing", r"\bwhat(?:'s|s)?\b|\bwaht\b|\bwat\b"),
    (
        "yes_no",
        r"(?:^|[,;.?!] ?)(?:(?:hi|hello|hey|ok|okay|so|and|but|oh|well|please|thanks|also)[ ,]+)*"
        r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|must|have|has|had|might|isn't|aren't|"
        r"don't|doesn't|didn't|can't|won't)\b",
    ),
)
_RULES: Final = {
    "fr": tuple((asked, re.compile(rule)) for asked, rule in _FRENCH),
    "en": tuple((asked, re.compile(rule)) for asked, rule in _ENGLISH),
}
_FOCUS: Final = {
    "fr": re.compile(
        r"\b(?:quel(?:le)?s?|combien)(?: (?:est|sont|etait|etaient|fut|furent|sera|a ete|de|d'))?(?: (?:le|la|les"
        r"|l'|un|une|des|"
        r"son|sa|ses|leur|leurs|autre|autres|deux|trois|premiere?|principale?s?|principaux|grande?s?|type de"
        r"|type d'|types de|"
        r"sorte de|nom du|nom de|nom des)(?![a-z]))* ?(?:[ld]')?(?P<noun>[a-z][a-z-]{2,})"
    ),
    "en": re.compile(
        r"\b(?:what|which|how many|how much)(?:'s| is| are| was| were)?(?: (?:the|a|an|other|two|three|four|first"
        r"|main|kinds? of|"
        r"types? of|sorts? of|name of|of|largest|biggest|most|major|primary|old"
        r"|new)(?![a-z]))* (?P<noun>[a-z][a-z-]{2,})"
    ),
}
_NO_FOCUS: Final = frozenset(
    {"does", "did", "has", "have", "had", "can", "could", "will", "would", "should", "happens", "happened", "made",
     "makes", "they", "you", "she", "the", "for", "are", "was", "were", "is", "est", "sont", "peut", "fait", "sera",
     "ont", "ete", "qui", "que", "temps"}
)  # fmt: skip


@lru_cache(maxsize=1024)
def question_type(text: str, language: str) -> QuestionType:
    """What a question asks for; a question in a language without rules is read by the English ones.

    Accents, capitals and the common misspellings of question words do not matter.
    """
    known = "fr" if language == "fr" else "en"
    plain = _plain(text)
    # Written with its accent, "où" is never "or".
    marked = re.sub(r"\bo[uù]\b(?<=ù)", "OÙ", text.lower())
    for asked, rule in _RULES[known]:
        found = rule.search(plain) or (rule.search(_plain_keeping_where(marked)) if asked == "place" else None)
        if found:
            return QuestionType(asked, found.span(), _focus(plain, known))
    return QuestionType("thing", (0, 0), _focus(plain, known))


def _plain(text: str) -> str:
    # Letter by letter where folding keeps the length, so that offsets stay those of the text.
    folded = fold(_APOSTROPHE.sub("'", text))
    return " ".join(_NOT_A_LETTER.sub(" ", folded).split())


def _plain_keeping_where(text: str) -> str:
    return " ".join(one if one == "OÙ" else fold(one) for one in text.split())


def _focus(plain: str, language: str) -> str:
    found = _FOCUS[language].search(plain)
    noun = found["noun"] if found else ""
    return "" if noun in _NO_FOCUS else noun
