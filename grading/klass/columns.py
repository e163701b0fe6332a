"""How the columns of a roster are called, in whatever language and by whatever system."""

from __future__ import annotations

from collections.abc import Iterable

from grading.exports.titles import LISTS, OTHERS

LANGUAGES = (*OTHERS, *LISTS)
IDENTITY = (  # the first of them that is there
    "identity", "id", "login", "username", "student id", "sis user id", "orgdefinedid", "identifier",
    *(one.identifier for one in OTHERS), *(one.username for one in LANGUAGES),
    "matrikelnummer", "benutzername", "nutzernamen", "benutzerkennung", "kennung", "netid", "user id",
    "student number", "matrikelnr", "matrikelnr.", "matr.-nr.", "mtknr", "osobní číslo", "učo", "numéro étudiant",
    "studentnummer", "studienummer", "opiskelijanumero", "matricola", "neptun kód", "numer albumu", "email",
    "email address", "e-mail", *(one.email for one in LANGUAGES), "sid",
)  # fmt: skip
NAMES = (
    "name", "full name", "student", "display name", *(one.full_name for one in LANGUAGES),
    "naam", "navn", "namn", "nimi", "név", "imię i nazwisko", "jméno a příjmení", "nom et prénom", "nom prénom",
    "nome e cognome", "cognome e nome", "nombre y apellidos", "apellidos y nombre", "фио",
)  # fmt: skip
FIRST_NAMES = (  # one word may be the first name in one language, and the last name in another: that one comes last
    "first name", "firstname", "given name", "forename", "prénom", *(one.first_name for one in LANGUAGES), "jméno",
)  # fmt: skip
LAST_NAMES = (
    "last name", "lastname", "surname", "family name", *(one.last_name for one in LANGUAGES), "familienname",
    "zuname", "apellidos", "nom",
)  # fmt: skip
GROUPS = ("group", "team", *(one.group for one in LANGUAGES))


def column(titles: list[str], wanted: Iterable[str]) -> int | None:
    """Return where the first of the wanted titles stands among those that are there, in small letters."""
    return next((titles.index(title) for title in map(str.casefold, wanted) if title in titles), None)


def known(text: str) -> set[str]:
    """Return the titles in the first row of a table that mean something here."""
    every = {title.casefold() for some in (IDENTITY, NAMES, FIRST_NAMES, LAST_NAMES, GROUPS) for title in some}
    return {title for title in every if title in text.partition("\n")[0].casefold()}
