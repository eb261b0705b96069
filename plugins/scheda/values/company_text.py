"""What people write around a company's name: VAT numbers, its state, and words for no company."""

from __future__ import annotations

import re
import unicodedata

from scheda.values.folding import words

_NO_NAMES = frozenset(
    {
        "", "na", "n a", "nd", "n d", "no", "non", "none", "null", "nil", "nan", "x", "xx", "xxx",
        "nessuna", "nessuno", "nessuna azienda", "nessuna societa", "nessuna ditta", "niente",
        "privato", "privata", "privati", "cliente privato", "cliente privata", "soggetto privato",
        "persona fisica", "persona privata", "consumatore", "consumatore finale", "cliente",
        "private", "private person", "private customer", "privat", "privatperson", "privatkunde",
        "particulier", "particular", "individual", "self", "no company", "not applicable",
        "non applicabile", "non disponibile", "non specificato", "non specificata", "unknown",
        "sconosciuto", "sconosciuta", "ignoto", "ignota", "kein", "keine", "keine firma", "aucun",
        "aucune", "sans", "ninguna", "ninguno", "geen", "tbd", "todo", "idem", "vuoto", "boh",
        "non presente", "assente", "senza azienda", "senza", "undefined", "empty", "test", "prova",
        "disoccupato", "disoccupata", "pensionato", "pensionata", "studente", "studentessa",
    }
)  # fmt: skip

_STATES = {
    "bankruptcy": r"in fallimento|fallit[ao]|in liquidazione giudiziale|in insolvenz|i\.\s?ins\.?"
    r"|bankrupt|en concurso(?: de acreedores)?|w upad[lł]o[sś]ci",
    "composition": r"in concordato(?: preventivo)?|in conc\.? prev(?:\.|entivo)?"
    r"|en redressement(?: judiciaire)?",
    "administration": r"in amministrazione (?:straordinaria|controllata|giudiziaria)"
    r"|in amm\.? straord\.?|in administration|in receivership",
    "liquidation": r"in liquidazione(?: (?:coatta(?: amministrativa)?|volontaria))?"
    r"|in liquid\.(?:ne)?|in liq\.?(?:\s?ne)?\.?|in l\.?c\.?a\.|in scioglimento"
    r"|i\.\s?l\.|in abwicklung|in (?:voluntary |compulsory )?liquidation"
    r"|en liquidation(?: judiciaire)?"
    r"|en liquidaci[oó]n|em liquida[cç][aã]o|in liquidatie|w likwidacji|v likvid[aá]ci",
    "closed": r"cessat[ao](?: attivit[aà]'?)?|dissolved|dissoute|erloschen",
}
_STATE = {
    state: re.compile(rf"(?<=[\w.\")])[\s,;-]*[(\[]?\s*(?<!\w)(?:{said})(?!\w)\s*[)\]]?", re.I)
    for state, said in _STATES.items()
}
_FALLIMENTO = re.compile(
    r"^(?:fallimento|fall\.to|curatela(?: fallimentare)?)\s+(?:di |della )?(?=\w)", re.I
)

_KEYWORD = (
    r"(?:partita\s+iva|part\.?\s*iva|p\.?\s?iva|p\.\s?i\.|vat(?:\s*(?:number|reg|no|id|n)\b\.?)*"
    r"|ust\.?\s?-?\s?id(?:\.?\s?-?nr)?\.?|uid|tva|n\.?i\.?f\.?|c\.?i\.?f\.?|btw"
    r"|(?:c\.?\s?f\.?|cod\w*\.?\s*fisc\w*\.?)(?:\s*(?:/|e|-)\s*(?:p\.?\s?iva|p\.\s?i\.|part\w*\.?\s*iva))?)"
)
_VAT_SAID = re.compile(
    rf"[\s,;(\[-]*\b{_KEYWORD}\s*[:.=n°º-]*\s*"
    r"(?P<number>(?:[A-Z]{2}[\s-]?)?[A-Z]?\d[\dA-Z]*(?:[ .-]?\d[\dA-Z]*){0,6})\s*[)\]]?",
    re.I,
)
_VAT_BARE = re.compile(
    r"[\s,;(\[-]*(?<!\w)(?P<number>[A-Z]{2}\s?[0-9A-Z]{8,12}|\d{11})(?!\w)\s*[)\]]?"
)
_FISCAL_CODE = re.compile(
    rf"[\s,;(\[-]*\b{_KEYWORD}\s*[:.=]*\s*[A-Z]{{6}}\d\d[A-Z]\d\d[A-Z]\d{{3}}[A-Z]\s*[)\]]?", re.I
)


