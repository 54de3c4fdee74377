"""Names of persons: after words that announce one, at the end of a letter, or a given name with a surname.

No library that installs from the package index alone finds names in both languages: spaCy and Presidio need models from
elsewhere (`docs/design/015-handoff.md`). So words speak for a name, and a list of given names, which is in
`given_names.txt`. A given name by itself, a town, a month and a brand that is called after somebody stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ragcare.privacy.finding import Finder, PersonalData

_UPPER = r"A-ZÀ-ÖØ-ÞŒ"
_PIECE = rf"(?:[OD]['’])?[{_UPPER}][^\W\d_]*(?:['’][{_UPPER}]?[^\W\d_]{{2,}})?"
_CAPITAL = rf"{_PIECE}(?:-[{_UPPER}]?[^\W\d_]+){{0,4}}"
_INITIAL = rf"[{_UPPER}](?:\.-?[{_UPPER}])?\."
_PARTICLE = (
    r"(?:de la|de|du|des|le|la|van der|van den|van de|van|von|der|den|ten|el|al|ben|bin|da|di|do|dos|del|ibn|d['’])"
)
_GAP = r"(?:[ \t\u00a0\u202f]{1,2})"
_FULL = re.compile(
    rf"(?:(?:de la|de|du|d['’]|van der|van den|van|von|el|al|ben|di|da){_GAP}?(?=[{_UPPER}]))?(?:{_CAPITAL}|{_INITIAL})(?:{_GAP}(?:{_PARTICLE}{_GAP}?)?(?:{_CAPITAL}|{_INITIAL})){{0,4}}"
)
_SMALL = re.compile(rf"[^\W\d_]+(?:['’\-][^\W\d_]+){{0,3}}(?:{_GAP}[^\W\d_]+(?:['’\-][^\W\d_]+){{0,3}}){{0,2}}")
_WORD = re.compile(rf"{_INITIAL}|[^\W\d_]+(?:['’\-][^\W\d_]+)*")


class _Cue(NamedTuple):
    """Words that announce a name, and how much they prove.

    Attributes:
        how: "sure" takes any word with a capital, and a known given name without; "given" only what begins with a known
            given name or an initial, with a capital; "title" what has a capital and is no rank.
    """

    pattern: str
    how: str


_CUES = (
    _Cue(
        r"je m['’ ]?\s?appel+e|moi c['’]est|mon nom (?:complet |de famille )?(?:est|c['’]est|:)|mon pr[ée]nom(?: est| c['’]est)?|nom\s?:"
        r"|pr[ée]nom\s?:|nom et pr[ée]nom\s?:|je soussign[ée]e?,?|(?:s['’]|m['’])appel(?:le|ait)|se nomm(?:e|ait)"
        r"|my (?:full |last |first |sur)?name(?:['’]?s| is|:)|name\s?:|the name['’]?s|(?:is|was) called|i,? the undersigned,?"
        r"|au nom d(?:e|['’])|[àa] l['’]ordre de|in the name of|on behalf of|titulaire\s?:|account holder\s?:?|under the name(?: of)?"
        r"|signed(?: by)?\s?:?|sign[ée] (?:par |: ?)|contact\s?:",
        "sure",
    ),
    _Cue(
        r"je suis|c['’]est|ici|i['’ ]?a?m|it['’]s|this is|here is|bonjour|bonsoir|salut|hello|hi|dear|cher|ch[èe]re|merci|thanks"
        r"|thank you|parl[ée]e? (?:[àa]|avec)|eu affaire [àa]|re[çc]u par|conseill?(?:er|[èe]re)|agente?|technicien(?:ne)?|vendeu(?:r|se)"
        r"|livreur|g[ée]rante?|coll[èe]gue|spoken? (?:to|with)|talked (?:to|with)|dealt with|advis[eo]r|engineer|colleague"
        r"|(?:my|his|her|our) (?:late )?(?:husband|wife|son|daughter|mother|mum|mom|father|dad|brother|sister|neighbour|neighbor"
        r"|partner|friend|boss|landlord|tenant|grandmother|grandfather|uncle|aunt)|(?:mon|ma|sa|son|notre) (?:d[ée]funte? )?(?:mari"
        r"|femme|[ée]pou(?:x|se)|fils|fille|m[èe]re|p[èe]re|fr[èe]re|s[oœ]e?ur|voisine?|conjointe?|compagn(?:on|e)|amie?|grand-m[èe]re"
        r"|grand-p[èe]re|oncle|tante|propri[ée]taire|locataire|associ[ée]e?)|l['’]attention d(?:e|['’])|attn\.?|named|nomm[ée]e?",
        "given",
    ),
    _Cue(
        r"(?-i:M|MM|Mr|Mme|Mmes|Mlle|Mrs|Ms|Miss|Mx|Dr|Pr|Prof|Me|Sir)\.?|monsieur|madame|mademoiselle|docteur|ma[iî]tre"
        r"|doctor|professor|professeur",
        "title",
    ),
)
_CUE = re.compile(
    r"(?<![\w-])(?=[^\W\d_])(?:"
    + "|".join(f"(?P<{cue.how}>{cue.pattern})" for cue in _CUES)
    + rf")(?:{_GAP}?[:,]?{_GAP}|(?<=['’])|(?<=:))",
    re.IGNORECASE,
)

_CLOSING = re.compile(
    r"(?:^|(?<=[\n.!?,;]))[ \t]*(?=[^\W\d_])(?:bien |tr[èe]s |tr[èe]s bien )?(?:cordialement|cdlt|cdt|bien [àa] (?:vous|toi)|sinc[èe]rement"
    r"|respectueusement|amicalement|bonne (?:journ[ée]e|soir[ée]e)|merci(?: (?:d['’]avance|beaucoup|bien|par avance|[àa] vous))?"
    r"|salutations(?: distingu[ée]es)?|mes salutations(?: distingu[ée]es)?|sign[ée]|(?:kind |best |warm |warmest )?regards|best wishes"
    r"|best|thanks(?: (?:in advance|again|a lot|so much))?|thank you(?: (?:in advance|very much))?|many thanks|cheers|sincerely"
    r"|yours(?: (?:sincerely|faithfully|truly))?|sincerely yours|respectfully|signed)"
    r"(?P<end>[ \t]*[,.!:–-]?[ \t]*(?:\n[ \t]*){1,3}|[ \t]*[,:–-][ \t]*)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[ \t]*[,.]?[ \t]*(?:\n|$|[\[(])")

_STREET_OR_THING_BEFORE = re.compile(
    r"(?:\b(?:rue|avenue|av|boulevard|bd|place|quai|impasse|all[ée]es?|square|cours|chemin|lyc[ée]e|coll[èe]ge|[ée]cole|h[ôo]pital"
    r"|stade|a[ée]roport|gare|mus[ée]e|station|biblioth[èe]que|parc|pont|tour|fondation|prix|parfum|film|livre|marque|mod[èe]le|gamme"
    r"|magazine|collection|s[ée]rie|canap[ée]|album|robe|maison|chez|street|road|airport|hospital|school|museum|perfume|brand"
    r"|book|show|range|the|le|les|la|un|une|du|des|au|aux|a|an|saint|sainte|st|ste|san|santa)|[&+\-\d])[ \t\u00a0]{1,2}$",
    re.IGNORECASE,
)
_BEFORE = 24

_NO_NAMES = frozenset(
    # what may stand with a capital where a surname could
    ["je", "j", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "mon", "ma", "mes", "votre", "vos", "notre", "nos", "le", "la", "les", "un", "une", "des", "du", "de", "et", "ou", "mais", "donc", "car", "ni", "or", "ce", "cet", "cette", "ces", "qui", "que", "quoi", "dont", "ou", "comment", "pourquoi", "quand", "combien", "est", "sont", "ai", "a", "ont", "avez", "avons", "suis", "pas", "plus", "i", "me", "my", "mine", "we", "our", "you", "your", "he", "she", "it", "they", "the", "an", "and", "but", "so", "for", "to", "of", "in", "on", "at", "is", "are", "was", "were", "am", "be", "not", "no", "yes", "do", "does", "did", "can", "could", "would", "will", "shall", "should", "may", "might", "have", "has", "had", "what", "why", "when", "where", "who", "which", "how", "bonjour", "bonsoir", "salut", "merci", "hello", "hi", "dear", "thanks", "thank", "please", "svp", "stp", "cordialement", "cdlt", "regards", "sincerely", "best", "cheers", "oui", "non", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "service", "services", "client", "clients", "clientele", "clientèle", "equipe", "team", "customer", "customers", "support", "care", "sales", "department", "direction", "responsable", "conseiller", "conseillere", "technicien", "gestionnaire", "comptabilite", "livraison", "livreur", "abonne", "abonnee", "user", "member", "societe", "company", "sas", "sarl", "sa", "ltd", "inc", "llc", "gmbh", "banque", "bank", "assurance", "insurance", "magasin", "shop", "store", "boutique", "agence", "agency", "monsieur", "madame", "mademoiselle", "mr", "mrs", "ms", "miss", "sir", "madam", "mme", "mlle", "m", "docteur", "dr", "maitre", "directeur", "directrice", "president", "presidente", "maire", "ministre", "juge", "procureur", "procureure", "avocat", "avocate", "notaire", "prefet", "depute", "deputee", "marquise", "greffier", "commissaire", "inspecteur", "principal", "adjoint", "colonel", "capitaine", "manager", "director", "chairman", "tous", "toutes", "tout", "toute", "chers", "cher", "chere", "all", "everyone", "everybody", "there", "guys", "folks", "folk", "friend", "friends", "france", "paris", "lyon", "marseille", "london", "england", "english", "french", "francais", "francaise", "anglais", "belge", "suisse", "british", "american", "street", "road", "avenue", "station", "airport", "hospital", "school", "park", "hotel", "museum", "center", "centre", "square", "place", "city", "bridge", "tower", "church", "internet", "wifi", "wi-fi", "fibre", "box", "livebox", "freebox", "mobile", "telephone", "iphone", "android", "windows", "samsung", "apple", "google", "amazon", "facebook", "paypal", "visa", "mastercard", "netflix", "spotify", "youtube", "whatsapp", "instagram", "pro", "max", "plus", "premium", "gold", "silver", "ultra", "mini", "lite"]
)
_MORE_NO_NAMES = frozenset(
    ["tres", "trop", "bien", "mal", "tellement", "vraiment", "toujours", "encore", "deja", "enfin", "donc", "aussi", "client", "cliente", "nouveau", "nouvelle", "ancien", "ancienne", "very", "really", "still", "not", "so", "too", "just", "now", "here", "happy", "angry", "sorry", "sure", "afraid", "glad", "unable", "ready"]
)
_BRANDS = frozenset(
    ["marie claire", "jean paul gaultier", "charlotte tilbury", "paul smith", "calvin klein", "tommy hilfiger", "ralph lauren", "marc jacobs", "michael kors", "hugo boss", "kate spade", "yves rocher", "yves saint", "yves saint laurent", "nina ricci", "jimmy choo", "victoria beckham", "alexander mcqueen", "alexander wang", "stella mccartney", "bobbi brown", "estee lauder", "louis vuitton", "christian dior", "christian louboutin", "christian lacroix", "guy degrenne", "jacques vabre", "jacques dessange", "daniel hechter", "daniel wellington", "pierre cardin", "pierre herme", "pierre fabre", "jean louis david", "franck provost", "karl lagerfeld", "karl marc john", "ben sherman", "ted baker", "laura ashley", "laura mercier", "laura star", "john lewis", "john deere", "peter jones", "oliver bonas", "jo malone", "jack daniel", "jack daniels", "jack wolfskin", "johnnie walker", "jim beam", "tom ford", "tom tailor", "diane von furstenberg", "elizabeth arden", "helena rubinstein", "max mara", "max factor", "roger gallet", "roger vivier", "thierry mugler", "paco rabanne", "robert clergerie", "roland garros", "louis pion", "lucien barriere", "harry potter", "james bond", "peter pan", "peter rabbit", "robin hood", "tomb raider", "bob marley", "bob dylan", "johnny hallyday", "steve jobs", "jean marc philippe", "sonia rykiel", "agnes b", "vanessa bruno", "isabel marant", "claudie pierlot", "gerard darel", "caroll paris", "eric bompard", "alain afflelou", "alain figaret", "charles tyrwhitt", "thomas pink", "thomas cook", "marks spencer", "victoria secret", "victorias secret", "lewis hamilton", "martin margiela", "charles gaulle", "charles de gaulle", "jean moulin", "jean jaures", "jules ferry", "victor hugo", "emile zola", "louis pasteur", "mickey mouse", "donald duck", "uncle ben", "ben jerry", "sara lee", "betty crocker", "aunt jemima", "cyril lignac", "paul bocuse", "william saurin", "william hill", "edgar cooper", "henri bendel", "gordon ramsay", "jamie oliver", "air jordan", "michael jordan", "super mario", "dr oetker", "mr proper", "mr muscle", "mr bricolage", "m bricolage", "dr martens", "dr pepper", "dr house", "monsieur cuisine", "monsieur meuble", "madame figaro", "mrs meyer", "mr bean", "mr men", "mr robot", "mr freeze", "mr cooking", "miss dior", "miss france", "lady gaga", "lady million", "dr pierre ricaud", "dr scholl", "me too"]
)


_PARTICLES = frozenset(["de", "du", "des", "le", "la", "van", "von", "der", "den", "ten", "ben", "el", "al", "bin", "da", "di", "do", "dos", "del", "ibn", "d'"])


@cache
def _given_names() -> tuple[frozenset[str], frozenset[str]]:
    """All given names, folded; and those that are nothing else."""
    text = files("ragcare.privacy").joinpath("given_names.txt").read_text(encoding="utf-8")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    doubtful = {word[1:] for word in words if word.startswith("!")}
    known = {word for word in words if not word.startswith("!")}
    return frozenset(known | doubtful), frozenset(known - doubtful)


@cache
def _letters() -> Callable[[str], str]:
    """Folds a word: no accents, small letters, one sort of apostrophe."""
    strip = re.compile("[\u0300-\u036f]")
    return lambda word: strip.sub("", unicodedata.normalize("NFD", word.casefold())).replace("’", "'")


def _fold(word: str) -> str:
    return _letters()(word).replace("œ", "oe")


def _is_given(word: str, *, alone: bool = False) -> bool:
    """Whether a word is a given name; `alone` where nothing but the name speaks for itself."""
    known = _given_names()[1 if alone else 0]
    folded = _fold(word)
    parts = folded.split("-")
    # "Jean-Pierre": each half may be a word, both together are a name
    return folded in known or (len(parts) > 1 and all(part in _given_names()[0] for part in parts))


def _is_initial(word: str) -> bool:
    return word.endswith(".")


def _cut(text: str, match: re.Match[str], *, most: int = 5) -> tuple[list[str], int]:
    """The words of a candidate before the first that is no part of a name, and where they end."""
    words: list[str] = []
    end = match.start()
    found = list(_WORD.finditer(text, match.start(), match.end()))
    for at, word in enumerate(found):
        folded = _fold(word[0])
        follows = found[at + 1][0] if at + 1 < len(found) else ""
        joins = folded in _PARTICLES and follows[:1].isupper() and _fold(follows) not in _NO_NAMES
        if not joins and (folded in _NO_NAMES or folded in _PARTICLES or len(words) == most):
            break
        words.append(word[0])
        if not joins:
            end = word.end()
            if word[0].endswith(("'s", "’s")) and len(word[0]) > 3:
                return words, end - 2
    if words and _fold(words[-1]) in _PARTICLES:
        words.pop()
    return words, end


def _is_brand(words: list[str], title: str = "") -> bool:
    told = " ".join(_fold(word).removesuffix("'s").replace("-", " ") for word in words)
    tries = {
        told,
        " ".join(told.split()[:2]),
        " ".join(told.split()[:3]),
        f"{_fold(title.rstrip('.'))} {told.partition(' ')[0]}",
    }
    return bool(tries & _BRANDS)


def _after_cue(text: str, cue: re.Match[str]) -> int | None:
    """Where the name that this cue announces ends, if it announces one."""
    how = cue.lastgroup
    candidate = _FULL.match(text, cue.end())
    if candidate is None:
        return _small_after(text, cue) if how in ("sure", "given") else None
    words, end = _cut(text, candidate)
    if not words or (len(words) == 1 and _is_initial(words[0]) and how != "title"):
        return None
    given = _is_given(words[0]) or (_is_initial(words[0]) and len(words) > 1)
    shouted = cue[0].isupper() and len(cue[0].strip()) > 4
    if how == "title":
        fits = _fold(words[0]) not in _MORE_NO_NAMES and not _is_brand(words, cue[0].strip())
        fits = fits and not (cue[0].strip() == "Me" and not given) and not (cue[0].strip() == "M" and not given)
    elif how == "sure":
        fits = given or not (shouted or _fold(words[0]) in _MORE_NO_NAMES)
    else:
        # "Dear Laura" is the name of somebody; "It's Rose" and "c'est Noël" may be anything
        doubtful = len(words) == 1 and not _is_given(words[0], alone=True)
        last_first = len(words) > 1 and words[0].isupper() and _is_given(words[1])
        fits = ((given and not doubtful) or last_first) and not _is_brand(words)
    return end if fits else None


def _small_after(text: str, cue: re.Match[str]) -> int | None:
    """A name typed without capitals: a known given name, and the word after it if that is no other word."""
    candidate = _SMALL.match(text, cue.end())
    if candidate is None:
        return None
    words = [(word[0], word.end()) for word in _WORD.finditer(text, candidate.start(), candidate.end())]
    first, end = words[0]
    if not _is_given(first, alone=cue.lastgroup == "given"):
        return None
    if cue.lastgroup == "given" and not (len(first) > 3 and cue[0].casefold().startswith(_INTRODUCES)):
        return None
    for word, after in words[1:]:
        if _fold(word) in _NO_NAMES | _MORE_NO_NAMES | _SMALL_WORDS or len(word) < 3:
            break
        return after
    return end


_INTRODUCES = ("je suis", "i'm", "i’m", "im ", "i am", "this is")
_SMALL_WORDS = frozenset(
    ["depuis", "from", "with", "avec", "sans", "pour", "chez", "dans", "sur", "par", "and", "et", "client", "cliente", "abonne", "calling", "writing", "here", "again", "from", "je", "jai", "jaurais", "qui", "who", "je", "mais", "but", "because", "parce", "car", "since", "wants", "want", "need", "needs", "habite", "live", "lives", "ordered", "bought", "vous", "nous", "there", "about"]
)


def _next_announced(text: str, start: int) -> PersonalData | None:
    for cue in _CUE.finditer(text, start):
        end = _after_cue(text, cue)
        if end is not None:
            return PersonalData("name", cue.end(), end)
    return None


def _next_signed(text: str, start: int) -> PersonalData | None:
    for closing in _CLOSING.finditer(text, start):
        candidate = _FULL.match(text, closing.end())
        if candidate is None:
            small = _SMALL.match(text, closing.end())
            if small and _ALONE.match(text, small.end()) and _is_given(small[0].split()[0]):
                return PersonalData("name", small.start(), small.end())
            continue
        words, end = _cut(text, candidate)
        new_line = "\n" in closing["end"]
        if not words or end != candidate.end() or not _ALONE.match(text, end) or _is_brand(words):
            continue
        given = _is_given(words[0]) or _is_given(words[-1]) or _is_initial(words[0])
        if given or (new_line and len(words) > 1):
            return PersonalData("name", candidate.start(), end)
    return None


def _next_full(text: str, start: int) -> PersonalData | None:
    """A known given name with a surname behind it, anywhere in a text."""
    for word in _capitals(text, start):
        if not _is_given(word[0], alone=True):
            continue
        candidate = _FULL.match(text, word.start())
        if candidate is None or _STREET_OR_THING_BEFORE.search(text, max(0, word.start() - _BEFORE), word.start()):
            continue
        words, end = _cut(text, candidate)
        real = [one for one in words[1:] if not _is_initial(one)]
        if real and not _is_brand(words) and not any(one.isupper() and len(one) < 4 for one in real):
            return PersonalData("name", word.start(), end)
    return None


_CAPITAL_WORD = re.compile(rf"(?<![^\W_])(?<!['’\-]){_CAPITAL}(?![^\W_])")


def _capitals(text: str, start: int) -> Iterator[re.Match[str]]:
    return _CAPITAL_WORD.finditer(text, start)


FINDERS: tuple[Finder, ...] = (_next_announced, _next_signed, _next_full)
