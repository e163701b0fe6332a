"""Bonus, web: the gateway carries lines between browsers and any chat server, and lets no other page talk."""

from grading.people.gateway import Gate
from grading.people.web_room import WebRoom
from grading.people.websocket import request_for
from grading.suite import check

LETTERS = "caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{SNOWMAN} \N{GRINNING FACE}"
LONG = f"MESSAGE:{'on and on ' * 104_000}and over"  # less than 1 MiB, and more than a million bytes
LONG_TEXT = "and on and on " * 250 + "and over"  # less than a line may hold
MANY = 40  # browsers, more than one serves at once who has a fixed number of threads
TOO_LONG = 2**20 + 2**19  # bytes, more than 1 MiB
ELSEWHERE = (
    ("http://evil.example", "localhost:8000"),
    ("http://localhost:9999", "localhost:8000"),
    ("http://localhost", "localhost:8000"),  # which is that of port 80
    ("https://localhost:8000", "localhost:8000"),
    ("http://127.0.0.1:8000", "localhost:8000"),  # the same computer, and another page all the same
    ("null", "localhost:8000"),
    ("http://localhost:8000.evil.example", "localhost:8000"),
    ("http://evil.example:8000", "evil.example:8000"),  # a name that leads to this computer
)
NOT_HERE = (
    "/chat_web.py",
    "/advanced/chat_server.py",
    "/../chat_web.py",
    "/%2e%2e/chat_web.py",
    "/chat.py",
    "/chat.html",
    "/index.html",
)


@check(3, "`GET /` is the page, whole, as `text/html` in UTF-8.", rests=("web.page",))
def test_the_page_is_served(gate: Gate) -> None:
    """A browser that asks for / gets the page, chat.html, whether or not there is a chat server."""
    gate.has_no_server()
    gate.is_started_from_elsewhere()
    gate.serves_page()


@check(
    2, "Compare the path with those that you know; never make the name of a file of it.", rests=("web.nothing-else",)
)
def test_nothing_else_is_served(gate: Gate) -> None:
    """Whoever asks for another file gets none, however the path is written."""
    gate.serves_page()
    for path in NOT_HERE:
        answer = gate.gets(path)
        gate.expects(answer.status >= 300, f"{path} to be answered with status 404", f"the answer is {answer.status}")
        gate.expects(b"import" not in answer.body, f"{path} to be answered with no file", "a program came")


@check(
    3,
    "For each browser, a connection to the chat server, a thread that reads from the one, and one that reads from "
    "the other.",
    rests=("web.talk", "web.one-each"),
)
def test_browsers_and_terminals_talk(room: WebRoom) -> None:
    """Browsers and terminals talk together: whoever is in a browser is one of the chat like anybody else."""
    room.at_terminals = ("Cyd",)
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    ann.says("Is anybody here?")
    for person in (ann, bob, cyd):
        person.hears(ann, "Is anybody here?")
    cyd.says("I am, at a terminal.")
    for person in (ann, bob, cyd):
        person.hears(cyd, "I am, at a terminal.")
    bob.commands("PRIVATE:Cyd:psst")
    cyd.is_told("PRIVATE:Bob:psst")


@check(
    3,
    "TCP knows no messages, WebSocket does: gather what comes from the chat server until a line is whole, and send each"
    " line as one text, without its newline.",
    rests=("web.lines",),
)
def test_a_line_is_a_message(gate: Gate) -> None:
    """Each line of the chat server is one message, however TCP cuts them; each message is one line."""
    ann = gate.opens_page("Ann")
    for text in ("JOIN:Ann", "MESSAGE:at 10:30:  two blanks ", f"MESSAGE:{LETTERS}"):
        gate.says(ann, text)
        gate.server_hears(ann, text)
    gate.server_says(ann, "ERROR:name taken\nJOINED:Ann\nUSER_JOINED:Bob\r\n")
    gate.hears(ann, "ERROR:name taken")
    gate.hears(ann, "JOINED:Ann")
    gate.hears(ann, "USER_JOINED:Bob")
    for line in (
        f"Bob: {LONG_TEXT}",
        "Bob: one\rand the same",
        "Bob: one\N{LINE SEPARATOR}and the same",
        "  blanks at both ends  ",
    ):
        gate.server_says(ann, f"{line}\n")
        gate.hears(ann, line)
    data = f"Bob: {LETTERS}\nBob: bye\n".encode()
    for piece in (data[:9], data[9:13], data[13:-2], data[-2:]):  # two of them begin within a letter
        gate.server_says(ann, piece)
        gate.gateway_reads_all(ann)
    gate.hears(ann, f"Bob: {LETTERS}")
    gate.hears(ann, "Bob: bye")


