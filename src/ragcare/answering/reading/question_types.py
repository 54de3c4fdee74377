"""What a question asks for, by its words: an amount, a delay, a place, a yes or no; French and English."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple, get_args

from ragcare.answering.reading.question_clauses import WHERE, clauses, folded
from ragcare.language.whose_words import read_as

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
        focus: the noun that is asked for, folded: "pays" of "dans quel pays"; "" where none is named.
    """

    asked: Asked
    focus: str


_Rules = tuple[tuple[Asked, str], ...]

_COMBIEN: Final = r"(?:comb(?:ien|ine|ein)s?|cobmien|cbn)"
_COMBIEN_ALONE: Final = rf"{_COMBIEN}\b(?! (?:de |d'))"
_MONEY_FR: Final = (
    r"(?:prix|tarifs?|montants?|couts?|frais|salaires?|budget|somme|chiffre d'affaires|loyer|cautions?|franchise"
    r"|commissions?|acomptes?|arrhes|penalites?|taxes?)\b"
)
_PAID: Final = (
    r"(?:cout\w*|vau[tx]|valait|paie\w*|pay(?!s\b)\w*|factur\w*|debours\w*|verse\w*|prelev\w*|gagn\w*|rembours\w*"
    r"|revient)"
)
_WHAT_IS_FR: Final = (
    r"(?:\bquel(?:le)?s? (?:est |sont |etai\w+ |sera |fut )?|\bc(?:'est |' ?| est | )[qk]u?oi )"
    r"(?:le |la |les |l'|vos |votre )?"
)
_POLITE_FR: Final = (
    r"(?!.*\b(?:savoir|savez|sais|dire|dites|expliquer|connaitre|indiquer|preciser|donner|rappeler|voir|verifier"
    rf"|trouver)\b.*\b(?:qua?n[dt]|{WHERE}|combien|comment|quel(?:le)?s?|qui|pourquoi|quoi|ce qu[ei'])(?!\w))"
)
"""Not "Pouvez-vous me dire quand ...": what is asked for is what would be said."""
_NOT_TO_LEARN_FR: Final = rf"(?! (?:savoir|connaitre|voir) (?:quand|{WHERE}|combien|quel|qui|pourquoi))"
_OF_A_NOUN_FR: Final = r"(?:le |la |les |l'|un |une |des |mon |ma |mes |ce |cet |cette |votre |vos |son |sa |ses )"
_TURNED_ROUND: Final = (
    r"(?:\w+(?:[- ]t)?-(?:il|elle|on|ils|elles|je|vous|tu|nous|ce)\b"
    r"|(?:est|sont|peut|peuvent|doit|doivent|faut|va|vont|sera|seront|pouvez|avez|a t|y ?a) "
    r"(?:t )?(?:il|elle|on|ils|elles|vous)\b)"
)
_ASKING_FR: Final = r"\b(?:qua?n[dt]|combien|comment|quel(?:le)?s?|pourquoi)\b"

