"""A CSV file whose cells can be changed while all its other bytes stay as they are."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t")
UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how the files of spreadsheets begin
UTF8 = "utf-8"
NO_UTF8 = "This is no text in UTF-8: save it as CSV UTF-8, or take the file as the platform gave it."
QUOTED = rb'"[^"]*(?:""[^"]*)*"'


class Unusable(ValueError):
    """This file cannot be filled in; the text says why, and what to do."""


class Untitled(Unusable):
    """A column is missing, or is called otherwise."""


@dataclass(frozen=True)
class Cell:
    """A cell, and where its bytes are."""

    start: int
    end: int
    text: str
    is_quoted: bool = False


@dataclass(frozen=True)
class Sheet:
    """A file in which all these titles were found."""

    data: bytes
    encoding: str
    separator: str
    header: list[str]
    rows: list[list[Cell]]  # those below the header

    def column(self, title: str) -> int | None:
        """Return the number of the column with this title, or None; Unusable if there are several."""
        if self.header.count(title) > 1:
            raise Unusable(f"{self.header.count(title)} columns are called {title!r}: which one is meant?")
        return self.header.index(title) if title in self.header else None

    def text(self, row: list[Cell], column: int | None) -> str:
        """Return what a row says in a column, without spaces around it; nothing if it has no such cell."""
        return row[column].text.strip() if column is not None and column < len(row) else ""

    def changed(self, changes: dict[Cell, str]) -> bytes:
        """Return the bytes of the file with other texts in some cells."""
        pieces, position = [], 0
        for cell, text in sorted(changes.items(), key=lambda change: change[0].start):
            pieces += [self.data[position : cell.start], self._written(text, cell.is_quoted)]
            position = cell.end
        return b"".join([*pieces, self.data[position:]])

    def _written(self, text: str, is_quoted: bool) -> bytes:
        if is_quoted or any(c in text for c in (self.separator, '"', "\r", "\n")):
            text = '"' + text.replace('"', '""') + '"'
        return text.encode(self.encoding, "xmlcharrefreplace")


def opened(data: bytes, titles: Iterable[str]) -> Sheet:
    """Read a CSV file that has these titles; Unusable if it is none, whatever separates its cells."""
    _refuse_a_workbook(data)
    if data.startswith(UTF16_BOMS) or b"\0" in data:
        raise Unusable(NO_UTF8)
    titles, encoding, header = list(titles), _encoding(data), list[str]()
    for separator in SEPARATORS:
        rows = _rows(data, separator, encoding)
        with contextlib.suppress(Unusable):  # with another separator, its quotation marks may make sense
            header = max(header, [cell.text.strip() for cell in next(rows, [])], key=len)
        if header and all(title in header for title in titles):
            return Sheet(data, encoding, separator, header, list(rows))
    missing = ", ".join(title for title in titles if title not in header)
    told = f"There is no column {missing}. The first row has: {', '.join(header)}."
    raise Untitled(told if encoding == UTF8 else f"{told} {NO_UTF8}")


def decoded(data: bytes) -> str:
    """Return the text of a table that is only read, in whatever encoding a spreadsheet has saved it."""
    _refuse_a_workbook(data)
    if data.startswith(UTF16_BOMS):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:2]:  # the mark is missing
        return data.decode("utf-16-be" if data[0] == 0 else "utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _refuse_a_workbook(data: bytes) -> None:
    if data.startswith(WORKBOOKS):
        raise Unusable("This is the file of a spreadsheet, and no CSV: take the file as the platform gave it.")


def _encoding(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return UTF8


def _rows(data: bytes, separator: str, encoding: str) -> Iterator[list[Cell]]:
    between = separator.encode()
    cell = re.compile(rb'(%s|(?!")[^%s\r\n]*)(%s|\r\n|\r|\n|\Z)' % (QUOTED, between, between))
    position, row = len(UTF8_BOM) if data.startswith(UTF8_BOM) else 0, list[Cell]()
    while position < len(data) or row:
        found = cell.match(data, position)
        if not found:
            line = data.count(b"\n", 0, position) + 1
            raise Unusable(f"A quotation mark that opens a cell in line {line} is not closed, or text follows it.")
        row.append(_cell(found, encoding))
        position = found.end()
        if found[2] != between:
            yield row
            row = []


def _cell(found: re.Match[bytes], encoding: str) -> Cell:
    text = found[1].decode(encoding)
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
    if is_quoted:
        text = text[1:-1].replace('""', '"')
    return Cell(found.start(1), found.end(1), text, is_quoted)
