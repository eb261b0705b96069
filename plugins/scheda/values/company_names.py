"""The name itself of a company: its capitals, and the key by which two spellings are compared."""

from __future__ import annotations

import re
import unicodedata

from scheda.values.casing import PARTICLES, first_capital, is_roman, is_uniform, listed
from scheda.values.folding import fold

#: Short words, which in a name typed in capitals are no acronyms.
_SHORT_WORDS = listed(
    "bar san don due tre sei uno oro blu sud est ovest bel pub gas val sol mar pan art arte eco web"
    " new old red big top car bus bio oil gym spa tea zoo cap van bad gut rot alt neu les des aux"
    " los las del sur sol luz ali api ape pro ora via age air all ask bay bee box boy cup day dog"
    " eat eye fan far fit fix for fox fun gem get hot ice ink joy key kit law lab leo leon lex lux"
    " man map max med mix neo net nord one our pay pet pop ray rio sea sky sir six sun tag tax ten"
    " tip toy tri two vet vox war way win yes you zen il lo al tu io re mia mio tua suo ciao casa"
    " eva ugo ida ada leo lia mia noa zoe aldo asia una amo fata"
)
_CONNECTORS = frozenset(["&", "+", "e", "ed", "and", "und", "et", "y"])
#: Words with several spellings, in keys.
_SPELLED = {
    "flli": "fratelli", "fratello": "fratelli", "az": "azienda", "agr": "agricola",
    "soc": "societa", "bros": "brothers", "intl": "international", "costr": "costruzioni",
    "gebr": "gebruder", "gebrueder": "gebruder", "assoc": "associazione",
}  # fmt: skip
_SAINTS = listed(
    "marco luca giovanni matteo pietro paolo giorgio martino francesco antonio giuseppe michele"
    " lorenzo nicola nicolo carlo bartolomeo giacomo andrea stefano vito donato pellegrino siro"
    " rocco gaudenzio zeno babila vittore benedetto bernardo damiano cosma vincenzo"
)
_AGRICULTURAL = ["societa", "agricola"]
_GERMAN = {"DE", "AT", "CH", "LI"}
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*", re.UNICODE)


def display_case(tokens: list[str]) -> str:
    """The words in good capitals: names typed in one case get them, others keep theirs."""
    text = " ".join(_joined(tokens))
    text = re.sub(r"(?i)(?:&|\be)\s+c(?:\.|$)$", "& C.", text)
    if not is_uniform(text.removesuffix("& C.")):
        return unicodedata.normalize("NFKC", re.sub(r"(?<![\w.'])[^\W\d_]+", _raised, text))
    found: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        found.append(text[end : match.start()])
        end = match.end()
        found.append(_cased(match.group(), is_first=not match.start(), after=text[end : end + 1]))
    return unicodedata.normalize("NFKC", "".join([*found, text[end:]]))


def _joined(tokens: list[str]) -> list[str]:
    """`e` between two words of a name written in one case stays; a + between words is an &."""
    last = len(tokens) - 1
    return ["&" if word == "+" and 0 < place < last else word for place, word in enumerate(tokens)]


def _raised(match: re.Match[str]) -> str:
    """Rossi & figli → Rossi & Figli: a word all in small letters gets its capital."""
    word = match.group()
    is_first = match.start() == 0
    if not word.islower() or len(word) < 3 or (word in PARTICLES and not is_first):
        return word
    return (
        word if match.string[match.end() : match.end() + 1] in {"'", "."} else first_capital(word)
    )


def _cased(word: str, *, is_first: bool, after: str) -> str:
    small = word.lower()
    pieces = small.split(".")
    if len(pieces) > 1 and max(map(len, pieces)) == 1:
        return word.upper()
    if not is_first and (small in PARTICLES or (after == "'" and small in {"dell", "all"})):
        return small
    is_numeral = is_roman(small) and len(small) > 1 and small not in {"vi", "xi"}
    if is_numeral or (_is_acronym(small) and after != "'"):
        return small.upper()
    # F.lli and Zeta.com, unlike Co.Ge.
    if max(map(len, pieces)) > 3 or small in {"f.lli", "f.gli"}:
        return first_capital(small)
    return ".".join(first_capital(piece) for piece in pieces)