# Clauses are lines: no rule reaches from one into another, and "^" begins one. What is asked first decides ("Que faire
# quand ..." asks what to do); of the rules that begin with the same word, the first that fits: measures stand before
# places and persons, and the widest rule last.
_FRENCH: Final[_Rules] = (
    (
        "contact",
        rf"(?:\b(?:quel(?:le)?s?|a quel(?:le)?) (?:est |sont )?(?:le |la |l'|les |vos |votre |son |leur )?"
        rf"|{_WHAT_IS_FR})"
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
        rf"\b{_COMBIEN} (?:de te?mp?s|d'(?:annees?|heures?)"
        r"|de (?:jours?|mois|semaines?|minutes?|secondes?|ans|siecles?|decennies))\b"
        r"|\b(?:pendant|depuis|durant|d'ici|sous|dans) combien\b|\bdure\S* combien\b"
        rf"|{_WHAT_IS_FR}(?:delais?|durees?|age|anciennete|preavis)\b"
        r"|\b(?:a |vers )quel age\b",
    ),
    (
        "amount",
        rf"\b{_COMBIEN_ALONE}(?: \S+){{0,4}}? {_PAID}|\b{_COMBIEN} (?:de |d')(?:euros?|dollars?|argent|{_MONEY_FR})"
        rf"|\b{_PAID}(?: \S+){{0,2}}? {_COMBIEN_ALONE}|\b(?:a|pour|c'est|c|ca fait) {_COMBIEN_ALONE}"
        rf"|\b{_COMBIEN} (?:c'est|ca fait|ca me fait|pour)\b|^{_COMBIEN}\?$"
        rf"|{_WHAT_IS_FR}{_MONEY_FR}|\b(?:connaitre|savoir) (?:le|la|les|vos|votre) {_MONEY_FR}",
    ),
    (
        "number",
        rf"\b{_COMBIEN}\b|{_WHAT_IS_FR}"
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
        r"\A(?:d')?ou\b(?! bien)|\b(?:d'|jusqu'|vers |par )ou\b(?! bien)"
        rf"|\b{WHERE}\b"
        r"|^ou (?:est|sont|se|puis|peut|peux|dois|trouver|en|aller|c'est)\b|\b(?:est|sont|etes|c'est) ou\?$"
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
        r"(?<!ce )(?<!-ce )(?:^|\b(?:par|a|de|avec|pour|chez|contre|d'apres|selon|et|mais|sous|en|sur) )"
        r"(?:d')?qui\b|\bqui est-ce\b|\bqui (?:est|a|sont|fut|etait|ont|peut|doit|dirige\w*)\b.{0,60}$(?<!^)"
        r"|\bquel(?:le)?s? (?:est |sont |etai\w+ |fut |furent )?(?:le |la |les |l')?(?:personn\w+|auteurs?|rois?"
        r"|reines?|"
        r"presidente?s?|acteurs?|actrices?|joueurs?|empereurs?|artistes?|peintres?|ministres?|chanteu\w+|ecrivains?|"
        r"realisateurs?|architectes?|generaux|general|entreprises?|societes?|equipes?|groupes?|organisations?"
        r"|partis?)\b",
    ),
    (
        "how_to",
        rf"\bcom?ment?{_NOT_TO_LEARN_FR} (?:faire|puis|peut|peux|pouv\w+|dois|doit|dev\w+|je"
        r"|on|vais|est-ce que (?:je|on)|proceder|"
        r"(?:s'|se |me |m'|l'|le |la |les |y |en )?[a-z]{2,}(?:er|ir|oir|re)\b)"
        r"|\bque (?:dois|doit|faire|faut|puis)\b|\bqu(?:'| )est-ce que je (?:dois|fais|peux)"
        r"|\bquel(?:le)?s? (?:est |sont )?(?:la |les )?(?:demarches?|etapes?|procedures?|marche a suivre)\b"
        r"|\bquoi faire\b",
    ),
    (
        "how",
        rf"\bcom?ment\b{_NOT_TO_LEARN_FR}|\bde quelle (?:maniere|facon)\b",
    ),
    ("which", r"\bquel(?:le)?s?\b|\b(?:le|la|les|du|au|aux|des)quel(?:le)?s?\b|\bkels?\b"),
    ("thing", r"\bqu'?est[ -]ce\b|^qu(?:e|')\b|\b[qk]u?oi\b|^qu'"),
    (
        "yes_no",
        rf"^{_POLITE_FR}est[ -]?(?:ce )?qu|\best[ -]ce qu|\b(?={_TURNED_ROUND}){_POLITE_FR}"
        rf"|^{_OF_A_NOUN_FR}(?:(?!{_ASKING_FR}).)*? {_TURNED_ROUND}"
        r"|\b(?:savoir|dire|demande|voir|verifier) (?:si|s'il)\b",
    ),
)
_FRENCH_BY_TONE: Final[_Rules] = (
    ("amount", rf"^(?:le |la |les |l')?(?!(?:somme|budget)\b){_MONEY_FR}(?!.*\b(?:est|sont|etai\w+|ont|ne|n')\b)"),
    (
        "yes_no",
        r"\A(?:si|s'ils?) "
        r"|\A(?:puis|peut|peux|dois|doit|faut|ai|as|a|est|sont|y ?a|suis|je peux|jpeux|on peut|je dois|c'est)\b"
        r"|\b(?:ai|a|y ?a|est|peux?|vais|vas?|faut)[ -]tu\b"
        r"|^(?:je|j'|jpeux|on|vous|tu|nous|ils?|elles?|ca|cela|c'est|y ?a)(?: |(?<=')).*\?$"
        rf"|^{_OF_A_NOUN_FR}.*\b(?:est|sont|ont|peut|peuvent|doi(?:t|vent)|va|vont|sera|seront|fait|marche\w*"
        r"|fonctionne\w*|couvre\w*|existe\w*|inclut|comprend|suffi\w*|reste\w*)\b.*\?$",
    ),
)
"""What is asked without a word or an order of words that asks: read where nothing else asks."""
_AUX: Final = (
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|must|have|has|had|might"
    r"|(?:is|are|was|do|does|did|ca|could|wo|would|should|have|has)n't"
    r"(?= (?:i|you|we|they|he|she|it|there|the|my|your)\b))"
)
_NO_SUBJECT: Final = r"(?:not|to|be|been|do|so|very|no|never|only|unable|\w+ed)"
_ASKING_EN: Final = r"(?:what|where|who|whom|which|whose|why|how)"
_SOMEBODY: Final = r"(?:i|we|you|they|he|she|it|there|this|that|these|my|our|your|the|a|an)"
_MONEY_EN: Final = r"(?:price|prices|pricing|cost|costs|fees?|charges?|tariffs?|rates?)"
_POLITE_EN: Final = (
    r"(?!.*\b(?:know|tell(?:ing)?|explain|say|show|see|check|find|learn|idea|inform|understand|figure|remind|estimate|give"
    rf"|clarify|confirm|help|look)\b.*\b(?:when|{_ASKING_EN})\b)"
)
_NOT_TO_LEARN_EN: Final = (
    rf"(?! ?(?:\w+ ){{2}}(?:\w+ to )?(?:know|see|check|learn|tell|(?:find|figure) out) (?:when|{_ASKING_EN})\b)"
)
"""Not "How do I find out when ...": what is asked for is what would be learned."""
_ENGLISH: Final[_Rules] = (
    (
        "contact",
        r"\b(?:what|which)(?:'s| is| are)? (?:the |your |their )?(?:\w+ ){0,2}?(?:phone|telephone|e-?mail|contact|"
        r"mailing|postal|customer service|fax|toll[- ]free)\b"
        r"|(?:\bwhat(?:'s| is) (?:\S+ ){0,4}?)?\b(?:phone|contact|telephone|hotline) (?:number|details)\b"
        r"|\bhow (?:do|can|should|would|may) \w+ (?:contact|reach|call|get in touch)\b|\bwho (?:do|can"
        r"|should) (?:i|we) (?:contact|call)",
    ),
    (
        "percent",
        r"\b(?:what|which|how)(?: \S+){0,4}? (?:percent\w*|proportion|fraction|share|rate)\b"
        r"|\binterest rate\b",
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
        r"|\bwhat (?:do|does|did|will|would) (?:\S+ ){1,6}?cost\b"
        r"|\bhow expensive\b|\bhow much (?:is|are|was|were|does|do|did|will|would|can|could|should|must|may"
        r"|for|to|the|a|an|i|it|extra|per)\b|\bhow much\??$"
        r"|\b(?:know|tell me|give me) (?:the |your )?(?:\w+ )?(?:price|cost|fee)s?\b",
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
        rf"(?:^|\b(?:know|tell(?:ing)? \w+|see|say|sure|idea|remind me|out|until|till|since|by|from|exactly) )"
        rf"(?:when|wen|wehn)\b(?! \w+ing\b)"
        rf"|\b(?:when|wen|wehn)(?:'s| {_AUX})\b|\bwhen\??$"
        r"|\b(?:what|which)(?:'s| is| was| are| were)? (?:the |your )?(?:\w+ )?(?:years?"
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
        r"\bwhat does \S+(?: \S+){0,3} (?:mean|stand for|refer to)\b"
        r"|(?:\bwhat(?:'s| is| are) (?:the )?)?\b(?:definition|meaning) of\b|\bdefine\b"
        r"|^what(?:'s| is| are) (?!(?:my|your|our|going|happening|wrong|it|this|that|up)\b)"
        r"(?:an? |(?<!are )the (?!(?:problem|issue|matter|reason|point)\b))?(?!the )[\w'-]+(?: [\w'-]+)?\??$",
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
        rf"\bhow {_NOT_TO_LEARN_EN}(?:do|can|should|would|may|must|could|am|will|might) (?:i|we|you|one|they"
        r"|someone|somebody|people|my)\b|\bhow to\b"
        r"|\bwhat (?:should|do|can|must|shall|am) (?:i|we|you)(?: \w+)* (?:do|need|have)\b|\bwhat (?:are the )?steps\b",
    ),
    ("how", rf"\bhow\b{_NOT_TO_LEARN_EN}|\bin what (?:way|manner)\b"),
    (
        "which",
        r"\bwhich\b|\bwhat (?:type|kind|sort|name|other|two|three|four)s?\b"
        r"|\bwhat (?!(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|if|about|"
        r"happens?|happened|made|makes|caused|causes|led|i|you|the|a|an|to|else|must|may|might)\b)\w+",
    ),
    ("thing", r"\bwhat(?:'s|s)?\b|\bwaht\b|\bwat\b"),
    (
        "yes_no",
        rf"^{_POLITE_EN}(?!(?:have|had|do) (?:a|an|it)\b){_AUX} (?!{_NO_SUBJECT}\b)"
        rf"|^(?:if|when|once|as)\b(?!.* {_ASKING_EN}\b).* {_AUX} {_SOMEBODY}\b"
        r"|\b(?:know|wonder\w*|tell me|see|ask|check|find out) (?:if|whether)\b",
    ),
)
_ENGLISH_BY_TONE: Final[_Rules] = (
    (
        "amount",
        rf"^(?:the )?(?:\w+ ){{0,2}}?{_MONEY_EN} (?:of|for|to|per)\b(?!.*\b(?:is|are|was|were|has|have)\b)"
        rf"|^(?:the )?(?:\w+ ){{0,3}}?{_MONEY_EN}(?: amount)?\?$",
    ),
    (
        "yes_no",
        rf"\A(?:if|whether) |\A{_AUX} (?!{_NO_SUBJECT}\b)|^(?:right|correct|yes)\?$"
        rf"|^(?!(?:if|when|once|as|because|since|for|about)\b)(?:{_SOMEBODY}\b.*|.*\b{_AUX}\b.*)\?$",
    ),
)


