"""Domains of e-mail: providers of free mailboxes, throw-away ones, and mistyped ones."""

from __future__ import annotations

from functools import lru_cache

from scheda.values.lists import words

#: Providers with a name so long that it is known with a letter wrong: endings, likeliest first.
_PROVIDERS = {
    "gmail": ("com",),
    "googlemail": ("com",),
    "hotmail": ("com", "it", "fr", "es", "de", "nl", "be", "se", "dk", "no", "fi", "gr", "ch",
                "co.uk", "com.ar", "com.br", "com.tr", "ca", "cl", "hu", "cz", "at"),
    "outlook": ("com", "it", "fr", "es", "de", "pt", "be", "at", "dk", "ie", "cz", "hu", "sk",
                "com.br", "com.ar", "com.tr", "com.gr", "lv", "cl"),
    "yahoo": ("com", "it", "fr", "es", "de", "co.uk", "ie", "gr", "ro", "se", "no", "dk", "nl",
              "be", "at", "pl", "pt", "ch", "com.br", "com.ar", "com.mx", "com.tr", "com.au",
              "ca", "co.in", "in", "co.jp", "cn", "com.cn", "com.hk", "com.sg", "com.tw", "co.nz",
              "co.id", "com.vn", "com.ph", "co.kr", "cl", "com.co", "com.pe", "com.ve", "co.za",
              "hr", "hu", "cz", "fi"),
    "libero": ("it",),
    "virgilio": ("it",),
    "tiscali": ("it", "co.uk", "fr"),
    "icloud": ("com",),
    "fastwebnet": ("it",),
    "protonmail": ("com", "ch"),
    "laposte": ("net",),
    "wanadoo": ("fr", "es", "nl"),
    "t-online": ("de",),
    "bluewin": ("ch",),
}  # fmt: skip

#: Endings that do not exist (no such country nor name), and what was meant.
_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "ccom": "com", "coom": "com",
    "cpm": "com", "vom": "com", "xom": "com", "cim": "com", "copm": "com", "comn": "com",
    "cm": "com", "om": "com", "co": "com", "c": "com", "como": "com", "cop": "com", "coml": "com",
    "comk": "com", "cin": "com", "conm": "com", "col": "com", "comj": "com", "dom": "com",
    "ti": "it", "itt": "it", "iit": "it", "ut": "it", "ot": "it", "i": "it", "ir": "it", "iy": "it",
    "ig": "it", "itl": "it", "lt": "it", "ita": "it", "tit": "it", "iti": "it", "jt": "it",
    "nte": "net", "ner": "net", "netr": "net", "nett": "net", "nt": "net", "ney": "net",
    "ogr": "org", "orgg": "org", "rog": "org", "og": "org",
    "ffr": "fr", "frr": "fr", "ed": "de", "dee": "de",
}  # fmt: skip
#: Providers whose name nobody else has: whatever ending is written, theirs was meant.
_UNIQUE = {"gmail", "googlemail", "hotmail", "yahoo", "icloud", "protonmail", "fastwebnet"}
#: …among them countries and companies that do exist: a slip only behind a provider's name.
_REAL_ENDINGS = {"cm", "om", "co", "ir", "lt", "dom"}

#: Free mailboxes beside the providers above.
_FREE = words("free_mail.txt")
#: Names one letter away from a provider that belong to somebody else.
_OTHERS = words("real_domains.txt")


@lru_cache(maxsize=50_000)
def is_free_mail(domain: str) -> bool:
    """Does anybody get a mailbox there for nothing?"""
    if domain in _FREE:
        return True
    name, _dot, ending = domain.partition(".")
    return ending in _PROVIDERS.get(name, ())


@lru_cache(maxsize=50_000)
def is_disposable(domain: str) -> bool:
    """Are its mailboxes thrown away after use? Sub-domains too."""
    import disposable_email_domains

    labels = domain.split(".")
    return any(
        ".".join(labels[place:]) in disposable_email_domains.blocklist
        for place in range(len(labels) - 1)
    )


@lru_cache(maxsize=50_000)
def meant(domain: str) -> str | None:
    """The domain that was probably meant, or None where it seems to be the one that was meant.

    Only a proposal: nobody can tell a slip from a small company's own name.
    """
    name, _dot, ending = domain.partition(".")
    if not ending or is_free_mail(domain):
        return None
    if name in _PROVIDERS:
        return _with_ending(name, ending, anyhow=name in _UNIQUE)
    provider = _nearest(name)
    if provider and (found := _with_ending(provider, ending)):
        return found
    last = ending.rsplit(".", 1)[-1]
    if last in _ENDINGS and last not in _REAL_ENDINGS:
        return domain[: -len(last)] + _ENDINGS[last]
    return None


def _with_ending(provider: str, written: str, *, anyhow: bool = False) -> str | None:
    """The provider's domain, if the ending is one of theirs, a slip of one, or .com and .it."""
    known = _PROVIDERS[provider]
    likely = _ENDINGS.get(written, written)
    if likely in known:
        return f"{provider}.{likely}"
    return f"{provider}.{known[0]}" if anyhow or likely in ("com", "it") else None


def _nearest(name: str) -> str | None:
    """The provider whose name is a slip away: two letters for the longest names, else one.

    The first letter may be missing, but is not another: jmail and omail are somebody's names.
    """
    from rapidfuzz.distance import OSA

    if len(name) < 4 or name in _OTHERS or not name.replace("-", "").isalpha():
        return None
    for provider in _PROVIDERS:
        if name[0] != provider[0] and name not in (provider[1:], _swapped(provider)):
            continue
        allowed = 2 if len(provider) >= 8 else 1
        if OSA.distance(name, provider, score_cutoff=allowed) <= allowed:
            return provider
    return None


def _swapped(name: str) -> str:
    return name[1] + name[0] + name[2:]
