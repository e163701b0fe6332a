"""The picture of the page of the challenge `web`, as a browser shows it, which it needs.

python -m tests.kit.page_picture            takes it anew, into steps/bonus/web/page.png
"""

from __future__ import annotations

import base64
import contextlib
import tempfile

from grading.course import CHALLENGES, KIT
from grading.people.chromium import Chromium
from grading.people.devtools import DevTools
from grading.people.tabs import PageGate, Tab
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.skeletons import finished
from grading.submission.arriving import arrived
from tests.kit.killing import submission

FILE = KIT / "steps" / "bonus" / "web" / "page.png"
CHALLENGE = CHALLENGES["bonus/web"]
WIDE, NARROW, HEIGHT = 1280, 360, 420  # pixels
SCALE = 0.5  # of the picture, where a screen of 1280 pixels has so many
AROUND = 12  # pixels between two screens
TALK = (
    "USER_JOINED:Bob",
    "Ann [14:30:15]: Is anybody here?",
    "Bob [14:30:20]: I am, at a terminal.",
    "Ann [14:30:21]: <b>Is anybody here?</b>",
    "Bob [14:30:32]: Not bold, if that is what you wanted to know.",
    "USER_JOINED:Cyd",
    "Cyd [14:31:02]: caf\N{LATIN SMALL LETTER E WITH ACUTE}, 10:30? \N{GRINNING FACE}",
)


def screens(gate: PageGate) -> list[tuple[int, bytes]]:
    """Return what Ann sees on each screen, with its width."""
    ann = gate.comes_in("Ann")
    gate.server_says(ann, "".join(f"{line}\n" for line in TALK))
    ann.sees("Cyd", "10:30?")
    return [_screen(ann, width, scheme) for width in (WIDE, NARROW) for scheme in ("light", "dark")]


def _screen(ann: Tab, width: int, scheme: str) -> tuple[int, bytes]:
    ann.becomes(width, HEIGHT, scheme)
    return width, ann.picture()


def side_by_side(tools: DevTools, shown: list[tuple[int, bytes]]) -> bytes:
    """Return one picture of all screens: the wide ones below each other, the narrow ones beside them."""
    images = [
        f'<img width={int(SCALE * width)} src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        for width, png in shown
    ]
    columns = "".join(f"<div>{one}{other}</div>" for one, other in zip(images[::2], images[1::2], strict=True))
    style = f"body,div{{display:flex;gap:{AROUND}px;margin:0}}body{{padding:{AROUND}px;background:#8a8f98}}"
    html = f"<!doctype html><style>{style}div{{flex-direction:column}}</style>{columns}"
    session = tools.opens("about:blank", WIDE, WIDE)
    frame = tools.ask("Page.getFrameTree", session)["frameTree"]["frame"]["id"]
    tools.ask("Page.setDocumentContent", session, frameId=frame, html=html)
    size = {"width": int(SCALE * (WIDE + NARROW)) + 3 * AROUND, "height": int(SCALE * 2 * HEIGHT) + 3 * AROUND}
    clip = {"x": 0, "y": 0, "scale": 1, **size}
    return base64.b64decode(tools.ask("Page.captureScreenshot", session, clip=clip)["data"])


def picture() -> bytes:
    """Return the picture."""
    with tempfile.TemporaryDirectory() as folder, Launcher() as launcher:
        work = arrived(submission(finished(CHALLENGE.name), folder))
        with contextlib.closing(Production(launcher, work, CHALLENGE)) as production:
            with contextlib.closing(PageGate(production, CHALLENGE)) as gate:
                return side_by_side(DevTools(launcher.once(Chromium).line), screens(gate))


def main() -> None:
    """Take the picture anew."""
    FILE.write_bytes(picture())


if __name__ == "__main__":
    main()
