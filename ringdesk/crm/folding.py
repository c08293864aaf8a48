"""One spelling for searching: case, accents and width do not matter."""

import unicodedata


def fold(text: str) -> str:
    """Case-folded, compatibility-decomposed, without combining marks: `Müller` and `MULLER` meet."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