def plain(written: str) -> str:
    """One kind of space, dash and apostrophe; no quotes, commas nor control characters; 300
    letters."""
    text = unicodedata.normalize("NFKC", written[:300])
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff]", " ", text)
    text = re.sub(r"[’‘`´]", "'", text)
    text = re.sub(r"[–—‒]", "-", text)
    text = re.sub(r"[\"“”„«»]|(?<!\w)'(?=\w[^']*'(?!\w))|''", " ", text)
    return " ".join(re.sub(r"[,;]", " ", text).split())


def tokens(text: str) -> list[str]:
    """Words as written; a point belongs to the word before it, & and + stand between words."""
    text = re.sub(r"\s+(?=[.])", "", text)
    text = re.sub(r"(?<=\w\w)\s*([&+])\s*(?=\w\w)", r" \1 ", text)
    # Rossi-S.r.l. and Rossi.Srl
    text = re.sub(
        r"(?<=\w\w)[.-](?=(?:s\.?r\.?l|s\.?p\.?a|s\.?n\.?c|s\.?a\.?s|gmbh)\b\.?)",
        " ",
        text,
        flags=re.I,
    )
    found = [word for word in text.split() if re.search(r"\w|[&+-]", word)]
    while found and not re.search(r"\w", found[-1]):
        found.pop()
    while found and not re.search(r"\w", found[0]):
        found.pop(0)
    return found


def without_vat(text: str, home: str) -> tuple[str, str | None, str | None]:
    """(text without tax numbers, the VAT number with its country's letters, what is wrong)."""
    if not re.search(r"\d{7}|\d[\s.-]*\d[\s.-]*\d[\s.-]*\d[\s.-]*\d[\s.-]*\d[\s.-]*\d", text):
        return text, None, None
    text = _FISCAL_CODE.sub(" ", text)
    reason = number = None
    for found in _VAT_SAID.finditer(text):
        number = number or valid_vat(found["number"], home)
        reason = None if number else "the VAT number is not valid"
    text = _VAT_SAID.sub(" ", text)
    for found in _VAT_BARE.finditer(text):
        if bare := valid_vat(found["number"], home):
            number = number or bare
            text = text.replace(found.group(), " ")
    return " ".join(text.split()), number, reason


def valid_vat(written: str, home: str) -> str | None:
    """The number when its check digits hold, spelt as tax_codes spells it: with the letters of its
    country unless that is Italy. Without letters it is the home country's."""
    from stdnum.eu import vat

    number = re.sub(r"[^0-9A-Za-z]", "", written).upper()
    candidates = [number] if re.match(r"[A-Z]{2}", number) else [home + number]
    for candidate in candidates:
        if candidate[:2] in {"CH", "GB"}:
            return _other_vat(candidate)
        if vat.is_valid(candidate):
            return vat.compact(candidate).removeprefix("IT")
    return None


def _other_vat(number: str) -> str | None:
    from stdnum.ch import uid
    from stdnum.gb import vat as gb

    if number.startswith("CH"):
        return uid.compact(number) if uid.is_valid(number) else None
    return "GB" + gb.compact(number) if gb.is_valid(number) else None


def without_status(text: str) -> tuple[str, str | None]:
    """(text without the words, bankruptcy, composition, administration, liquidation or closed)."""
    state = None
    for _ in range(5):
        shorter = _FALLIMENTO.sub("", text)
        found = "bankruptcy" if shorter != text else None
        for name, said in _STATE.items():
            if not found and said.search(text):
                found, shorter = name, " ".join(said.sub(" ", text).split())
        if not found:
            break
        state, text = state or found, shorter
    return text, state


def why_no_company(text: str) -> str | None:
    """Why a text names no company; None when it may name one."""
    if not re.search(r"[^\W\d_]", text):
        return "a number, no name" if re.search(r"\d", text) else "no company name"
    if re.fullmatch(r"\S+@\S+\.\S+", text):
        return "an e-mail address"
    if words(text) in _NO_NAMES or len(words(text)) < 2:
        return "no company name"
    return None
