"""Mailboxes that are not one person's: of offices, of families, and those that do not exist."""

from __future__ import annotations

import re

from scheda.values.lists import words

_ROLES = words("role_mailboxes.txt")
_LAST = words("role_endings.txt")
#: Two words that belong together, as people separate them.
_PAIRS = re.compile(
    r"^(?:no|do[._-]?not|dont|non)[._-]?(?:reply|rispondere|responder)"
    r"|^ne[._-]?pas[._-]?repondre|^(?:servizio|assistenza|uff?icio|uff|service|customer|kunden)[._-]"
    r"|^(?:servizio|ufficio|famiglia)[a-z]{4,}|^(?:human[._-]resources|risorse[._-]umane|front[._-]desk)"
    r"|^(?:mailer[._-]daemon|lavora[._-]con[._-]noi|accounts?[._-](?:payable|receivable))"
)
#: Short and yet no beginning of a person's name.
_SHORT = {"amm", "fam", "pec", "uff"}
_SPLIT = re.compile(r"[._\-]+")
_NUMBER = re.compile(r"\d+$")

_NOBODY = words("no_mailboxes.txt")
_EXAMPLES = words("example_mailboxes.txt")
_EXAMPLE_DOMAINS = words("example_domains.txt")
_REPEATED = re.compile(r"^([a-z0-9])\1{2,}$|^(.)\2?$")

_SAID = words("no_answers.txt")


def is_role(local: str) -> bool:
    """Is it the mailbox of an office or a household? `local` is the part before the @."""
    bare = local.split("+", maxsplit=1)[0]
    if _PAIRS.match(bare):
        return True
    found = [_NUMBER.sub("", word) for word in _SPLIT.split(bare) if word]
    if not found:
        return False
    # A short word begins a person's name, too (pr.rossi, it.svensson): alone it is an office.
    if found[0] in _ROLES and (len(found) == 1 or len(found[0]) > 3 or found[0] in _SHORT):
        return True
    return found[-1] in _LAST or "".join(found) in _ROLES


def is_nobody(local: str, domain: str) -> bool:
    """Was the address typed only to fill the field? noemail@…, prova@prova.it, xxx@xxx.com."""
    bare = re.sub(r"[^a-z0-9]", "", local)
    if bare in _NOBODY or re.fullmatch(r"(.)\1{2,}", bare):
        return True
    name = domain.split(".", maxsplit=1)[0]
    is_example = bare in _EXAMPLES or local in _EXAMPLES or bool(_REPEATED.match(bare))
    is_odd = name in _EXAMPLE_DOMAINS or bool(_REPEATED.match(name)) or name == local
    return is_example and is_odd


def says_none(text: str) -> bool:
    """Is it a way to say that there is none (n.d., nessuna, -, non ha)? `text` in small letters."""
    bare = re.sub(r"[\W_]+", "", text)
    return not bare or bare in _SAID or bool(re.fullmatch(r"(.)\1*", bare))