def _is_acronym(small: str) -> bool:
    """ABB, 3M, BTP: letters that make no word. Capitals typed throughout leave nothing surer."""
    letters = [letter for letter in small if letter.isalpha()]
    if any(letter.isdigit() for letter in small):
        return len(letters) < 3
    if "." in small or small in _SHORT_WORDS:
        return False
    has_vowel = any(letter in "aeiouyàèéìòùäöü" for letter in small)
    return len(small) in {2, 3} or (len(small) < 6 and not has_vowel)


def name_key(tokens: list[str], country: str | None) -> str | None:
    """Folded words, one space between; None when no letter nor digit is left.

    & and its words and the company of `& C.` are left out; points join (Co.Ge. → coge), spelt-out
    letters too (A. B. C. → abc). In firms of German countries ü, ue and u are one."""
    found = _folded(tokens)
    tail = found[-2:]
    if len(found) > 2 and tail[0] == "&" and tail[1] in _companions(country):
        found = found[:-2]
    found = _saintly([_SPELLED.get(word, word) for word in found])
    for place in range(len(found) - 1):
        if found[place : place + 2] == _AGRICULTURAL:
            found = _AGRICULTURAL + found[:place] + found[place + 2 :]
            break
    if country in _GERMAN:
        found = [re.sub(r"(?<![aeiouq])([aou])e(?![aeiou])", r"\1", word) for word in found]
    found = [word for word in found if word != "&"]
    return " ".join(_spelt_together(found)) or None


def loose_key(key: str | None) -> str | None:
    """The consonants of each word of a key, once and in alphabetical order, which most slips of
    the pen leave as they are. It tells nothing alone; None where fewer than four are left."""
    found = [re.sub(r"[^\w]|[aeiou]", "", word) for word in (key or "").split()]
    bare = ["".join(sorted(set(word))) for word in found]
    return " ".join(filter(None, bare)) if len("".join(bare)) > 3 else None


def _companions(country: str | None) -> set[str]:
    """Rossi & C. is the same as Rossi; & Co. only before a form: Tiffany & Co. is a name."""
    return {"c", "co", "cie", "comp", "compagnia", "company"} if country else {"c"}


def owner_key(tokens: list[str]) -> str | None:
    """Who a firm is of (`di Mario Rossi & C.`), in any order of the words."""
    found = _folded(tokens)
    while len(found) > 1 and found[-1] in {"c", "co", "&"}:
        found.pop()
    return " ".join(sorted(_SPELLED.get(word, word) for word in found if word != "&")) or None


def _folded(tokens: list[str]) -> list[str]:
    text = re.sub(r"\b(d|l|dell|all|dall|nell|sull|un)' ", r"\1'", fold(" ".join(tokens)))
    text = text.replace("'", "")
    text = re.sub(r"\bf\.?\s?(?=(?:lli|gli)\b)", "f", text)
    text = re.sub(r"(?<=[^\W_])\s*([&+])\s*(?=[^\W_])", r" \1 ", text)
    # Short pieces between points are one word: Co.Ge., S.I.A.T., but amazon.com are two.
    text = re.sub(
        r"(?:(?<=^)|(?<=[\s&+(-]))[^\W_]{1,3}(?:\.[^\W_]{1,3})+(?![^\W_])", _pointless, text
    )
    found = re.findall(r"[^\W_]+|[&+]", text)
    last = len(found) - 1
    return [
        "&" if word in _CONNECTORS and 0 < place < last else word
        for place, word in enumerate(found)
        if place < last or word not in "&+"
    ]


def _pointless(match: re.Match[str]) -> str:
    return match.group().replace(".", "")


def _saintly(found: list[str]) -> list[str]:
    """S. Marco is San Marco."""
    return [
        "san"
        if word == "s" and found[place + 1 : place + 2] and found[place + 1] in _SAINTS
        else word
        for place, word in enumerate(found)
    ]


def _spelt_together(found: list[str]) -> list[str]:
    """Single letters in a row are one word (a b c → abc)."""
    joined: list[str] = []
    row = ""
    for word in [*found, ""]:
        if len(word) == 1:
            row += word
            continue
        if row:
            joined.append(row)
        row = ""
        if word:
            joined.append(word)
    return joined