@check(2, "Whatever belongs to one browser lives in the function that serves it.", rests=("web.one-each",))
def test_each_browser_has_a_connection(gate: Gate) -> None:
    """Each browser has a connection to the chat server for itself, and gets what comes there."""
    gate.options["hurried"] = True
    gate.open_pages(*(f"Guest{number}" for number in range(1, MANY)))
    browsers = gate.open_pages("Ann", "Bob", "Cyd")
    for browser in browsers:
        gate.says(browser, f"JOIN:{browser}")
        gate.server_hears(browser, f"JOIN:{browser}")
    for browser in reversed(browsers):
        gate.server_says(browser, f"JOINED:{browser}\n")
    for browser in browsers:
        gate.hears(browser, f"JOINED:{browser}")
    gate.nobody_says_anything(*browsers)


@check(1, "A message may come in several frames: the library puts them together.", rests=("web.frames",))
def test_frames_and_pings(gate: Gate) -> None:
    """A message in several frames, with pings between them, is one line, and pings are answered."""
    ann = gate.opens_page("Ann")
    gate.says(ann, "MESS", "AGE:one ", "line", ping=b"are you there?")
    gate.server_hears(ann, "MESSAGE:one line")
    gate.server_says(ann, "Ann: one line\n")
    gate.hears(ann, "Ann: one line")
    gate.expects(ann.sock.pongs == [b"are you there?"] * 2, "each ping to be answered", f"{len(ann.sock.pongs)} were")


@check(2, "What somebody pastes may have a second line, and that must not become a command.", rests=("web.newline",))
def test_a_message_with_a_newline_is_refused(gate: Gate) -> None:
    """A message that holds more than one line is refused, and no part of it reaches the chat server."""
    ann = gate.opens_page("Ann")
    for text in ("MESSAGE:see\nQUIT", "MESSAGE:one\n"):
        gate.says(ann, text)
        gate.is_refused(ann, "a message with a newline in it")
    gate.says(ann, "MESSAGE:and on")
    gate.server_hears(ann, "MESSAGE:and on")


@check(
    2, "A binary message comes as `bytes`. The code is the one for data that one cannot take.", rests=("web.binary",)
)
def test_a_binary_message_ends_a_websocket(gate: Gate) -> None:
    """A binary message ends the WebSocket with the code 1003, and reaches nobody."""
    ann, eve = gate.open_pages("Ann", "Eve")
    gate.says_in_binary(eve, "JOIN:Eve")
    gate.is_ended(eve, 1003, "data that one cannot take")
    gate.server_is_left(eve)
    gate.says(ann, "MESSAGE:still here")
    gate.server_hears(ann, "MESSAGE:still here")


@check(2, "The limit is 1 MiB: `serve` has that one of its own, unless you say otherwise.", rests=("web.too-long",))
def test_a_message_without_end_is_not_kept(gate: Gate) -> None:
    """A message of more than 1 MiB ends the WebSocket with the code 1009, and reaches nobody."""
    ann, eve = gate.open_pages("Ann", "Eve")
    gate.says(ann, LONG)
    gate.server_hears(ann, LONG)
    gate.says_too_much(eve, TOO_LONG)
    gate.is_ended(eve, 1009, "too long")
    gate.server_is_left(eve)
    gate.says(ann, "MESSAGE:still here")
    gate.server_hears(ann, "MESSAGE:still here")


@check(
    3,
    "Every page in every tab may open a WebSocket to your computer. Only the Origin tells which page it is: `serve` "
    "takes a list of `origins`.",
    rests=("web.origin",),
)
def test_other_pages_are_refused(gate: Gate) -> None:
    """A page from elsewhere gets no WebSocket, whatever it calls itself, and the chat server hears nothing of it."""
    ann = gate.opens_page("Ann")
    for origin, site in ELSEWHERE:
        gate.is_refused_websocket("Eve", origin=origin, site=site)
    gate.says(ann, "MESSAGE:still here")
    gate.server_hears(ann, "MESSAGE:still here")
    gate.closes(ann)
    gate.server_is_left(ann)
    own = gate.is_started_elsewhere()
    gate.opens_page("Bob", origin=own, site=own.removeprefix("http://"))


