"""The matrix as a page that a person can read: no script, nothing to fetch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from itertools import groupby

from grading.drawing import text
from grading.results.values import PASSED, SKIPPED
from grading.telling.story import tell
from tests.kit.matrix.rows import CLIENT, SERVER, Row

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 110rem; padding: 0 1rem; color: #1d2733 }
h1 { font-size: 1.6rem } h2 { margin-top: 3rem }
p { max-width: 46rem } p.legend { max-width: none }
.wide { overflow: auto; max-height: 92vh; border: 1px solid #d5dbe3 }
table { border-collapse: separate; border-spacing: 0; font-size: 12px }
th { font-weight: normal; text-align: left; background: #fff }
thead th { position: sticky; top: 0; z-index: 1; vertical-align: bottom; height: 19rem }
thead th { border-bottom: 1px solid #98a4b3 }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; padding-top: .3rem }
tbody th { position: sticky; left: 0; white-space: nowrap; padding: 0 .6rem; border-right: 1px solid #98a4b3 }
td { min-width: 11px; height: 17px; border-right: 1px solid #eef1f4; border-bottom: 1px solid #eef1f4; padding: 0 }
.first { border-left: 1px solid #98a4b3 }
.topic th { font-weight: 600; padding-top: .8rem }
.meant, .also, .wrong, .never, .passes { display: inline-block; width: 11px; height: 11px; margin: 3px 2px 0 }
.meant { background: #1a6b54 } .also { background: #a9d5c6 } .wrong { background: #c62f2f }
.never { background: repeating-linear-gradient(45deg, #dfe4ea 0 2px, #fff 2px 4px) }
.passes { border: 1px solid #eef1f4; box-sizing: border-box }
.base { color: #6a7684 } a { color: inherit; text-decoration-color: #b8c2cd }
tfoot td { font-size: 9px; text-align: center; color: #6a7684 }
article { margin: 1.4rem 0; break-inside: avoid }
article h3 { margin: 0; font-size: 1rem }
article p { margin: .1rem 0; color: #6a7684 }
pre { background: #f5f7f9; padding: .7rem 1rem; margin: .4rem 0; overflow: auto; font-size: 12px; line-height: 1.35 }
li.bad { color: #c62f2f }
"""

LEGEND = """
<p class="legend"><span class="meant"></span> caught, by a check that is meant to catch it
&emsp;<span class="also"></span> caught as well
&emsp;<span class="wrong"></span> not as it should be
&emsp;<span class="never"></span> not graded at the step at which this mistake is made
&emsp;<span class="passes"></span> passed</p>
"""


def page(rows: list[Row], wrong: list[str]) -> str:
    """Return the whole page; `wrong` is what is not as it should be."""
    mutants = [row for row in rows if row.mutant]
    right = {row.name for row in rows if not row.mutant}
    verdict = (
        "".join(f'<li class="bad">{escape(text)}</li>' for text in wrong)
        or "<li>Every wrong program is caught, by each check that is meant to catch it.</li>"
        "<li>Every check catches at least one wrong program.</li>"
        "<li>No check marks a right program down.</li>"
    )
    tables = "".join(_table(program, [row for row in rows if row.program == program]) for program in (SERVER, CLIENT))
    stories = "".join(_story(row) for row in mutants)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The kill matrix</title><style>{STYLE}</style>
<h1>The kill matrix</h1>
<p>{len(mutants)} wrong programs, each a right one with one real mistake put in, and {len(right)} right ones that are
as unlike one another as students are: each was graded by every check of its step.</p>
<ul>{verdict}</ul>
{LEGEND}{tables}
<h2 id="stories">What the student reads</h2>
<p>For each mistake, the story that the grader tells, without colours.</p>
{stories}
</html>
"""


def _table(program: str, rows: list[Row]) -> str:
    ids = max((list(row.results) for row in rows), key=len)
    firsts = {next(group) for _, group in groupby(ids, key=_step)}
    heads = "".join(f"<th{_border(id in firsts)}><span>{_step(id)}: {_spoken(id)}</span></th>" for id in ids)
    body = []
    for topic, group in groupby(rows, key=lambda row: row.topic):
        body.append(f'<tr class="topic"><th>{escape(topic)}</th></tr>')
        body += [_row(row, ids, firsts) for row in group]
    caught = Counter(id for row in rows if row.mutant for id in row.killers)
    feet = "".join(f"<td{_border(id in firsts)}>{caught[id]}</td>" for id in ids)
    return f"""<h2>The {program}</h2>
<div class="wide"><table><thead><tr><th></th>{heads}</tr></thead>
<tbody>{"".join(body)}</tbody><tfoot><tr><th>mistakes caught</th>{feet}</tr></tfoot></table></div>
"""


def _row(row: Row, ids: Iterable[str], firsts: set[str]) -> str:
    name = escape(row.name)
    if row.mutant:
        base = "" if row.mutant.base == "solution" else f' <span class="base">({escape(row.mutant.base)})</span>'
        name = f'<a href="#{row.mutant.name}">{escape(row.mutant.mistake)}</a>{base}'
    cells = "".join(f"<td{_border(id in firsts)}>{_cell(row, id)}</td>" for id in ids)
    return f"<tr><th>{name}</th>{cells}</tr>\n"


def _cell(row: Row, id: str) -> str:
    result = row.results.get(id)
    if not result or result.outcome == SKIPPED:
        kind = "never"
    elif result.outcome == PASSED:
        kind = "wrong" if id in row.meant else "passes"
    else:
        kind = "meant" if id in row.meant else "also" if row.mutant else "wrong"
    return f'<span class="{kind}" title="{escape(row.name)}: {_spoken(id)}"></span>'


def _story(row: Row) -> str:
    assert row.mutant
    told = "It is not caught."
    if row.to_tell:
        told = "\n".join([row.to_tell.title, "", *text.page(tell(row.to_tell)).lines])
    return f"""<article id="{row.mutant.name}"><h3>{escape(row.mutant.mistake)}</h3>
<p>{row.mutant.name}, {row.mutant.step}, {escape(row.mutant.base)}</p>
<pre>{escape(told)}</pre></article>
"""


def _step(id: str) -> str:
    return id.rsplit("/", 2)[0]


def _spoken(id: str) -> str:
    return id.rsplit("/", 2)[2].replace("_", " ")


def _border(first: bool) -> str:
    return ' class="first"' if first else ""
