"""Words too common to tell one article from another, already folded (no accents, no capitals).

Short on purpose. What turns the meaning round stays in the index: "sans engagement" is not "avec
engagement", so "sans", "pas", "jamais", "not", "no" and "without" are no stop words; nor are the question
words that separate articles ("combien", "pourquoi"; "how", "when", "why"). "Comment" is one: half of all
French titles start with it. `docs/design/002-language.md` has the measurement.
"""

from typing import Final

_FRENCH = """
a afin ai aie aient ainsi alors as au aura aurai auraient aurait auras aurez aurons auront aussi
autre autres aux avaient avais avait avec avez aviez avions avoir avons ayant ayez
c ca car ce ceci cela celle celles celui ces cet cette ceux chez ci comme comment
d dans de depuis des dont du elle elles en encore entre es est et etaient etais etait etant etc ete etes etiez etions
etre eu eue eues eus eut eux fait faire fais font fut
il ils j je l la le les leur leurs lors lui m ma mais me meme memes mes moi mon n ne nos notre nous
on ont ou par parce pendant peu peut peuvent peux plus plusieurs plutot pour pouvez pouvoir pu puis
qu que quel quelle quelles quels qui quoi s sa se sera serai seraient serait seras serez seront ses si soi
soient sois soit sommes son sont suis sur t ta te tel telle telles tels tes toi ton tous tout toute toutes tres tu
un une va vers vos votre vous vu y
"""

_ENGLISH = """
a about all also am an and any are as at be because been being both but by can could did do does doing
for from get got had has have having he her hers him his i if in into is it its itself just let
may me might mine must my of on or our ours please shall she should so some such
than that the their theirs them then there these they this those to too up us
very was we were what which who whom whose will with would you your yours
"""

STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "fr": frozenset(_FRENCH.split()),
    "en": frozenset(_ENGLISH.split()),
}
"""The stop words of each known language."""
