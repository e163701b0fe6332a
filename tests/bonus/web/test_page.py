"""Bonus, web: the page, in a real browser, where one is installed. Whoever sits there has a keyboard and no mouse."""

from grading.people.tabs import HAS_LABEL, PageGate, PageRoom, contrast
from grading.results.unmet import Unmet
from grading.suite import check

EVIL = (
    "<img class=evil src=x onerror=\"window.evil = 'an image'\">",
    "<script class=evil>window.evil = 'a script'</script>",
    '<a class=evil href="javascript:window.evil = 1">click me</a>',
    '"><svg class=evil onload="window.evil = \'a drawing\'">',
    "' data-evil='1' onmouseover='window.evil = 2",
    "<b class=evil>bold</b> &lt;i&gt; ${window.evil = 3} <!-- ",
    "javascript:window.evil=4",
    "https://evil.example/ is what you want",
)
CONTROLS = "bell \x07 and \x1b[2J and \x9b2J"
WITH_CONTROLS = r"/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(this.textContent)"
INSIDE = "document.querySelectorAll('.evil, [data-evil], a[href^=javascript]').length"
IN_AN_ATTRIBUTE = """[...document.querySelectorAll('*')].some(
    one => [...one.attributes].some(attribute => /\\bEve\\b|that is all/.test(attribute.value)))"""
MANY, MOST_ELEMENTS, FEWEST_LINES = 10_000, 5_000, 100
BITS, SOME = 21, 250  # so often so many messages come at once: together more than the elements that a page may have
LONG_TEXT = "and on and on " * 250 + "and over"  # less than a line may hold
LONGEST_NAME = "Ann-who-has-tried-another-name-2"  # 32 letters, as many as a name may have
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 8
NARROW = 360  # pixels
ENOUGH = 4.5  # of contrast, see WCAG 2
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def told(numbers: list[int]) -> str:
    """Say in short which messages are there."""
    return f"{len(numbers):,} are, from message {numbers[0]} to {numbers[-1]}" if numbers else "none is"


@check(
    3,
    "Open the WebSocket, say JOIN, and show each message. The browser's console (F12) tells what is wrong.",
    rests=("page.joins", "page.shows", "page.keyboard"),
)
def test_two_tabs_and_a_terminal_talk(room: PageRoom) -> None:
    """People in two tabs and one at a terminal hear each other, whatever they type, and see who comes and leaves."""
    (cyd,) = room.enter("Cyd")
    ann, bob = room.comes_in("Ann"), room.comes_in("Bob")
    ann.sees("Bob joined")
    ann.types("Is anybody here?")
    for tab in (ann, bob):
        tab.sees("Ann", "Is anybody here?")
    cyd.finds(r"Ann\b.*: Is anybody here\?", "Ann […]: Is anybody here?")
    cyd.says("I am,  at  a  terminal.")
    for tab in (ann, bob):
        tab.sees("Cyd", "I am,  at  a  terminal.")
        tab.sees_exactly("I am,  at  a  terminal.")
    for text in ("JOIN:Eve", "What is an ERROR:join first", "Two  blanks"):
        ann.types(text)
        bob.sees("Ann", text)
    for tab in (ann, bob):
        tab.sees_exactly("Two  blanks")
    cyd.finds(r"Ann\b.*: Two  blanks", "Ann […]: Two  blanks")
    cyd.commands("PRIVATE:Ann:Psst.")
    ann.sees("PRIVATE:Cyd:Psst.")
    ann.types(LONG_TEXT)
    bob.sees("Ann", LONG_TEXT)
    cyd.closes()
    bob.sees("Cyd left")


@check(
    3,
    "What somebody said is text: `textContent` takes it as it is. `innerHTML` runs whatever stands in it.",
    rests=("page.text",),
)
def test_text_is_never_html(gate: PageGate) -> None:
    """Whatever somebody says or is called is text on the page: nothing of it is run, a link, or an attribute."""
    ann = gate.comes_in("Ann")
    for text in EVIL:
        gate.server_says(ann, f"Eve [14:30:15]: {text}\n")
    for command in ("USER_JOINED", "USER_LEFT", "JOINED_ROOM"):
        gate.server_says(ann, f"{command}:{EVIL[0]}\n")
    gate.server_says(ann, "Eve [14:30:16]: that is all\n")
    ann.sees("Eve", "that is all")
    expected, evil = "what Eve says to be text", ann.tells("window.evil")
    gate.expects(not ann.tells(INSIDE), expected, "it became an element of the page")
    gate.expects(not ann.tells_of("log", "this.querySelector('a') !== null"), expected, "some of it became a link")
    gate.expects(not ann.tells(IN_AN_ATTRIBUTE), expected, "some of it became an attribute")
    for text in EVIL:
        ann.sees("Eve", text, quietly=True)
    gate.expects(evil is None, expected, f"it was run ({evil})")
    gate.server_says(ann, 2 * "Eve [14:30:16]: knock\n")
    ann.sees_twice("Eve", "knock")
    gate.server_says(ann, f"ERROR:{EVIL[0]}\n")
    ann.sees("Error", EVIL[0])
    gate.server_says(ann, f"Eve [14:30:17]: {CONTROLS} are here\n")
    ann.sees("Eve", "are here")
    shown_all = ann.tells_of("log", WITH_CONTROLS)
    gate.expects(not shown_all, "control characters to be left out, as the client does", "some are on the page")


