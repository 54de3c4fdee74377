"""What a customer's message tells besides its question: a person asked for, anger, a death, fraud, the law.

Each rule is a short line of words, read from left to right: a name in capitals stands for one word of the
list of that name, ``a|b`` for either, ``x?`` for perhaps x, ``x*`` for up to four of them, ``..3`` for up to
three other words of the same sentence, ``!x`` for "no x next", ``~x`` for "no x just before", ``<`` and ``>``
for the start and end of a sentence. So ``TALK ..6 STAFF`` finds "speak to your manager".

Rules see words without case, accents, doubled letters or two swapped letters ("CONSEILER", "agnet"). Each word
becomes one character and each rule one regular expression over them, with bounded gaps: time is linear.
Probabilities are set by hand, in the order of trust; they are not calibrated yet.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragcare.schema import Turn


class Signal(NamedTuple):
    """One thing that the message tells.

    Attributes:
        kind: ``"asks_person"``, ``"anger"``, ``"bereavement"``, ``"fraud"`` or ``"legal"``.
        probability: How sure the rule is, between 0 and 1.
        quote: The words that told, verbatim from the message.
    """

    kind: str
    probability: float
    quote: str


def detect_signals(text: str, history: Sequence[Turn] = ()) -> tuple[Signal, ...]:
    """Read the signals in a customer's message.

    Args:
        text: The message, in French or English.
        history: The turns before it. They matter twice: what an earlier customer turn asked for is asked again
            by "I already asked", and "yes" to an assistant that has just offered a person asks for one.

    Returns:
        At most one signal a kind, the most probable first; empty when there is none.
    """
    message = _Message(text)
    signals = {kind: signal for kind in _RULES if (signal := message.find(kind))}
    if "asks_person" not in signals and (signal := _asked_through_history(message, history)):
        signals["asks_person"] = signal
    return tuple(sorted(signals.values(), key=lambda signal: -signal.probability))


def _asked_through_history(message: _Message, history: Sequence[Turn]) -> Signal | None:
    if not history or history[-1].role != "assistant":
        return None
    if (accepted := message.find("asks_person", _YES)) and _Message(history[-1].text).find("asks_person"):
        return accepted
    repeated = message.find("asks_person", _AGAIN)
    asked = any(turn.role == "customer" and _Message(turn.text).find("asks_person") for turn in history)
    return repeated if asked else None


# --- the words ------------------------------------------------------------------------------------------

_LISTS = {
    "TALK": """
        parler parle parles parlez parlais discuter discute entretenir causer echanger echange dialoguer
        converser chatter tchatter tchater speak spk talk talkin chat discuss converse""",
    "REACH": """
        joindre contacter contacte contactez contact reach call appeler telephoner phone rejoindre ring""",
    "CALLBACK": "rappeler rappele rappelle rappelez rappeller recontacter recontactez recontacte",
    "TRANSFER": """
        transfer transferer transferez transfere transferes passez passe passer connect conect put hand
        redirect redirigez rediriger route forward refer orientez basculez""",
    "LINK": """
        w av ac avk a an the to with wit 2 un une une des de d du l le la les au aux avec vos votre ton tes
        your ur one any some of my mon ma mes vers ce cet cette this that on onto over through en in for
        pour autre another other""",
    "SELF": "me moi us nous m",
    "WANT": """
        want wants wanna need needs veux veu veut voudrais voudrai voudrait souhaite souhaiterais
        souhaiterai desire exige besoin aimerais aimerai aimerions prefere prefererais prefer like demand
        require request jveux jveu jvoudrais give gimme get donnez donne faut trouvez send bring mettez mets
        envoyez appelez demande reclame rather""",
    "REAL": """
        real live actual vrai vraie reel reelle physique competent competente humain humaine human proper
        flesh senior""",
    "SOMEONE": """
        someone somebody quelqu quelquun qqn qqun qq1 kelkun kelqun anyone anybody smone sumone sum1 kelk1
        kk1 qlq1 quelq1""",
    "HUMAN": "human humans humain humaine humains humin humian personne persone person people gens",
    "STAFF": """
        agent agents advisor advisors adviser conseiller conseillers conseillere conseille consiller
        conseler teleconseiller representative representatives represantative rep reps operator operators
        operateur operatrice manager managers supervisor superviser superviseur responsable superieur chef
        boss executive collaborateur collaborateurs collegue collegues colleague colleagues employe employee
        employees technicien techniciens interlocuteur interlocutrice commercial gestionnaire specialist
        specialiste expert""",
    "DESK": "sav hotline helpdesk",
    "CARE": "service services care support desk center centre line team equipe",
    "CUSTOMER": """
        customer customers costumer coustmer custumer consumer client clients clientele call help support""",
    "BOT": """
        bot bots robot robots chatbot machine machines automate automates ia ai ordinateur computer
        repondeur""",
    "NOT": """
        not no dont don doesn didn haven never pas plus jamais sans without pa ni nor stop stopper arretez
        arreter""",
    "FEDUP": "marre assez tired sick fed raz ras stop enough hate deteste useless inutile",
    "POLITE": """
        bonjour hello hi hey salut please pls plz svp stp merci thanks thx vite now maintenant urgent s il
        te vous plait quick right asap just oui yes non no ok mais but so alors sorry""",
    "NUMBER": "number numero num no tel telephone phone numbers nb numeros",
    "PHONE": "phone telephone tel ligne line fil",
    "BE": "is are est sont suis es etes am was were",
    "HAVE": "ai as avons avez ont had have has having avoir",
    "THIRD": """
        immobilier estate travel cleaning securite entretien livraison delivery virtual virtuel public
        publics job poste account code error""",
    "ANSWER": """
        appeler appelle repondre reponde aider aide rappeler rappelle rappele recontacter recontacte
        regarder expliquer contacter help assist answer look check explain call contact reply""",
    "WHO": "who whom",
    "FAMILY": """
        mari epoux epouse femme conjoint conjointe compagnon compagne mere pere maman papa fils fille frere
        soeur parents grand mamie papi oncle tante cousin ami titulaire husband wife partner spouse mother
        father mum mom dad daughter brother sister uncle aunt grandmother grandfather grandma grandpa nan
        parent friend holder owner""",
    "DIED": "decede decedee decedes deceder died dead deceased disparu",
    "THING": """
        telephone phone batterie battery box line ligne ordinateur laptop computer screen ecran card carte
        device portable keys cles chat dog""",
    "HACKED": """
        hacked pirate piratee piratait stolen stole vole volee volees volait escroque usurpe usurpee
        compromised hijacked phished scammed defrauded arnaquer arnaque arnaquee pirater voler escroquer
        cloned""",
    "FRAUD": """
        fraude arnaque escroquerie phishing hamecconage hameconnage usurpation fraud scam theft piratage
        identity""",
    "FAKE": "frauduleux frauduleuse frauduleuses fraudulent unauthorised unauthorized",
    "PAYMENT": """
        achat achats paiement paiements prelevement prelevements debit transaction transactions payment
        payments purchase purchases charge charges virement operation operations activity withdrawal retrait""",
    "MINE": "my mon ma mes our notre nos",
    "CARD": "card cards carte cartes account compte comptes wallet identity identite bank bancaire details",
    "GOING": "will going gonna vais allons shall ll would may might dois veux must j je i",
    "LAWYER": "avocat avocats lawyer lawyers solicitor solicitors attorney huissier",
    "RUDE": """
        pathetic useless unacceptable inadmissible inacceptable honteux honteuse scandaleux scandaleuse
        lamentable intolerable deplorable ridicule ridiculous disgusting disgusted disgrace disgraceful
        outrageous appalling incapables furieux furieuse furious nuls wtf fuck fucking bullshit merde putain
        bordel voleurs escrocs arnaqueurs thieves scammers shameful""",
}

# --- the rules ------------------------------------------------------------------------------------------

# Words that only look like a signal: they are taken out before the rules look.
_LOOKALIKES = {
    "asks_person": """
        NOT WANT ..1 NOT? to? TALK ..2 STAFF|HUMAN|SOMEONE
        NOT ..1 WANT ..1 TALK ..2 STAFF|HUMAN|SOMEONE
        WANT NOT TALK ..2 STAFF|HUMAN|SOMEONE
        NOT need|besoin ..2 STAFF|HUMAN|SOMEONE
        without|sans ..1 TALK|speaking|talking|contacting|calling|contacter|passer|REACH ..3 STAFF|HUMAN|SOMEONE|CARE
        HAVE|deja|already deja|already|bien? parle|contacte|discute|appele ..3 STAFF|HUMAN|SOMEONE|CARE
        HAVE parle|contacte|discute|appele ..3 STAFF|HUMAN|SOMEONE|CARE
        BE NOT LINK? BOT
        become|becoming|devenir|be|etre|as|comme LINK? STAFF
        do|must i ..2 need LINK? STAFF
        human readable
        BE you|vous|tu ..2 BOT|HUMAN|STAFF
        es|etes tu|vous ..2 BOT|HUMAN
        BE i|we TALK|speaking|talking ..4 BOT|HUMAN|STAFF
        BE ce que je TALK ..2 BOT|HUMAN|STAFF
        like LINK? real HUMAN
        looks|look|feels|seems like
        estate|travel|cleaning|virtual|delivery|ai agent|agents
        agent|agents de? immobilier|securite|entretien|virtuel|public|livraison
        my|mon ancien? operateur|operator|boss|manager|employeur
        TALK ..2 anglais|french|english|german|francais""",
    "anger": """
        NOT LINK? en? colere|angry
        furious 7
        is|was it useless
        RUDE use""",
    "bereavement": """
        THING ..2 DIED|dead|mort|morte
        assurance|insurance|capital deces|death
        death benefit
        mort de rire""",
    "fraud": """
        can|could|peut SOMEONE else
        service|department ..1 FRAUD
        anti FRAUD
        FRAUD department|line|prevention""",
    "legal": "comment|how ..2 porter|deposer plainte",
}

_RULES = {
    "asks_person": """
        .97 TALK ..6 STAFF|SOMEONE|DESK
        .97 TALK ..3 human|humans|humain|humaine|humin|humian|humna
        .95 TALK LINK* REAL? LINK? HUMAN !en
        .95 TALK ..5 CUSTOMER CARE
        .95 TALK ..5 CARE client|clients|clientele
        .9 TALK ..6 REAL HUMAN|STAFF
        .9 REAL HUMAN|STAFF|SOMEONE
        .9 HUMAN|STAFF reelle|physique|humain|humaine
        .9 HUMAN en chair
        .9 etre humain
        .95 WANT SELF? LINK* REAL? STAFF|DESK !THIRD
        .95 WANT SELF? LINK* REAL? SOMEONE !access|s|a|an|my|else|d
        .95 WANT SELF? LINK* human|humain|humans|humna !THIRD
        .9 WANT SELF? LINK* person|personne|persone >|POLITE
        .9 WANT SELF? LINK* CUSTOMER CARE
        .9 WANT SELF? LINK* CARE client|clients|clientele
        .9 WANT to? see|voir|rencontrer|meet LINK* STAFF
        .8 WANT ..2 voir avec ..1 STAFF
        .95 ~le|l|la|quand|qui|heure TRANSFER SELF? LINK* REAL? human|humain
        .95 TRANSFER to|vers LINK* REAL? STAFF|DESK
        .95 WANT ..2 TRANSFER|transfered LINK* REAL? STAFF|SOMEONE|HUMAN
        .95 SELF TRANSFER LINK* REAL? STAFF|DESK|SOMEONE|HUMAN
        .95 TRANSFER SELF LINK* CUSTOMER CARE
        .95 TRANSFER SELF LINK* CARE client|clients|clientele
        .9 touch with LINK* REAL? STAFF|DESK|SOMEONE|HUMAN
        .95 TRANSFER SELF LINK* REAL? STAFF|DESK|SOMEONE|HUMAN
        .95 mis|mise|mettre|mettez ..2 relation|contact ..2 STAFF|HUMAN|SOMEONE|CARE|DESK
        .95 mise en relation
        .9 REACH LINK* STAFF|DESK !THIRD
        .9 joindre|contacter|reach|contact SOMEONE|vous !d|else
        .85 REACH LINK* CUSTOMER CARE
        .85 REACH LINK* CARE client|clients|clientele
        .85 REACH LINK* support|sav >
        .85 vous joindre|contacter|appeler|telephoner
        .85 how ..3 reach|contact|call you
        .8 CUSTOMER CARE NUMBER
        .8 NUMBER ..2 CARE client|clients|clientele
        .9 call|ring|phone me >|POLITE|at|on|when|about|in|today|tomorrow
        .9 ~you call me back
        .9 need ..1 call back
        .9 rappelez|recontactez moi
        .9 me|m|etre|nous CALLBACK
        .9 WANT qu on me CALLBACK
        .9 SOMEONE|team|STAFF ..3 CALLBACK|call|contact me|us|back|>
        .85 STAFF|SOMEONE|human|humain|personne ..1 peut|pourrait|puisse|could|can|pour ..2 ANSWER
        .85 qu|que LINK STAFF|SOMEONE|human|humain|personne ..2 ANSWER
        .85 vraie personne|interlocuteur ..2 ANSWER
        .9 appel|call d|de|from|with|by LINK* STAFF|human|humain|SOMEONE !d
        .9 faites|faire moi|me CALLBACK
        .9 qu on m|me|nous ANSWER
        .85 any ..1 humans|agents|people ..1 here|there|available
        .85 ya|yatil SOMEONE
        .85 SOMEONE ..1 peut|pourrait ..2 CALLBACK|aider|repondre
        .7 can|could SOMEONE ..1 help|assist|answer
        .7 SOMEONE pr|pour ..2 aider|repondre|CALLBACK|parler
        .85 BE|ther|there SOMEONE ..1 there|here|available
        .85 BE ther|there|here SOMEONE
        .85 a t il quelqu
        .85 y a quelqu
        .85 STAFF|SOMEONE|human ..3 available|disponible|dispo|libre
        .9 SOMEONE ..3 TALK
        .85 WHO ..3 TALK|speak
        .85 qui ..2 parler
        .9 avoir|have|get LINK* REAL? STAFF|SOMEONE|human|humain|person|personne ..3 PHONE
        .9 affaire|deal|traiter ..4 STAFF|SOMEONE|HUMAN
        .9 NOT ..3 TALK ..3 BOT
        .9 FEDUP ..4 BOT
        .9 NOT LINK* more? BOT
        .9 human|humain|humaine help|aide|assistance|support|contact|touch
        .9 contact|aide|assistance|support humain|humaine
        .9 rendez|rdv|appointment|meeting ..3 STAFF
        .85 escalate|escaladez|escalader|escalade
        .85 handoff
        .8 WANT ..2 to? TALK >
        .8 live chat
        .8 live ..1 TALK
        .8 human ..1 answer
        .9 STAFF|SOMEONE|human|person i|we|je ..2 TALK
        .75 transfer|connect|transferez me|moi >
        .8 un|une|a|an REAL? STAFF|human|humain POLITE* >
        .9 peux|pourrais|puis|can|could|may|possible ..3 avoir|have|get LINK* REAL? STAFF|human|humain !THIRD
        .9 peut|pouvez|peux|pourrait|pourriez|faut m|me|nous appeler|telephoner|rappeler|joindre
        .85 WANT|get|have|possible|a callback
        .85 anyone|anybody|someone|somebody there|here|online|home
        .9 hold of LINK* REAL? HUMAN|STAFF|SOMEONE
        .9 TALK ..3 member|membre ..2 staff|team|equipe
        .85 out|exit|leave|sortir|quitter ..2 BOT
        .75 NUMBER ..1 to|ou|where ..1 REACH
        .8 over the phone
        .75 where|when ..2 i call you
        .75 your|ur contact|phone|ph NUMBER
        .75 WANT your|ur|the contact? NUMBER
        .75 toll free NUMBER
        .75 get in touch >|with
        .7 no one ..1 answering|picking|replying
        .6 < talk|chat|contact|parler >
        .9 < POLITE* LINK* REAL? STAFF|human|humain|humna|humian|SOMEONE REAL? POLITE* >
        .85 < POLITE* CUSTOMER CARE POLITE* >
        .85 < POLITE* CARE client|clients|clientele POLITE* >
        .85 <|POLITE|bots human|humain|humans POLITE|>""",
    "anger": """
        .8 ~THIRD RUDE
        .85 ras|raz le bol
        .85 en? marre
        .85 jen ai ras|marre
        .85 fed up
        .85 sick and tired
        .8 sick|tired of waiting|this|your|you
        .8 waste of ..1 time
        .85 foutez|foutes|moquez|moques
        .8 BE ..1 tres? en colere
        .8 une honte
        .8 vous|vs etes ..1 nul|nuls|nulles|mauvais
        .75 service nul|minable
        .75 horrible|terrible|awful|rubbish ..1 service|support|experience|company
        .75 service|support|company ..3 horrible|terrible|awful|rubbish
        .75 importe quoi
        .75 nimporte quoi
        .8 worst ..1 company|service|experience|ever
        .75 BE|what a joke
        .8 BE|so ..2 angry|furious
        .7 poor|bad|slow ..1 service|support
        .8 you|u guys? ..1 fraud|frauds|nuls""",
    "bereavement": """
        .9 FAMILY ..4 DIED
        .9 FAMILY ..1 est|sont|is|are|BE ..1 mort|morte|morts|dead
        .9 my|our son ..3 DIED|dead|passed
        .9 lost my|our son
        .9 FAMILY ..3 passed away
        .9 FAMILY ..2 BE|has|have|had ..1 passed >|last|in|on|recently
        .9 vient|venons de deceder
        .9 nous a|ont quitte|quittes
        .9 perdu|lost MINE FAMILY !s
        .9 deces|death|loss ..3 FAMILY
        .85 suite au deces
        .85 late|defunt|defunte ..1 husband|wife|FAMILY !for|to|with
        .8 passed away
        .85 suis|m|am a? veuf|veuve|widow|widower
        .85 defunt|defunte|bereavement|bereaved|funeral|obseques|deuil""",
    "fraud": """
        .9 MINE ..1 CARD ..4 HACKED
        .9 HACKED ..2 MINE ..1 CARD
        .9 been|got|was ..1 hacked|scammed|phished|defrauded
        .9 ete|fait ..1 arnaque|arnaquer|pirate|piratee|pirater|voler|escroquer
        .9 victim|victime|victimes ..3 FRAUD
        .9 SOMEONE ..4 used|utilise|using|uses|use MINE ..1 CARD
        .85 usurpation d
        .9 FAKE ..2 PAYMENT|sms|mail|email
        .9 PAYMENT|sms|mail|email FAKE
        .85 PAYMENT ..4 NOT ..2 recognise|recognize|reconnais|made|make|autorise
        .85 PAYMENT ..4 reconnais|reconnait pas
        .85 NOT t? ..1 recognise|recognize|reconnais|make|made|authorised|authorized|autorise|fait ..1 PAYMENT
        .85 fraudulent activity""",
    "legal": """
        .9 porter|porte|portons|depose|deposer ..1 plainte
        .9 MINE|un|a|the LAWYER ..3 will|vous|va|says|contactera|contact|prendra
        .9 MINE solicitor|lawyer|lawyers|attorney
        .9 nouvelles de MINE LAWYER
        .85 prends|prendre|prendrai un avocat
        .9 saisis|saisir|saisirai ..2 mediateur|tribunal|justice|prudhommes
        .85 au tribunal
        .9 mise en demeure
        .9 poursuivre|poursuivrai|attaquer|action|aller|vais ..2 en justice
        .9 poursuites judiciaires
        .8 que choisir
        .85 dgccrf|cnil|signalconso|ombudsman
        .85 trading standards
        .85 small claims
        .9 GOING sue
        .9 legal|court action|proceedings
        .9 you ..1 to|in court
        .9 GOING|filing|file ..2 lawsuit
        .8 formal notice""",
}

_YES = ".85 < POLITE* oui|yes|ok|yeah|volontiers|yep|ouais|daccord|accord|sure POLITE* >"
_AGAIN = """
    .8 deja demande|dit|ecrit
    .8 already asked|said|told|requested
    .8 i|have asked|said
    .8 encore une fois
    .8 third|second time"""

# --- the machinery --------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W_][^\W_\u0300]*(?:[\u0300-\u036f]+[^\W_]*)*|[.!?;\n]+")
_END = "\n"  # the end of a sentence, and the border of the message
_OTHER = "\uf8ff"  # a word that no list has


class _Message:
    """A text as the rules see it: one character a word, and where each word stands in the text."""

    def __init__(self, text: str) -> None:
        codes = _vocabulary()
        known: dict[str, str] = {}
        self._text = text
        self._spans = [(0, 0)]
        encoded = [_END]
        for token in _TOKEN.finditer(text):
            word = token[0]
            if word not in known:
                known[word] = codes.get(_key(word), _OTHER) if word[0].isalnum() else _END
            encoded.append(known[word])
            self._spans.append(token.span())
        self._encoded = "".join(encoded) + _END

    def find(self, kind: str, rules: str | None = None) -> Signal | None:
        """The signal of the most probable rule that holds; ``rules`` replaces the rules of the kind."""
        encoded = self._encoded
        for lookalike in _lookalikes(kind):
            encoded = lookalike.sub(lambda match: _OTHER * len(match[0]), encoded)
        for probability, pattern in _rules(rules or _RULES[kind]):
            if match := pattern.search(encoded):
                start, end = self._spans[match.start()][0], self._spans[match.end() - 1][1]
                return Signal(kind, probability, self._text[start:end])
        return None


def _key(word: str) -> str:
    """The word without what people forget: case, accents, doubled letters."""
    folded = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe"))
    return re.sub(r"(.)\1+", r"\1", "".join(char for char in folded if not unicodedata.combining(char)))


@cache
def _vocabulary() -> dict[str, str]:
    """A private character for every word that a list or a rule names, and for the same with two letters swapped."""
    lines = (
        *_RULES.values(),
        *_LOOKALIKES.values(),
        _YES,
        _AGAIN,
        *(words.lower() for words in _LISTS.values()),
    )
    keys = dict.fromkeys(_key(word) for line in lines for word in re.findall(r"(?<![.\w])[^\W_A-Z]+", line))
    codes = {key: chr(0xE000 + place) for place, key in enumerate(keys)}
    for key in keys:
        for place in range(1, len(key) - 1 if len(key) >= 5 else 0):
            codes.setdefault(key[:place] + key[place + 1] + key[place] + key[place + 2 :], codes[key])
    return codes


@cache
def _rules(lines: str) -> list[tuple[float, re.Pattern[str]]]:
    split = [line.split(maxsplit=1) for line in lines.strip().splitlines()]
    return sorted(((float(p), _compiled(rule)) for p, rule in split), key=lambda rule: -rule[0])


@cache
def _lookalikes(kind: str) -> list[re.Pattern[str]]:
    return [_compiled(line) for line in _LOOKALIKES.get(kind, "").strip().splitlines()]


def _compiled(rule: str) -> re.Pattern[str]:
    return re.compile("".join(_part(part) for part in rule.split()))


def _part(part: str) -> str:
    """The regular expression of one part of a rule."""
    if part.startswith(".."):
        return f"[^{_END}]{{0,{part[2:]}}}?"
    names, guard, repeat = part.strip("!~?*"), part[0], part[-1]
    chars = "".join(_characters(name) for name in names.split("|"))
    if guard in "!~":
        return f"(?{'<' if guard == '~' else ''}![{chars}])"
    if names.startswith("<"):
        return f"(?<=[{chars}])"
    if names.endswith(">") or names.startswith(">"):
        return f"(?=[{chars}])"
    return f"[{chars}]" + {"?": "?", "*": "{0,4}"}.get(repeat, "")


def _characters(name: str) -> str:
    if name in "<>":
        return _END
    words = _LISTS[name].split() if name.isupper() else [name]
    return "".join(_vocabulary()[_key(word)] for word in words)
