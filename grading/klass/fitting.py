"""By which rule the name of a file may be meant to be that of a program."""

from __future__ import annotations

import re
import unicodedata

from grading.klass.contents import NOT_ITSELF

COPIES = (
    "copy|kopie|copie|copia|cópia|kopia|kopio|kopi|kopya|копия|копія|副本|複製|コピー|복사본"  # as systems call them
)
# Each end of a name, and each version, can be read in one way only: with two, a long name would have millions.
COPY = re.compile(rf"(?:[-_ ]*\(\d{{1,4}}\)|-\d{{1,4}}|[-_ –—]+(?:{COPIES})(?:[_ ]?\d{{1,4}})?)+$", re.IGNORECASE)
COPY_OF = re.compile(rf"(?:(?:{COPIES})(?: \(\d{{1,4}}\))? (?:(?:of|von|van|de|di|af|av) )?)+", re.IGNORECASE)
SEPARATORS = re.compile(r"[-_. ]+")
OTHER_ENDINGS = (
    ".docx", ".doc", ".odt", ".rtf", ".pdf", ".ipynb", ".pages", ".pyc", ".html", ".webarchive", *NOT_ITSELF,
)  # fmt: skip
ENDINGS = (".py.txt", *(f".py{ending}" for ending in OTHER_ENDINGS), ".py", ".pyw", ".txt", *OTHER_ENDINGS)
RULES = {  # by which a file is taken for a program, the surest first; those with one number compete
    "exact": 0, "case": 0, "spelling": 0, "copy": 0, "ending": 0, "prefix": 1, "suffix": 1, "within": 2,
    "other kind": 3,
}  # fmt: skip
VERSION = re.compile(  # what says that a file is the later one
    r"(final|new(est)?|latest|last|fixed|done|real|(v|step)?\d+(?!\d))+"
)


def fitting(name: str, program: str) -> str:
    """Return by which rule a file may be the program; nothing if it is another one."""
    if name == program:
        return "exact"
    if name.casefold() == program.casefold():
        return "case"
    name = unicodedata.normalize("NFC", name).strip()
    stem, ending = split(name)
    if not ending and "." in name:
        return ""
    bare, wanted = COPY_OF.sub("", COPY.sub("", stem), count=1), split(program)
    rule = _rule(squeezed(bare), squeezed(wanted[0]), bare != stem)
    if rule and ending != wanted[1] and ending.removeprefix(".py") in OTHER_ENDINGS:
        return "other kind"
    return "ending" if rule in ("spelling", "copy") and ending != wanted[1] else rule


def split(name: str) -> tuple[str, str]:
    """Return a file's name without its ending, and that one, if it is one that a program may come with."""
    ending = next((end for end in ENDINGS if name.lower().endswith(end)), "")
    return (name[: -len(ending)], ending) if ending else (name, "")


def squeezed(text: str) -> str:
    """Return a name without what separates its words, and in small letters."""
    return SEPARATORS.sub("", text).casefold()


def _rule(stem: str, wanted: str, is_copy: bool) -> str:
    if stem == wanted:
        return "copy" if is_copy else "spelling"
    if stem.startswith("test") or stem.endswith("test"):
        return ""
    if wanted not in stem:
        return ""
    return "prefix" if stem.endswith(wanted) else "suffix" if stem.startswith(wanted) else "within"