@check(
    3,
    "`onclose` is called however a WebSocket ends. Say so, wait, but not too long, and `connect` again, under the same "
    "name, and again where that is still taken. What is typed meanwhile waits, too.",
    rests=("page.again", "page.status"),
)
def test_the_page_connects_again(gate: PageGate) -> None:
    """Where the connection is lost, the page says so, connects and joins again by itself, and says that, too."""
    ann = gate.comes_in("Ann")
    connected = ann.status
    gate.expects(bool(connected), "the page to say in its status that it is connected", "it says nothing")
    ann.hurries()
    gate.has_no_server()
    lost = ann.sees_another_status(connected, "that the connection is lost")
    gate.tries_again_in_time(ann)
    ann.types("Hello?")
    gate.has_a_server_again()
    gate.server_lets_in(ann)
    gate.server_hears(ann, "JOIN:Ann")
    gate.server_says(ann, "ERROR:name taken\n")
    gate.server_is_asked_again(ann, "JOIN:Ann")
    gate.server_says(ann, "JOINED:Ann\nBob [14:30:16]: At last.\n")
    ann.sees("Bob", "At last.")
    gate.is_not_lost(ann, "Hello?")
    connected = ann.sees_another_status(lost, "that it is connected again")
    ann.is_asked_for("Message")
    gate.server_hears_of_nobody("another Ann")
    ann.begins_to_type("Here I am")
    gate.has_no_server()
    ann.sees_another_status(connected, "that the connection is lost")
    gate.has_a_server_again()
    gate.server_lets_in(ann)
    gate.server_hears(ann, "JOIN:Ann")
    gate.server_says(ann, "JOINED:Ann\nBob [14:30:15]: There you are.\n")
    ann.sees("Bob", "There you are.")
    ann.sees("Bob", "At last.", quietly=True)  # is still there
    ann.is_asked_for("Message")
    ann.ends_what_began(" again.")
    gate.server_hears(ann, "MESSAGE:Here I am again.")
    ann.types("And I stay.")  # meanwhile, what was typed long ago would come once more
    gate.server_hears(ann, "MESSAGE:And I stay.")
    connected = ann.status
    ann.hurries()
    gate.gateway_ends()
    ann.sees_another_status(connected, "that the connection is lost")
    gate.tries_again_in_time(ann)


@check(
    2,
    "Each line takes room and time, for ever. Remove the first lines where there are too many.",
    rests=("page.bounded",),
)
def test_ten_thousand_messages(gate: PageGate) -> None:
    """After 10,000 messages the page holds the last ones, in order, and not more than it can carry."""
    ann = gate.comes_in("Ann")
    gate.server_says_bit_by_bit(ann, BITS, SOME, MOST_ELEMENTS)
    gate.minutes.remark("chat server", f"sends {MANY:,} messages of Bob")
    gate.server_says_all(ann, [f"Bob [14:30:15]: message {number}!\n" for number in range(MANY)])
    ann.sees_and_stays_small(f"message {MANY - 1}!", MOST_ELEMENTS)
    there = ann.numbers_after("message")
    last = list(range(MANY - FEWEST_LINES, MANY))
    gate.expects(there[-FEWEST_LINES:] == last, f"the last {FEWEST_LINES} messages on the page, in order", told(there))
    ann.types("Still here.")
    gate.server_hears(ann, "MESSAGE:Still here.")


@check(
    2,
    "Look where somebody is before you add a line (`scrollTop`), and go to the end only if they were there.",
    rests=("page.scroll",),
)
def test_who_reads_older_lines_is_left_in_peace(gate: PageGate) -> None:
    """Whoever is at the end sees new lines; whoever has scrolled back to older ones stays there."""
    ann = gate.comes_in("Ann")
    gate.server_says(ann, "".join(f"Bob [14:30:15]: line {number}\n" for number in range(80)))
    ann.sees("line 79")
    gate.expects(ann.comes_to_the_end(), "the last line of Bob to be seen", "the log is not scrolled down to it")
    ann.scrolls_up()
    gate.server_says(ann, "Bob [14:30:16]: and one more\n")
    ann.sees("and one more")
    place = ann.place_of_reading
    gate.expects(place < 8, "the page not to scroll while Ann reads older lines", f"it scrolled by {place:.0f} pixels")
    middle = ann.scrolls_to_the_middle()
    gate.server_says(ann, "Bob [14:30:17]: and a last one\n")
    ann.sees("and a last one")
    moved = abs(ann.place_of_reading - middle)
    gate.expects(moved < 8, "the page to stay where Ann reads, in the middle", f"it scrolled by {moved:.0f} pixels")