@check(
    2,
    "Connect to the chat server once there is a WebSocket, and not before.",
    rests=("web.post",),
)
def test_who_knocks_in_another_way_harms_nobody(gate: Gate) -> None:
    """A POST, garbage and half a request reach no chat server, and keep nobody waiting."""
    gate.visits("Vic", b"GET / HT", "sends half a request")
    gate.visits("Zed", b"", "says nothing")
    post = request_for("/chat", "POST", "JOIN:Eve\nMESSAGE:hi\n", Origin="http://evil.example")
    gate.is_turned_away("Eve", post, "sends JOIN:Eve by a POST")
    gate.is_turned_away("Eve", request_for("/chat"), "asks for /chat without a WebSocket")
    gate.is_turned_away("Eve", b"JOIN:Eve\nMESSAGE:hi\n\n\n", "says JOIN:Eve, as to a chat server")
    ann = gate.opens_page("Ann")
    gate.says(ann, "JOIN:Ann")
    gate.server_hears(ann, "JOIN:Ann")


@check(
    3,
    "However a WebSocket ends, end the connection to the chat server: `finally`. What was said before still counts.",
    rests=("web.gone",),
)
def test_a_browser_that_goes(gate: Gate) -> None:
    """However a browser goes, its connection to the chat server ends at once, after what was said before."""
    ann, *others = gate.open_pages("Ann", "Bob", "Cyd")
    gate.says(ann, "MESSAGE:my last words")
    gate.closes(ann)
    gate.server_hears(ann, "MESSAGE:my last words")
    gate.server_is_left(ann)
    for browser, breaks in zip(others, (False, True), strict=True):
        gate.says(browser, "MESSAGE:and mine")
        gate.server_hears(browser, "MESSAGE:and mine")
        gate.vanishes(browser, breaks)
        gate.server_is_left(browser)


@check(
    3,
    "Reading from the chat server ends when it has gone: then end the WebSocket with the code. Where connecting fails,"
    " do the same.",
    rests=("web.server-gone", "web.back"),
)
def test_a_server_that_goes_and_comes_back(gate: Gate) -> None:
    """Where the chat server goes, each browser is told by the code 1014; once it is back, they can come again."""
    ann, bob = gate.open_pages("Ann", "Bob")
    gate.server_says(ann, "Bob: my last words\n")
    gate.server_hangs_up(ann)
    gate.hears(ann, "Bob: my last words")
    gate.is_ended_as_server_is_gone(ann)
    gate.server_hangs_up(bob, breaks=True)
    gate.is_ended_as_server_is_gone(bob)
    gate.has_no_server()
    gate.is_ended_as_server_is_gone(gate.asks_for_websocket("Cyd"))
    gate.has_a_server_again()
    ann = gate.opens_page("Ann")
    gate.says(ann, "JOIN:Ann")
    gate.server_hears(ann, "JOIN:Ann")


@check(
    2,
    "Each browser has its own threads. What do they share, and who holds it while a browser does not read?",
    stress=True,
    rests=("web.reader",),
)
def test_a_browser_that_stops_reading(gate: Gate) -> None:
    """A browser that stops reading holds up nobody else."""
    vic, ann = gate.open_pages("Vic", "Ann")
    gate.is_flooded(vic)
    gate.says(ann, "MESSAGE:Is anybody there?")
    gate.server_hears(ann, "MESSAGE:Is anybody there?")
    gate.server_says(ann, "Bob: I am.\n")
    gate.hears(ann, "Bob: I am.")


@check(
    2,
    "The interpreter waits for each thread that is no daemon. A thread that is one starts daemons.",
    rests=("web.ctrl-c",),
)
def test_ctrl_c_ends_the_gateway(gate: Gate) -> None:
    """Ctrl+C ends the gateway within 3 seconds, even while browsers are connected."""
    gate.open_pages("Ann", "Bob")
    gate.is_interrupted()
