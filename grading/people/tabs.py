"""People before the page of a gateway, in a Chromium: with a keyboard, a screen, or somebody who reads it out."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import re
import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from grading.course import Exercise
from grading.people.chromium import Chromium
from grading.people.devtools import DevTools
from grading.people.gateway import PAGE, SERVER, Gate, Guest
from grading.people.person import Person
from grading.people.web_room import WebRoom
from grading.people.wording import times
from grading.process.patience import GRACE, NOTICE, PATIENCE_FOR_PAGE, SLICE
from grading.process.production import Production
from grading.process.program import CLOCK, Program
from grading.results.causes import Cause, Place
from grading.results.events import SHOWN, SILENCE, TYPED, Minutes
from grading.results.unmet import Unmet, expect
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.system.addresses import own_port

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

FILE = "chat.html"
SIZE = (1000, 700)  # of a page, in pixels
OK = 200  # the status of an answer where all is well
MOST_TABS = 20  # pressed until one is where one wants to be
MOST_TOLD = 3  # lines that are on the page instead
IN_TABS = "people in tabs are no part of the model"
KEYS = {"Enter": ("Enter", 13, "\r"), "Tab": ("Tab", 9, "")}
HAS_LABEL = "!!(this.labels?.length || this.ariaLabel || this.getAttribute('aria-labelledby') || this.title)"
LINES = "this.innerText.split('\\n').filter(line => line.trim())"
# The text of the first element, among those within an element, that has all of the words and little else; else null
FOUND = """((words, most) => {
    const texts = [...this.querySelectorAll("*")].map(one => one.textContent.replace(/\\s+/g, " "));
    return texts.find(text => text.length <= most && words.every(word => text.includes(word))) ?? null;
})(%s, %d)"""
# How many elements, among those within an element, have all of the words, and nothing in them that does, too
HOW_OFTEN = """(words => {
    const fits = one => words.every(word => one.textContent.includes(word));
    return [...this.querySelectorAll("*")].filter(one => fits(one) && ![...one.children].some(fits)).length;
})(%s)"""
# Whether an element with no other ones in it, among those within an element, has all of the words
WITH_OTHERS = """(words => {
    const leaves = [...this.querySelectorAll("*")].filter(one => !one.childElementCount);
    return leaves.some(one => words.every(word => one.textContent.includes(word)));
})(%s)"""
# What a page does again after a pause: when it opened WebSockets, and what pause of its own led there. One that hurries
# makes none longer than a moment. What follows from the end of a pause happens at once, or in the promises behind that.
PACE = "globalThis[Symbol.for('pace')]"
SCRIPT = """(() => {
    const pace = {hurried: false, tries: [], pause: 0};
    Object.defineProperty(globalThis, Symbol.for("pace"), {value: pace});
    const forget = left => left ? queueMicrotask(() => forget(left - 1)) : pace.pause = 0;
    for (const name of ["setTimeout", "setInterval"]) {
        const set = globalThis[name];
        globalThis[name] = (act, delay = 0, ...rest) => {
            if (typeof act !== "function") return set(act, delay, ...rest);
            const pause = Math.min(Number(delay) || 0, 1e9);
            const acts = (...all) => { pace.pause = pause; forget(20); return act(...all); };
            return set(acts, pace.hurried ? Math.min(pause, 150) : delay, ...rest);
        };
    }
    globalThis.WebSocket = new Proxy(WebSocket, {construct: (...all) => {
        pace.tries.push([performance.now(), pace.pause]);
        return Reflect.construct(...all);
    }});
})()"""
MOST_SECONDS, MOST_A_SECOND = 5, 10  # from one try to connect to the next, and such tries, says the page
NEARLY = 0.8  # of a pause that is just long enough: a timer may be early
TRIES = 10  # to connect in vain, after which one who has not given up will not
TRYING_SECONDS = 15.0
LITTLE_ELSE = 60  # characters, for a name, the time, and what a page puts around them
AT_END = "this.scrollHeight - this.scrollTop - this.clientHeight < 24"
# Left, right, top and bottom of an element
BOX = "(box => [box.left, box.right, box.top, box.bottom])(this.getBoundingClientRect())"
# The colours of the last element within an element, and of what is behind it, as numbers from 0 to 255
COLOURS_OF = """(at => {
    while (at.lastElementChild) at = at.lastElementChild;
    const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const over = (below, colour, opacity) => {
        paint.globalAlpha = 1;
        paint.clearRect(0, 0, 1, 1);
        for (const [alpha, one] of [[1, below], [opacity, colour]]) {
            paint.globalAlpha = alpha; paint.fillStyle = one; paint.fillRect(0, 0, 1, 1);
        }
        return `rgb(${[...paint.getImageData(0, 0, 1, 1).data].slice(0, 3)})`;
    };
    const canvas = document.createElement("div");
    canvas.style.backgroundColor = "Canvas";
    document.documentElement.append(canvas);
    const all = [];
    for (let one = at; one; one = one.parentElement) all.unshift(getComputedStyle(one));
    const look = (number, below) => {
        const style = all[number], paper = over(below, style.backgroundColor, 1);
        const inside = number + 1 < all.length ? look(number + 1, paper) : [over(paper, style.color, 1), paper];
        return inside.map(colour => over(below, colour, Number(style.opacity)));
    };
    const found = look(0, over("white", getComputedStyle(canvas).backgroundColor, 1));
    canvas.remove();
    return found.map(colour => colour.match(/\\d+/g).map(Number));
})"""
COLOURS = f"{COLOURS_OF}(this)"
TYPED_SO_FAR = "document.activeElement?.value ?? document.activeElement?.textContent"
NO_LABEL = "[[0, 0, 0], [255, 255, 255]]"  # is black on white

IN_ONE_ELEMENT = Cause("in-one-element", "Several lines stand in one element of the page.")

Colour = tuple[int, int, int]


class Tab(Guest):
    """Somebody before the page. What they do, they do with the keyboard."""

    def __init__(self, name: str, gateway: Program, minutes: Minutes, tools: DevTools, url: str) -> None:
        self.name = name
        self.minutes = minutes
        self._gateway = gateway
        self._tools = tools
        self._known: dict[str, str] = {}  # elements by their roles
        minutes.remark(name, f"opens the page in a browser, {SIZE[0]} pixels wide")
        self._session = tools.opens(url, *SIZE, SCRIPT)
        self._waits_until("document.readyState === 'complete' && location.protocol === 'http:'", "the page to load")
        if (status := self.tells("performance.getEntriesByType('navigation')[0].responseStatus")) != OK:
            raise Unmet("the gateway to serve the page", f"the answer is {status}")

    # Asking the page

    def asks(self, method: str, **what: Any) -> dict[str, Any]:
        """Ask Chromium about this page; Unmet where the page does not let it answer."""
        try:
            return self._tools.ask(method, self._session, **what)
        except TimeoutError:
            raise Unmet(f"{FILE} to answer", "its script never comes to an end", late=True) from None

    def tells(self, expression: str) -> Any:
        """Return what an expression is on the page."""
        return self.asks("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def _elements(self, role: str) -> list[dict[str, Any]]:
        """Return what has a role on the page, as somebody knows it to whom the page is read out."""
        nodes = self.asks("Accessibility.getFullAXTree")["nodes"]
        return [node for node in nodes if not node.get("ignored") and _role_of(node) == role]

    def finds(self, role: str) -> str:
        """Return the number by which Chromium knows the element with a role; Unmet where there is none."""
        for node in self._elements(role):
            if "backendDOMNodeId" in node:
                found = self.asks("DOM.resolveNode", backendNodeId=node["backendDOMNodeId"])
                return str(found["object"]["objectId"])
        raise Unmet(f"an element with the role {role} on the page", "there is none", self.cause())

    def tells_of(self, role: str, expression: str) -> Any:
        """Return what an expression is about the element with a role, which is `this`."""
        declaration = f"function() {{ return this.isConnected ? [{expression}] : null; }}"
        found = None
        while found is None:  # what was on the page need not be there any more
            element = self._known.pop(role, None) or self.finds(role)
            about = {"functionDeclaration": declaration, "objectId": element, "returnByValue": True}
            found = self.asks("Runtime.callFunctionOn", **about)["result"].get("value")
        self._known[role] = element
        return found[0]

    def cause(self) -> Cause | None:
        """Return the first exception of the page's script, if there was one."""
        thrown = (event["params"] for event in self._tools.events if event.get("method") == "Runtime.exceptionThrown")
        details = next((one["exceptionDetails"] for one in thrown), None)
        if not details:
            return None
        line = int(details.get("lineNumber", 0)) + 1
        said = details.get("exception", {}).get("description") or details.get("text", "")
        return Cause("page-error", f"{FILE}:{line}: {shown(said.splitlines()[0])}", Place(FILE, line))

    def misses(self, expected: str, got: str) -> Unmet:
        """Return what did not come about on the page, with the exception of its script, if there was one."""
        cause = self.cause()
        return Unmet(expected, got, cause, late=cause is None)

    # Waiting

    def rounds(self, beats: int = PATIENCE_FOR_PAGE) -> Iterator[None]:
        """Yield until both the gateway, if it runs, and the page had so much time: each has answered in each round."""
        for seconds in self._gateway.patience(beats) if self._gateway.running else itertools.repeat(SLICE, beats):
            yield
            self.asks(
                "Runtime.evaluate",
                expression=f"new Promise(go => setTimeout(go, {int(1000 * seconds)}))",
                awaitPromise=True,
            )

    def _waits_until(self, expression: str, in_words: str) -> None:
        for _ in self.rounds():
            if self.tells(expression):
                return
        raise self.misses(in_words, "it does not")

    # The keyboard

    def presses(self, key: str) -> None:
        """Press a key that is no letter."""
        name, code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.asks("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **typed)

    def _is_at(self, label: str) -> bool:
        """Tell whether the keyboard is in the text field that is called so."""
        element = self.asks("Runtime.evaluate", expression="document.activeElement")["result"].get("objectId")
        if not element:
            return False
        nodes = self.asks("Accessibility.getPartialAXTree", objectId=element, fetchRelatives=False)["nodes"]
        return any(_role_of(node) == "textbox" and label.lower() in _name_of(node).lower() for node in nodes)

    def reaches(self, label: str) -> None:
        """Press Tab until the keyboard is in the text field that is called `label`."""
        for _ in range(MOST_TABS):
            if self._is_at(label):
                return
            self.presses("Tab")
        names = [_name_of(node) or "one without a name" for node in self._elements("textbox")]
        got = f"the text fields are {', '.join(names)}" if names else "there is no text field"
        raise self.misses(f"{self} to come to the text field {label} with the Tab key", got)

    def types(self, text: str, into: str = "Message") -> None:
        """Type `text` and Enter into a text field, to which one has come with the keyboard."""
        self.reaches(into)
        self.minutes.line(self.name, PAGE, text, TYPED)
        self.asks("Input.dispatchKeyEvent", type="rawKeyDown", key="a", commands=["selectAll"])
        self._puts_in(text)
        self.presses("Enter")

    def _puts_in(self, text: str) -> None:
        """Type `text`; wait a little until it stands there, as a key that is pressed next may be faster."""
        self.asks("Input.insertText", text=text)
        for _ in self.rounds(NOTICE):
            if text in str(self.tells(TYPED_SO_FAR)):
                return

    def begins_to_type(self, text: str) -> None:
        """Type `text` into the text field Message, in which the keyboard is, and no Enter."""
        self.minutes.remark(self.name, f"begins to type: {text}")
        self._puts_in(text)

    def ends_what_began(self, text: str) -> None:
        """Type on where the keyboard is, without a look, and Enter."""
        self.minutes.remark(self.name, f"types on: {text.strip()}")
        self._puts_in(text)
        self.presses("Enter")

    def is_asked_for(self, label: str) -> None:
        """Wait until the keyboard is in a text field by itself."""
        for _ in self.rounds():
            if self._is_at(label):
                return
        expected = f"the keyboard to be in the text field {label} by itself"
        raise self.misses(expected, "it is not")

    # The pace at which it connects again

    def hurries(self) -> None:
        """Let no pause of the page be longer than a moment, and forget when it connected, but for the last time."""
        self.tells(f"{PACE}.hurried = true, {PACE}.tries.splice(0, {PACE}.tries.length - 1)")

    @property
    def tries(self) -> list[tuple[float, float]]:
        """When the page has opened a WebSocket, and after what pause by its own count, in milliseconds."""
        said = self.tells(f"{PACE}.tries.map(one => one.map(Number).join(' ')).join('\\n')")
        pairs = [line.split() for line in str(said or "").splitlines()]
        return [(float(pair[0]), float(pair[1])) for pair in pairs if len(pair) == 2]

    def tries_more_often(self, before: int) -> bool:
        """Wait until the page has tried more than so often; tell whether it has."""
        return any(len(self.tries) > before for _ in self.rounds())

    # The screen

    @property
    def lines(self) -> list[str]:
        """What stands in the log, line by line."""
        return list(self.tells_of("log", LINES))

    def sees(self, *words: str, quietly: bool = False) -> None:
        """Wait until a line in the log has all of `words`."""
        words = tuple(" ".join(word.split()) for word in words)
        expression = FOUND % (json.dumps(words), sum(map(len, words)) + LITTLE_ELSE)
        for _ in self.rounds():
            if (line := self.tells_of("log", expression)) is not None:
                if not quietly:
                    self.minutes.line(PAGE, self.name, line, SHOWN)
                return
        if self.tells_of("log", WITH_OTHERS % json.dumps(words)):
            raise Unmet(f"{self} to see {shown(' … '.join(words))}", "it stands there among others", IN_ONE_ELEMENT)
        raise self._missed(" … ".join(words))

    def sees_and_stays_small(self, words: str, most: int) -> None:
        """Wait until `words` stand in the log; fail as soon as the page holds more than so many elements."""
        for _ in self.rounds(2 * PATIENCE_FOR_PAGE):
            elements = self.tells("document.querySelectorAll('*').length")
            if elements > most:
                raise Unmet(f"at most {most:,} elements on the page", f"{elements:,} are", missing=False)
            if self.tells_of("log", f"this.textContent.includes({json.dumps(words)})"):
                return
        raise self._missed(words)

    def _missed(self, wanted: str) -> Unmet:
        """Put down what stands in the log instead of what is wanted; return what was missed."""
        lines = self.lines[-MOST_TOLD:]
        for line in lines:
            self.minutes.line(PAGE, self.name, line, SHOWN)
        if not lines:
            self.minutes.remark(self.name, "sees nothing in the log", SILENCE)
        got = "; ".join(map(shown, lines)) or "nothing"
        return self.misses(f"{self} to see {shown(wanted)}", got)

    def numbers_after(self, word: str) -> list[int]:
        """Return the numbers that stand behind `word` in the log, in their order."""
        found = re.findall(rf"{word} (\d+)", str(self.tells_of("log", "this.textContent")))
        return [int(number) for number in found]

    @property
    def place_of_reading(self) -> float:
        """How far somebody has scrolled down in the log, in pixels."""
        return float(self.tells_of("log", "this.scrollTop"))

    def scrolls_up(self) -> None:
        """Scroll back to the first line in the log."""
        self.minutes.remark(self.name, "scrolls back to what was said first")
        self.tells_of("log", "this.scrollTop = 0")

    def scrolls_to_the_middle(self) -> float:
        """Scroll to the middle of the log, at once even where a page likes to glide; return how far down that is."""
        self.minutes.remark(self.name, "scrolls to the middle of it")
        self.tells_of("log", "this.scrollTo({top: this.scrollHeight / 2, behavior: 'instant'})")
        return self.place_of_reading

    def comes_to_the_end(self) -> bool:
        """Wait until the last lines in the log are those that one sees; tell whether they are."""
        return any(self.tells_of("log", AT_END) for _ in self.rounds(GRACE))

    @property
    def place_of_field(self) -> tuple[float, float, float, float]:
        """Where the text field is: left, right, top and bottom, in pixels."""
        left, right, top, bottom = self.tells_of("textbox", BOX)
        return left, right, top, bottom

    def has_button(self) -> bool:
        """Tell whether there is a button with words on it, which can be pressed."""
        said = "this.innerText.trim() !== '' && !this.disabled"
        return bool(self._elements("button")) and bool(self.tells_of("button", said))

    def presses_enter(self) -> None:
        """Press Enter in the text field Message, whatever stands there."""
        self.reaches("Message")
        self.presses("Enter")

    def sees_exactly(self, text: str) -> None:
        """Wait until `text` stands in the log; fail unless each blank of it can be seen."""
        self.sees(text)
        there = any(text in line.replace("\N{NO-BREAK SPACE}", " ") for line in self.tells_of("log", LINES))
        expect(there, f"{self} to see {shown(text)}, with all its blanks", "some of them are missing")

    def sees_twice(self, *words: str) -> None:
        """Wait until there are two lines in the log that have all of `words`."""
        seen = 0
        for _ in self.rounds():
            if (seen := self.tells_of("log", HOW_OFTEN % json.dumps(words))) == 2:
                return
        raise Unmet(f"{self} to see {shown(' … '.join(words))} twice", times(seen), late=True)

    def colours(self, role: str) -> tuple[Colour, Colour]:
        """Return the colour of the text in the element with a role, or in the label of the field; and behind it."""
        of_label = f"this.labels?.length ? {COLOURS_OF}(this.labels[0]) : {NO_LABEL}"
        ink, paper = map(tuple, self.tells_of("textbox", of_label) if role == "label" else self.tells_of(role, COLOURS))
        return ink, paper

    def sees_anywhere(self, words: str) -> None:
        """Wait until `words` stand anywhere on the page."""
        self._waits_until(f"document.body.innerText.includes({json.dumps(words)})", f"the page to show {shown(words)}")
        self.minutes.line(PAGE, self.name, words, SHOWN)

    def becomes(self, width: int = 0, height: int = 700, scheme: str = "") -> None:
        """Look at the page on another screen, or in another scheme: light or dark."""
        if width:
            self.minutes.remark(self.name, f"looks at the page on a screen {width} pixels wide")
            about = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            self.asks("Emulation.setDeviceMetricsOverride", **about)
        if scheme:
            self.minutes.remark(self.name, f"likes it {scheme}")
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            self.asks("Emulation.setEmulatedMedia", features=features)

    def picture(self) -> bytes:
        """Return what one sees, as a PNG."""
        return base64.b64decode(self.asks("Page.captureScreenshot")["data"])

    @property
    def status(self) -> str:
        """What the page says about the connection."""
        return str(self.tells_of("status", "this.innerText.trim()"))

    def sees_another_status(self, before: str, when: str) -> str:
        """Wait until the page says something else about the connection than `before`; return that."""
        for _ in self.rounds():
            status = self.status
            if status and status != before:
                self.minutes.line(PAGE, self.name, status, SHOWN)
                return status
        got = f"it still says {shown(before)}" if self.status else "it says nothing"
        raise self.misses(f"the page to say in its status {when}", got)


def _name_of(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", ""))


def _role_of(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def contrast(one: Colour, other: Colour) -> float:
    """Return how well two colours can be told apart: from 1 to 21, see WCAG 2."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@contextlib.contextmanager
def _page_explains(guest: Guest) -> Iterator[None]:
    """Where something does not come about, let the exception of the page's script tell why, if there was one."""
    try:
        yield
    except Unmet as unmet:
        if isinstance(guest, Tab) and (cause := guest.cause()):
            unmet.cause, unmet.late = cause, False
        raise


class Tabs:
    """All who are before one page, and where they look for it: at a gateway with a port of its own."""

    def __init__(self, production: Production) -> None:
        self.port = own_port()
        self.args = ("--web-port", str(self.port))  # for the gateway
        self._production = production
        self._tools: list[DevTools] = []

    def open_tab(self, name: str, gateway: Program, minutes: Minutes) -> Tab:
        """Return somebody before the page, in a browser that nobody else uses."""
        gateway.stands_alone = False  # a browser acts when it likes
        self._tools.append(DevTools(self._production.launcher.once(Chromium).line))
        return Tab(name, gateway, minutes, self._tools[-1], f"http://localhost:{self.port}/")

    def close(self) -> None:
        """Close all tabs."""
        for tools in self._tools:
            tools.close()


class PageGate(Gate):
    """A student's gateway and page: a browser shows it, and the chat server behind it is ours."""

    beats = PATIENCE_FOR_PAGE
    middle = PAGE

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self._tabs = Tabs(production)
        self.listen, self.args = self._tabs.port, self._tabs.args

    def opens_tab(self, name: str) -> Tab:
        """Return somebody before the page."""
        return self._tabs.open_tab(name, self.gateway, self.minutes)

    def comes_in(self, name: str) -> Tab:
        """Return somebody who has joined, and whose keyboard is where one types messages."""
        tab = self.opens_tab(name)
        tab.is_asked_for("Name")
        tab.types(name, into="Name")
        self.server_lets_in(tab)
        self.server_hears(tab, f"JOIN:{name}")
        self.server_says(tab, f"JOINED:{name}\n")
        tab.is_asked_for("Message")
        return tab

    def server_lets_in(self, guest: Guest) -> None:
        """Wait until the page of somebody has connected to our chat server, through the gateway."""
        with _page_explains(guest):
            super().server_lets_in(guest)

    def server_hears(self, guest: Guest, line: str) -> None:
        """Wait until our chat server gets `line` from a page, with nothing before it."""
        with _page_explains(guest):
            super().server_hears(guest, line)

    def server_says_all(self, tab: Tab, lines: list[str]) -> None:
        """Let our chat server send many lines at once."""
        assert tab.server_side
        with contextlib.suppress(OSError):
            tab.server_side.sock.sendall("".join(lines).encode())

    def tries_again_in_time(self, tab: Tab) -> None:
        """Let a page that hurries connect in vain; fail if it gives up, knocks without a pause or waits too long.

        Who looks at the clock where others set a timer cannot be hurried, and need not try so often.
        """
        if not tab.tries:
            return  # it connects where we do not see that
        self.minutes.remark(tab.name, "waits, while the page tries again and again")
        end = time.monotonic() + TRYING_SECONDS
        while (tried := len(tab.tries)) < TRIES and time.monotonic() < end:
            if not tab.tries_more_often(tried):
                raise tab.misses("the page to try again until it is connected", f"after {tried} times it tries no more")
            if (longest := max(pause for _, pause in tab.tries)) > 1000 * MOST_SECONDS:
                expected = f"the page to try again at least every {MOST_SECONDS} seconds"
                raise Unmet(expected, f"a pause of {longest / 1000:.1f} seconds", missing=False)
        gaps = [later - at for (at, _), (later, _) in itertools.pairwise(tab.tries)]
        if gaps and (gap := statistics.median(gaps)) < 1000 * NEARLY / MOST_A_SECOND:
            expected = f"the page to try again at most {MOST_A_SECOND} times a second"
            raise Unmet(expected, f"mostly, the next time comes after {gap:.0f} milliseconds", missing=False)

    def gateway_ends(self) -> None:
        """End the gateway: nobody answers where it was."""
        self.minutes.remark("the gateway", "ends")
        self.gateway.close()
        self._gateway = None  # that it ended explains nothing

    def server_says_bit_by_bit(self, tab: Tab, bits: int, size: int, most: int) -> None:
        """Let our chat server send so many lines at once, so often, each time once the last ones are on the page."""
        self.minutes.remark(SERVER, f"sends {bits} times {size} messages of Bob")
        for bit in range(bits):
            self.server_says_all(tab, [f"Bob [14:30:14]: bit {bit}.{number}!\n" for number in range(size)])
            tab.sees_and_stays_small(f"bit {bit}.{size - 1}!", most)

    def is_not_lost(self, tab: Tab, text: str) -> None:
        """Fail unless what was typed while there was no connection still stands in the field, or was sent later."""
        tab.presses_enter()
        for seconds in self.gateway.patience(self.beats):
            assert tab.server_side
            if (line := tab.server_side.next_line([seconds])) is not None:
                expected = f"{text}, which was typed meanwhile, to stay or to be sent later"
                expect(line == f"MESSAGE:{text}", expected, shown(line))
                self.minutes.line(PAGE, SERVER, line)
                return
        raise tab.misses(f"{text}, which was typed meanwhile, to stay or to be sent later", "it is lost")

    def server_is_asked_again(self, tab: Tab, line: str) -> None:
        """Wait until our chat server gets `line`, on the connection that somebody has, or on another one."""
        for seconds in self.gateway.patience(self.beats):
            if side := self._server.accepts([seconds]):
                tab.server_side = side
            if tab.server_side and tab.server_side.next_line([seconds]) == line:
                self.minutes.line(PAGE, SERVER, line)
                return
        raise tab.misses(f"the chat server to get {line}", "nothing came")

    def close(self) -> None:
        """Close the tabs, and end the gateway."""
        self._tabs.close()
        super().close()


class PageRoom(WebRoom):
    """A student's chat server, gateway and page: some are in browsers, and some at terminals."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self._tabs = Tabs(production)
        self.gateway_port, self.gateway_args = self._tabs.port, self._tabs.args

    def opens(self, clock: str = CLOCK, **options: Unpack[Options]) -> Program:
        """Start the server and wait until it listens."""
        server = super().opens(clock, **options)
        self.talk.judge.sleeps(IN_TABS)
        return server

    def _arrives(self, name: str, shallow: bool) -> Person:
        return Person(self.talk, name, shallow)

    def comes_in(self, name: str) -> Tab:
        """Return somebody who has joined by the page."""
        tab = self._tabs.open_tab(name, self.gateway, self.minutes)
        tab.types(name, into="Name")
        tab.is_asked_for("Message")
        return tab

    def close(self) -> None:
        """Close the tabs, and end both programs."""
        self._tabs.close()
        super().close()