@check(
    1,
    "An ERROR before JOINED is about the name: show it, and let another one be typed. One that comes later is not.",
    rests=("page.refused",),
)
def test_a_refused_name(gate: PageGate) -> None:
    """Where a name is refused, the page says why, and one can type another."""
    ann = gate.opens_tab("Ann")
    ann.types("Ann", into="Name")
    gate.server_lets_in(ann)
    gate.server_hears(ann, "JOIN:Ann")
    gate.server_says(ann, "ERROR:name taken\n")
    ann.sees_anywhere("name taken")
    ann.is_asked_for("Name")
    ann.types("Anna", into="Name")
    gate.server_is_asked_again(ann, "JOIN:Anna")
    gate.server_says(ann, "ERROR:so is that one\n")
    ann.sees_anywhere("so is that one")
    ann.is_asked_for("Name")
    ann.types(LONGEST_NAME, into="Name")
    gate.server_is_asked_again(ann, f"JOIN:{LONGEST_NAME}")
    gate.server_says(ann, f"JOINED:{LONGEST_NAME}\n")
    ann.is_asked_for("Message")
    gate.server_says(ann, "ERROR:no such user: Zoe\n")
    ann.sees("no such user: Zoe")
    gate.server_says(ann, "Bob [14:30:15]: That was no name.\n")
    ann.sees("Bob", "That was no name.")


@check(
    2,
    "A screen reader knows what you tell it: a `role`, a `label` for each field, the language.",
    rests=("page.roles", "page.fields"),
)
def test_the_page_can_be_read_out(gate: PageGate) -> None:
    """Whoever has the page read out is told what its parts are, and of what comes."""
    ann = gate.comes_in("Ann")
    gate.server_says(ann, "Bob [14:30:15]: Can you hear me?\n")
    ann.sees("Can you hear me?")
    ann.finds("status")
    gate.expects(
        ann.tells_of("textbox", HAS_LABEL), "the field Message to have a label", "it has a placeholder at most"
    )
    for role in ("log", "status"):
        is_told = ann.tells_of(role, "this.ariaLive") != "off"
        gate.expects(is_told, f"what comes into the {role} to be read out", "its aria-live is off")
    language, title = ann.tells("document.documentElement.lang"), ann.tells("document.title.trim()")
    gate.expects(bool(language), "the page to name its language", "<html> has no lang")
    gate.expects(bool(title), "the page to have a title", "it has none")


@check(
    1,
    "Nothing may have a width in pixels, and a word may be longer than a line: `overflow-wrap`.",
    rests=("page.narrow",),
)
def test_a_narrow_screen(gate: PageGate) -> None:
    """On a screen 360 pixels wide nothing sticks out, however long a word is, and one can type."""
    ann = gate.comes_in("Ann")
    ann.becomes(width=NARROW, height=640)
    gate.server_says(ann, f"Bob [14:30:15]: {LONG_WORD}\nBob [14:30:16]: that was long\n")
    ann.sees("that was long")
    width = ann.tells("document.documentElement.scrollWidth")
    gate.expects(width <= NARROW, f"the page to fit into {NARROW} pixels", f"it is {width} pixels wide")
    inside = ann.tells_of("log", "this.scrollWidth - this.clientWidth")
    gate.expects(inside <= 1, "long words to be broken", f"the log is {inside} pixels too wide")
    gate.expects(bool(ann.status), "the status to be seen on a narrow screen as well", "it is not")
    left, right, top, bottom = ann.place_of_field
    seen = 0 <= left < right <= NARROW and 0 <= top < bottom <= 640
    gate.expects(seen, "the text field to be seen", f"it is from {left:.0f} to {right:.0f}, {top:.0f} to {bottom:.0f}")


@check(
    1,
    "`color-scheme: light dark` in the style, and colours of your own in `@media (prefers-color-scheme: dark)`.",
    rests=("page.colours",),
)
def test_light_and_dark(gate: PageGate) -> None:
    """The page is light where one likes it light, dark where one likes it dark, and can be read in both."""
    ann = gate.comes_in("Ann")
    gate.server_says(ann, "Bob [14:30:15]: Can you read me?\n")
    ann.sees("Can you read me?")
    for scheme, is_light in (("light", True), ("dark", False)):
        ann.becomes(scheme=scheme)
        for role in ("log", "status", *["button"] * ann.has_button(), "label", "textbox"):
            ink, paper = ann.colours(role)
            difference = contrast(ink, paper)
            if difference < ENOUGH:
                raise Unmet(f"a contrast of {ENOUGH} at least in the {role}, {scheme}", f"it is {difference:.1f}")
        is_bright = contrast(paper, BLACK) > contrast(paper, WHITE)
        gate.expects(is_bright == is_light, f"a {scheme} page", f"its background is rgb{paper}")