class _Language(NamedTuple):
    asking: tuple[tuple[Asked, re.Pattern[str]], ...]
    by_tone: tuple[tuple[Asked, re.Pattern[str]], ...]


def _compiled(rules: _Rules) -> tuple[tuple[Asked, re.Pattern[str]], ...]:
    return tuple((asked, re.compile(rule, re.MULTILINE)) for asked, rule in rules)


_RULES: Final = {
    "fr": _Language(_compiled(_FRENCH), _compiled(_FRENCH_BY_TONE)),
    "en": _Language(_compiled(_ENGLISH), _compiled(_ENGLISH_BY_TONE)),
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
_LESS: Final = ("yes_no", "thing")
"""Beside these, what a later clause asks is asked for: "Can I cancel? How?", "It is not what I ordered, why?"."""
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
    known = read_as(language)
    said = "\n".join(clauses(text, known))
    rules = _RULES[known]
    found = [(one.start(), asked) for asked, rule in rules.asking if (one := rule.search(said))]
    found.sort(key=lambda one: one[0])
    if found and found[0][1] in _LESS:
        opens_a_later_clause = [(at, asked) for at, asked in found if asked not in _LESS and said[:at].endswith("\n")]
        found = opens_a_later_clause or found
    by_tone = (asked for asked, rule in rules.by_tone if rule.search(said))
    return QuestionType(found[0][1] if found else next(by_tone, "thing"), _focus(folded(text), known))


def _focus(plain: str, language: str) -> str:
    found = _FOCUS[language].search(plain)
    noun = found["noun"] if found else ""
    return "" if noun in _NO_FOCUS else noun
