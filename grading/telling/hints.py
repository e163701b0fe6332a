"""All causes that the grader knows, by their codes: what each is called, how much it proves, and what helps.

A code is stable: it is counted over a class. A hint asks a question or points at an idea, and gives no line away.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.results.causes import Cause
from grading.results.values import NOT_HERE, TODO, CheckResult


@dataclass(frozen=True)
class Kind:
    """What is known of all causes with one code. Without a hint of its own, the check's is told."""

    name: str  # a mistake, to be counted: "31 of 200: one recv is one message"
    hint: str = ""
    is_certain: bool = True  # it proves a mistake; otherwise it says no more than where to look
    comes_before: bool = False  # it happened before a check came to what it is about
    spreads: bool = False  # it makes checks fail that show nothing of it
    is_seen: bool = False  # it names what is wrong for certain, though not why
    is_by_others: bool = False  # it is noticed where somebody else was the reason: that line need be no mistake
    is_by_luck: bool = False  # the next run may not show it
    is_elsewhere: bool = False  # its place is where a thread stands, and something else is to be changed
    is_noticed: bool = False  # its place is where it came to light: a line that led there may be the mistake

    @property
    def need_not_be_there(self) -> bool:
        """Whether the line at its place need be no mistake, though it is where something goes wrong."""
        return self.is_noticed or self.is_by_others


UNKNOWN = Kind("a cause without a name", is_certain=False)

FRAMING = (
    "Only its newline ends a message. How many may there be in what one `recv` brought, and where does an unfinished "
    "one wait?"
)
ONE_COLON = "How many parts does your code make of a line with three colons? Only the first colon is one of the rules."
UTF8 = "Which encoding do you name where text becomes bytes, and where bytes become text? Both sides speak UTF-8."
CLOCK = "Write down the time that you expect, and beside it what came: which of the three numbers is another one?"

KINDS = {
    # Lines
    "one-recv-is-one-message": Kind("one recv is one message", FRAMING, spreads=True),
    "several-lines-as-one": Kind("several lines are taken for one", FRAMING, spreads=True),
    "lines-mixed": Kind(
        "what several clients send is mixed",
        "Where does a line wait that is not whole yet, how many clients share that place, and what of an earlier line "
        "is still there?",
        spreads=True,
    ),
    "rest-as-a-line": Kind(
        "what stands behind a newline is perhaps taken for a line",
        "Cut `MESSAGE:hi` and its newline into lines as your server does it, and print all parts. What is the last "
        "one, and is it a line?",
        is_certain=False,
        is_seen=True,
    ),
    "no-newline": Kind(
        "a line is sent without its newline",
        "Who sends this, and what tells the other side that it is all?",
        spreads=True,
    ),
    "stands-before": Kind(
        "something stands before a line",
        "Which of your lines sends what stands before it? It needs an end of its own, or it does not belong there.",
        spreads=True,
    ),
    "text-twice": Kind(
        "the text stands there twice",
        "Follow a text from the line that came in to the one that goes out: how many of your lines put it behind a "
        "name?",
    ),
    "name-twice": Kind(
        "the name of whoever speaks stands there twice",
        "Follow a text from the line that came in to the one that goes out: how many of your lines put a name before "
        "it?",
    ),
    "separator": Kind(
        "something else than `: ` stands between name and text",
        "Which of your lines put signs between a name and a text? Together they make a colon and a blank, no more.",
    ),
    "side-by-side": Kind("lines are shown side by side", is_certain=False),
    "other-words": Kind(
        "a line of the protocol in other words",
        "A program understands only the words that are agreed on. Compare letter by letter what is expected with "
        "what came.",
    ),
    "no-name": Kind(
        "no name stands where one belongs",
        "Where does your code give a client its name, and where does it take that away? Which comes first: that, or "
        "the line that is made of it? And who never got a name is no news for anybody.",
    ),
    "nobodys-name": Kind(
        "something else stands where a name belongs",
        "Print the value that you put there right before this line is made. What is it: a name, or what a comparison, "
        "a connection or a function gave you? Follow it back to the line that made it.",
        is_certain=False,
        is_seen=True,
    ),
    "too-often": Kind("something is told more often than it happened", is_certain=False),
    "letter-cut": Kind(
        "a letter is decoded before all of it has come",
        "One letter may be several bytes, and they may come one by one. When do you know that all of them are there?"
        " And which encoding do you name?",
    ),
    "not-utf-8": Kind("another encoding than UTF-8", UTF8),
    "undecodable": Kind(
        "dies of bytes that are not UTF-8",
        "Anybody can send anything. What becomes of this thread where bytes are no text, and what does their "
        "sender hear?",
    ),
    "bytes-as-text": Kind(
        "bytes are printed as Python shows them",
        "What you have there is bytes. What turns bytes into text?",
        spreads=True,
    ),
    "escapes-as-text": Kind(
        "a text is shown with escapes",
        "What do `repr`, `ascii`, `!r` and `unicode_escape` do to a letter that is not plain? Where does your code use "
        "one of them?",
        spreads=True,
    ),
    "object-as-text": Kind(
        "an object is shown instead of what it holds",
        "What does the name between the angle brackets tell you about what you have there? One gets at what a "
        "generator yields by going through it, and at what a function returns by calling it.",
        spreads=True,
    ),
    "braces-as-text": Kind(
        "a name in curly brackets is sent or shown, and not its value",
        "Python puts a value in the place of a name in curly brackets only in a text for which you ask for that. By "
        "which letter before its first quote, or by which method behind its last one? And what do two brackets in a "
        "row mean there?",
        spreads=True,
    ),
    "collection-as-text": Kind(
        "a list or the like is sent as a whole, as Python shows it",
        "What does Python write round the items of a list when it makes a text of it? Is each item to be a line of "
        "its own, or do all stand in one line, with a sign between them: which call makes such a text of them?",
        spreads=True,
    ),
    "good-name-refused": Kind(
        "a name that is in order is taken for a bad one",
        "Print the name with `repr` right where you test it: is it what was sent, sign by sign? Then go through the "
        "signs that the page allows, and the lengths: which does your test not let through?",
        spreads=True,
    ),
    "anothers-join": Kind(
        "that one has joined is kept for all of them",
        "Which variable tells whether somebody has joined already? Print it, and whose it is, at each JOIN: is there "
        "one for each client, or one for all (of the module, of the class, a value that an argument has by default)?",
        spreads=True,
    ),
    "join-forgotten": Kind(
        "who has joined is answered as if they had not",
        "At what does the condition look that sends this ERROR? Follow that from the JOIN to the next line of the same "
        "client, and to the one after: which line gives it a value, and which takes it away? A function without "
        "`return` returns None.",
        spreads=True,
    ),
    "quit-refused": Kind(
        "QUIT is answered with an ERROR",
        "Which of your lines sends this ERROR, and which condition leads there? Print the line that came with `repr`, "
        "and beside it what you compare it with: are they the same, sign by sign, and of the same kind?",
        is_certain=False,
        is_seen=True,
    ),
    "unsent-at-quit": Kind(
        "what waits to be sent is thrown away at QUIT",
        "Where do lines wait that are still to be sent to somebody who says QUIT, and what becomes of them? If none "
        "waits: whom does the loop that sends pass over, where somebody else is just being removed?",
        is_certain=False,
        is_by_luck=True,
    ),
    "newline-kept": Kind(
        "a newline stays at the end of what was read",
        "What is the last character of a line as it comes from the server? Print it with `repr`, and find the place at "
        "which it should have gone.",
    ),
    "rest-never-sent": Kind(
        "the rest of a line is never sent",
        "Where does that wait which did not go out at once? Who sends it later, and what tells that one to begin?",
        is_certain=False,
        is_seen=True,
    ),
    "bytes-and-text": Kind(
        "bytes and text are mixed",
        "The network takes and brings bytes, and you think in text. At which one place do you go from one to the "
        "other?",
        is_noticed=True,
    ),
    "out-of-turn": Kind(
        "lines come in another order",
        "In which order are these lines handed on, and by whom: by one thread, or by several at once?",
    ),
    "history-gap": Kind(
        "the history lacks a message",
        "What is kept for the history, and what pushes the oldest out: messages of the lobby alone? In which order are "
        "they read?",
    ),
    "left-too-early": Kind(
        "somebody is said to have left too early",
        "Who tells the others that somebody has left, and can that thread know whether a line of theirs is still on "
        "its way?",
    ),
    # What the model of the page does not explain
    "nobody-said": Kind(
        "something is heard that nobody said",
        "Which of your lines sends this, and for what? Look at each place that sends, and at what it believes has "
        "happened.",
        is_certain=False,
        is_seen=True,
    ),
    "too-long-let-through": Kind(
        "a line that is too long is let through",
        "What do you count where you ask whether a line is too long: bytes, or characters? And where does this line go "
        "once its sender has been answered?",
    ),
    "error-without-reason": Kind(
        "an ERROR without a reason",
        "Which of your lines says this, and to whom? Follow the last line that came in until you are there.",
        is_certain=False,
        is_seen=True,
    ),
    "after-quit": Kind(
        "what stands behind QUIT is obeyed",
        "Where does your code go after QUIT: back to the next line, or out of the loop? Does that depend on whether "
        "somebody has joined?",
        is_certain=False,
        is_seen=True,
    ),
    "join-refused": Kind(
        "JOIN itself is refused, for want of a JOIN",
        "Follow `JOIN:Ann` through your code, with somebody who has no name yet. Which comparison sends it to the line "
        "that refuses?",
        spreads=True,
    ),
    "granted": Kind(
        "what is to be refused is granted",
        "Which rule of the page is against this? Which of your lines asks for it, and among whom, or of what, does it "
        "look?",
        is_certain=False,
        is_seen=True,
    ),
    "heard-again": Kind(
        "something is heard once more",
        "Who sends it the second time? Count how often this person stands in your list, and what of an earlier line "
        "is kept.",
        is_certain=False,
        is_seen=True,
    ),
    "not-for-them": Kind(
        "something is heard by others than those it is for",
        "To whom does this line of yours send, and who of them is to hear it?",
        is_certain=False,
        is_seen=True,
    ),
    "hung-up-without-reason": Kind(
        "the server hangs up without a reason",
        "What ends the loop that reads from this client? Only its own QUIT, or the end of its connection, should.",
        is_certain=False,
        is_seen=True,
    ),
    "never-came": Kind(
        "something never comes",
        "Follow the last thing that was done through your code: which lines run, and who stands in your list by then?",
        is_certain=False,
        is_seen=True,
    ),
    "left-out": Kind(
        "one line is left out between others",
        "What is it about this line that is not so of those which come: what it says, how long it is, how soon it "
        "follows, how it travels? Which of your lines look at that?",
        is_certain=False,
        is_seen=True,
    ),
    "keeps-guests": Kind(
        "threads or connections are never given back",
        "What do you open and start when somebody comes? Who closes it, and who ends it, on each way of leaving?",
    ),
    "works-for-nobody": Kind(
        "work goes on for those who have gone",
        "Which of your loops tries something again after a pause? What is still there for it to try, of those who have "
        "gone, and which of your lines puts an end to that, also where sending has failed?",
        is_elsewhere=True,
    ),
    "one-for-all": Kind(
        "the same is sent, whatever is typed",
        "Where in your program does this text stand: between quotes? What is the difference between the name of a "
        "variable and the same word between quotes?",
    ),
    "sent-again": Kind(
        "something is sent again",
        "Follow what was typed through your code: how many of your lines send it, and how often does each of them run?",
    ),
    "told-too-soon": Kind(
        "something is told that did not happen",
        "Which comes first in your code: to tell the others, or to know that it is so?",
        is_certain=False,
        is_seen=True,
    ),
    "end-unnoticed": Kind(
        "the end of a connection is not dealt with",
        "How does your server find out that somebody has gone, and which lines does it come to then?",
        is_certain=False,
        is_seen=True,
    ),
    "nobody-typed": Kind(
        "something is sent that nobody typed",
        "Which of your lines sends this? Only what somebody types is sent, in the form that the page asks for.",
    ),
    "nobody-shown": Kind(
        "something is shown that nobody said",
        "Which of your lines prints this, and what does it print: what a `recv` brought, or a line that is over?",
        is_certain=False,
        is_seen=True,
    ),
    "equal-lines": Kind(
        "a line that is like another one is not shown",
        "What does your code keep of the lines that it has shown, and what is that for? People may say the same twice.",
        is_certain=False,
        is_seen=True,
    ),
    "printed-over": Kind(
        "what was shown does not stay",
        "What do you print before each line, and where does it move the cursor, or what does it erase?",
        is_certain=False,
        is_seen=True,
    ),
    "shown-again": Kind(
        "something is shown more often than it came",
        "Follow what comes through your code: how many of your lines print it, and how often does each of them run?",
        is_certain=False,
        is_seen=True,
    ),
    "no-name-yet": Kind(
        "who has not joined is found by an empty name",
        "Whom does your search find where the name that is asked for is empty, and should it look for that at all?",
        is_certain=False,
        is_seen=True,
    ),
    "other-answer": Kind(
        "an answer says something else",
        "Compare the two, part by part: what stands in one of them alone, and which of your lines puts it there, or "
        "takes it away?",
        is_certain=False,
        is_seen=True,
    ),
    "other-names": Kind("the list of users has other names in it", is_certain=False, is_seen=True),
    "sender-left-out": Kind(
        "whoever says something does not hear it",
        "Everyone who takes part hears a message, its sender too. Whom does your loop leave out, and who asked it to?",
        is_certain=False,
        is_seen=True,
    ),
    "one-left-out": Kind(
        "a line that is for everyone misses somebody",
        is_certain=False,
    ),
    "back-to-the-sender": Kind(
        "what is for all goes to the sender alone",
        "To whom does the line send that sends a message on: to the client whose line has just been read, or to "
        "each one that a loop comes to? How often does that loop run, and what could end it after the first one?",
        is_certain=False,
        is_seen=True,
    ),
    "last-one-alone": Kind(
        "what is for all goes to the last one who came",
        "Where do you keep those who come: does each of them get a place of its own there, or the place of the one "
        "before (the same variable, the same key, an empty list again)?",
        is_certain=False,
        is_seen=True,
    ),
    "passed-over": Kind(
        "the loop that sends passes over somebody",
        "Whoever is taken out of a list while a loop walks along it makes the loop skip the next one. Does yours walk "
        "along a list of its own, or along the one that others change, perhaps under a second name?",
        is_certain=False,
        is_seen=True,
    ),
    "left-untold": Kind(
        "somebody has left, and nobody is told",
        "Which of your lines run once somebody has left in this way: do they print it, forget the client, send "
        "something? The others know only what is sent to them, and what stands in `finally` runs on every way out.",
        is_certain=False,
        is_seen=True,
    ),
    "own-lines-hidden": Kind(
        "a client does not show what its own person says",
        "The server sends a message to everyone who takes part, its sender too. What does your client do with a line "
        "that begins with its own name?",
        is_certain=False,
        is_seen=True,
    ),
    "still-there": Kind(
        "somebody who left is still kept",
        "List all places that keep something of a client. Which of them forgets it when it leaves?",
        is_certain=False,
        is_seen=True,
    ),
    # Texts
    "command-as-text": Kind(
        "the command is sent on with its text",
        "Which part of a line is the command, and which part does everyone want to hear?",
    ),
    "command-in-a-text": Kind(
        "a word inside a text is taken for a command",
        "Where in a line does your code look for this word? A command stands at the beginning of its line, and what "
        "somebody says may hold any word.",
    ),
    "name-like-a-command": Kind(
        "a name that begins like a command is taken for one",
        "What does your code compare with the command: the first letters of a line, or all that stands before its "
        "first colon?",
        is_certain=False,
        is_seen=True,
    ),
    "ends-at-a-text": Kind(
        "a client ends though nobody typed quit",
        "What does your code compare with `quit`: all of a line, or a part of it? What else may end the loop that "
        "reads the keyboard?",
        is_certain=False,
        is_seen=True,
    ),
    "command-taken-away": Kind(
        "a text loses its beginning, as if that were a command",
        "Which call takes the command off a line: does it look at the first colon only, or at words, or even letters,"
        " wherever they stand?",
    ),
    "another-ones-name": Kind(
        "a message comes under another name than its sender's",
        "Where does the name come from that stands before a text: from whoever speaks, or from somebody else?",
    ),
    "cut-at-a-colon": Kind("the text is cut at a colon", ONE_COLON),
    "cut-at-a-blank": Kind(
        "the text is cut at a blank",
        "What does `split` cut at when you tell it nothing? A text may hold blanks.",
    ),
    "cut-by-splitlines": Kind(
        "splitlines cuts the text",
        "Look up at which characters `splitlines` cuts. How many of them end a line here?",
    ),
    "cut-elsewhere": Kind(
        "the text is cut or changed at a backslash",
        "A text goes on as it came. Which of your lines looks at its letters at all, and has it to?",
    ),
    "cut-at-a-length": Kind(
        "the text is cut at a length",
        "Where does a number limit how much you read, or show, and what becomes of what is longer?",
    ),
    "character-left-out": Kind(
        "a character of the text is left out",
        "A server passes texts on. Which of your lines decides what may be in one?",
    ),
    "text-changed": Kind(
        "a text is changed on its way",
        "Which of your lines stand between the text that comes in and the one that goes out, and which of them makes "
        "another text of it?",
    ),
    "case-changed": Kind(
        "the text is changed to capitals or small letters",
        "What do you change for your own comparison, and what do you send on?",
    ),
    "blanks-changed": Kind(
        "blanks of the text are lost",
        "What happens to two blanks in a row where you split and join again, and to those at the ends where you strip?",
    ),
    "blank-added": Kind(
        "a blank stands where none belongs",
        "Which of your lines puts this one together? Read it aloud sign by sign, beside its form in "
        "steps/PROTOCOL.md: what stands behind the colon?",
    ),
    "character-lost": Kind(
        "one character of a line is missing",
        "Is this cut by a number somewhere, or letter by letter, as `strip` does? Count on paper what stands before "
        "that place, the first character as 0. Is there a way that needs no counting?",
    ),
    "unpacking": Kind(
        "a line has more or fewer parts than are unpacked",
        "How many parts can this line have at the most, and how many at the least? Try it with none, one and three of "
        "the signs at which it is cut.",
    ),
    # The time
    "time-stands-still": Kind("the time does not move", "When is the clock looked at: for each message, or once?"),
    "time-of-utc": Kind("the time of another zone", "Whose clock do the people in the room look at?"),
    "time-format": Kind("the time is written in another format", CLOCK),
    "time-out-of-place": Kind(
        "the time does not stand where it is asked for",
        "Step 4 has name, blank, `[HH:MM:SS]`, colon, blank, text. Write that above the line that came: which is the "
        "first sign that differs?",
    ),
    "time-of-another-moment": Kind(
        "the time of another moment",
        "When is the clock looked at: when the message comes?",
    ),
    # Threads and locks
    "waits-for-its-own-lock": Kind(
        "a thread waits for a lock that it holds itself",
        "Follow the calls from the line that takes the lock first: which of them takes it again? What has to "
        "happen under the lock, and what can wait?",
        spreads=True,
    ),
    "wait-for-each-other": Kind(
        "two threads wait for each other's locks",
        "Two threads take two locks, each in its own order. What if everybody took them in the same order?",
        spreads=True,
    ),
    "waits-for-a-lock": Kind(
        "a lock is held while something takes long",
        "What does the thread that has the lock wait for, and has it to hold the lock meanwhile?",
        spreads=True,
    ),
    "never-given-back": Kind(
        "a lock is taken and not given back",
        "In how many ways does this function come to its end: at its last line, by `return`, by `raise`, by an "
        "exception in a line that it calls? On which of them is the lock given back, and what does `with` do on each?",
        spreads=True,
    ),
    "released-unlocked": Kind(
        "a lock is released that nobody holds",
        "Count: how often is this lock taken on the way here, and how often given back?",
    ),
    "changed-while-looping": Kind(
        "a collection is changed while it is looped over",
        "Who adds or removes while this loop is on its way? What could you loop over instead that nobody changes?",
    ),
    "removed-twice": Kind(
        "something is removed that is not there",
        "What is taken out here is not there: not any more, or not yet. Which other lines of yours take it out or put "
        "it in, and what if they run in another order?",
        is_noticed=True,
    ),
    "copies-for-one": Kind(
        "what is for all goes to one of them",
        "In the loop that goes through all of them: to whom does it send, to the one whom it has come to, or to "
        "somebody else? A function that runs later, in a thread of its own, looks at the variable of the loop later.",
        is_certain=False,
        is_seen=True,
    ),
    "sent-on-and-on": Kind(
        "what was sent is sent again and again",
        "How much of what waits has gone out by now, and which of your lines takes just that away?",
        is_certain=False,
        is_seen=True,
    ),
    "another-one-left": Kind(
        "a variable holds another client than its own",
        "Which lines give this variable a value? One of them means somebody else.",
        spreads=True,
    ),
    "does-not-end": Kind("the program does not end", is_certain=False),
    "threads-do-not-end": Kind(
        "threads keep the program alive",
        "A program ends once all threads have ended that it has to wait for. For which of yours has it to?",
    ),
    "keyboard-unread": Kind(
        "nobody reads the keyboard: its thread waits for the network",
        "A client waits for two things at once, the keyboard and the network. Which of your threads waits for which, "
        "and by which line does it know that it has waited long enough?",
        is_elsewhere=True,
    ),
    "never-rests": Kind(
        "a loop goes on and on, and never waits",
        "Which loop leads there, and on which of its lines does it wait in each round? If it reads: is that inside the "
        "loop, and what does reading return once nothing can come any more?",
        spreads=True,
    ),
    "waits-for-more": Kind(
        "a read waits for more than a line",
        "When does this call come back: once a line is there, or once so many bytes are there, or all of them?",
        is_certain=False,
    ),
    "door-is-blocked": Kind(
        "the thread that accepts waits for one client",
        "While the thread that accepts waits for one client, who lets the next one in? Who else could wait for it?",
        spreads=True,
        is_noticed=True,
    ),
    "waits-before-it-serves": Kind(
        "the server waits for a thread of its own before it serves",
        "Such a call comes back once the other thread has ended. When does that one end, and what should the main "
        "thread do meanwhile?",
        is_certain=False,
        is_seen=True,
    ),
    "too-few-readers": Kind(
        "not every client has a thread that reads",
        "How many people can your server look after at a time, and what does each of its threads do when a line is "
        "read: wait for the next one, or end?",
        is_certain=False,
    ),
    "queue-is-full": Kind(
        "a thread waits for room in a full queue",
        "Who takes out of this queue, does that one still run, and for what does it wait? Who waits meanwhile for the "
        "thread that is held up here?",
        is_certain=False,
        is_seen=True,
    ),
    "process-for-each": Kind(
        "each client has a process of its own",
        "What do two processes share? Look at which class your server is made of, and at where its list of clients "
        "is kept.",
        is_certain=False,
    ),
    "nothing-goes-out": Kind(
        "what is sent does not go out",
        "Follow a line: which of yours sends it, and to whom? What is written to a file may wait in a buffer, and what "
        "is put aside for another thread waits for that one: was it made, and does it run?",
        is_certain=False,
    ),
    "never-awaited": Kind(
        "a coroutine is made and never awaited",
        "What does a call of an `async def` return, and has any of its lines run by then? Which word in front of such "
        "a call lets it run? It has to stand there at each of them.",
        spreads=True,
        is_noticed=True,
    ),
    "never-started": Kind(
        "a thread is made and never started",
        "To make a thread is one thing, and to let it run is another. Which of your lines does the second, is it ever "
        "reached, and does it really call what it names?",
        is_certain=False,
        is_seen=True,
    ),
    "thread-ended": Kind(
        "a thread has come to its end, and is still needed",
        "How often does this function do its work: once, or as often as there is something to do? Go through it line "
        "by line, to its last one. Where does it go then?",
        is_certain=False,
        is_seen=True,
    ),
    "nobody-receives": Kind(
        "nobody reads what the server sends",
        "Which of your threads receives, does it ever begin, and what ended it? Look at the last thing that it was "
        "sent.",
        is_elsewhere=True,
    ),
    "rest-not-looked-at": Kind(
        "the rest of a segment is left for later",
        "One `recv` may bring several lines. Once the first of them is shown, does your code look for another in what "
        "it has, before it waits for more?",
        is_certain=False,
        is_seen=True,
    ),
    "read-and-not-shown": Kind(
        "what is read is not shown",
        "Follow the last thing that it was sent from where that is read: is there a way on which it comes to no "
        "`print`, and did it end the thread that reads?",
        is_certain=False,
        is_elsewhere=True,
    ),
    "read-unshown": Kind("all was read, and nothing new is shown", is_certain=False, is_elsewhere=True),
    "target-called": Kind(
        "a function is called that a thread was to run",
        "A thread is given a function, not what a function returns. What do the parentheses behind a name do?",
        spreads=True,
    ),
    "stands-there": Kind("it waits somewhere", is_certain=False),
    # Connections
    "recipient-died": Kind(
        "a dead recipient ends more than its own connection",
        "Somebody to whom this line sends has gone. In whose thread are you here, and who waits for the same line "
        "still?",
        is_by_others=True,
    ),
    "server-gone": Kind(
        "a client sends on a connection that has ended",
        "This connection has ended: the server has gone, or one of your own lines has closed it. Which of your threads "
        "knows, and what should this one do then?",
    ),
    "connection-broke": Kind(
        "a broken connection is not expected",
        "A connection may end with an exception as well as with an empty read. Does the same happen then?",
        is_by_others=True,
    ),
    "join-failed": Kind(
        "joining fails before anything else can",
        "Look at joining first: what has the server done when this JOIN comes, and which of its lines should "
        "answer it?",
        is_certain=False,
        comes_before=True,
    ),
    "not-let-in": Kind(
        "no more connections are accepted",
        "How often does your server accept a connection? Whenever somebody comes, it should be ready.",
        spreads=True,
    ),
    "refused": Kind("the server answers with an ERROR", is_certain=False),
    "message-refused": Kind(
        "a message is answered with an ERROR",
        "What was said may be said here. Which of your lines sends this ERROR, and which condition leads there?",
        is_certain=False,
    ),
    "hung-up": Kind("the server hangs up", is_certain=False),
    "hung-up-on-all": Kind(
        "the server hangs up on who speaks, and on who listens",
        "Which of your lines close a connection, or end the loop that reads from it? Which of them is reached here, "
        "and why now: after one line, some time, so many bytes? Nothing but its own QUIT, or the end of its "
        "connection, should lead there.",
        is_certain=False,
        is_seen=True,
    ),
    "nobody-hears": Kind(
        "nobody hears anything",
        "Print each line that the server takes in, and each that it sends, with the name of whoever it is for. Is one "
        "never taken in, does one never get out, or to fewer people than you think?",
        is_certain=False,
    ),
    "hung-up-in-haste": Kind(
        "whoever receives does not know that the person leaves",
        "Two threads, or tasks, run here. At which variable does the one that receives look when the connection ends, "
        "and which line sets that? Is it the same variable in both, and is it set before QUIT goes out?",
    ),
    "never-meet": Kind(
        "server and client do not meet by default",
        "Where does each program say which port it takes if nobody names one?",
    ),
    "port-in-use": Kind(
        "the port is in use",
        "Who listens at this port already: a program that you forgot, or your own, which asks twice?",
    ),
    # Exceptions
    "wrong-kind": Kind(
        "a value of another kind than a line can use",
        "What does this line need, and what does it get: one thing or a list, a text or a number, something or `None`? "
        "Follow the value back to where it was made or handed over.",
        is_noticed=True,
    ),
    "no-such-attribute": Kind(
        "a name after a dot that is not there",
        "Is it spelled as where it was made? And if the name comes from somebody's line: who says that it exists?",
        is_noticed=True,
    ),
    "wrong-arguments": Kind(
        "a function gets other arguments than it takes",
        "Count what this function takes, and what it gets: who calls it, and what is handed over there? An object "
        "hands itself over, too; a thread hands over a row of values, also where it is one: what makes such a row of a "
        "single value?",
        is_elsewhere=True,
    ),
    "not-called": Kind(
        "a function stands where what it returns belongs",
        "What Python complains of is a function, and not what it returns. Follow it back to the line where it got into "
        "this variable, or was made: what has to stand behind the name of a function for it to run?",
        is_elsewhere=True,
    ),
    "not-set-up": Kind(
        "what a class of Python's own sets up is not there",
        "Which class makes this, and in which of its methods? Is your class made from that one? And where yours has a "
        "method of the same name (`__init__`, `setup`): who calls the other one, now that yours stands in its place?",
        is_elsewhere=True,
    ),
    "no-such-name": Kind(
        "a name that is not there",
        "Is it spelled as where it was made, is it imported if it is a module, and has it got a value on every way to "
        "this line?",
    ),
    "no-such-item": Kind(
        "an item is taken for granted that is not there",
        "This line takes something for granted. For whom, or for which line, is it not there? And where you looked "
        "before: may another thread have taken it away since?",
        is_noticed=True,
    ),
    "not-python": Kind(
        "Python cannot read the file",
        "Python shows the first line at which it is at a loss. The mistake is there, or right before it.",
    ),
    "not-importable": Kind(
        "an import fails",
        "Which file did you expect to find there, and does it lie beside your program?",
    ),
    "module-missing": Kind(
        "a module is not installed",
        "The grader uses the Python that its own virtual environment has. Does your program need this module?",
    ),
    "hides-a-module": Kind(
        "a file hides a module of Python's own",
        "Python looks beside your program first. What is your file called?",
    ),
    "recursion": Kind("a function calls itself for ever", "Which call closes the circle, and when should it stop?"),
    "input-ended": Kind(
        "the end of the input is not expected",
        "`input()` has more than one way to come back. What does it do when the keyboard is closed (Ctrl+D)?",
    ),
    "interrupted": Kind(
        "Ctrl+C is not expected",
        "Ctrl+C is an exception in the main thread. What is left to say to the server at that moment?",
    ),
    "exception": Kind("another exception", is_noticed=True),
    "raised-elsewhere": Kind("an exception in none of the program's own lines", is_certain=False),
    "does-not-listen": Kind(
        "the server runs, and listens at no port",
        "Before anybody can come, a port is bound, and then listened at. Which of your lines does that, and is it "
        "ever reached?",
        is_certain=False,
    ),
    "does-not-start": Kind("the program does not start", is_certain=False),
    "ended": Kind("the program ended", is_certain=False),
    # A student's own talk
    "talk-handed-out": Kind("the talk is the one that was handed out"),
    "talk-unreadable": Kind(
        "a line of the talk is not understood",
        "Which of the forms of the page *Write a talk* in GLOSSARY.md was meant here? Compare sign by sign.",
    ),
    "talk-not-true": Kind(
        "the talk says something else than the protocol",
        "Go through the talk as if you were the server. Who is there at that line, and who hears what of it? "
        "steps/PROTOCOL.md says it.",
    ),
    "talk-notices-little": Kind(
        "the talk notices few mistakes",
        "Take one kind that is named. What would somebody have to do for a server with such a mistake to give itself "
        "away, and who has to listen then?",
    ),
    # Challenges
    "log-line": Kind(
        "a line of the log cannot be read",
        "Which of your lines writes an entry, and how does it make sure that whatever somebody types stays inside one"
        " entry?",
    ),
    "loses-patience": Kind(
        "silence is taken for the end",
        "Which time limit did you give to a connection or to a wait, and what for? It holds for the whole talk, too.",
    ),
    "log-late": Kind(
        "a message is heard before it is in the log",
        "What would be lost if your program ended right after somebody has heard the message: what still lies in a"
        " buffer, what waits for another thread, or what is only written in the next line?",
    ),
    "in-clear": Kind(
        "a message goes over the wire in clear",
        "What goes out before the handshake is over, and by which socket: the accepted one, or the one that was"
        " wrapped?",
    ),
    "left-in-tls": Kind(
        "what lies in TLS already is waited for",
        "Whom does your program ask whether there is something to read: the network, or the connection of TLS? What"
        " came in one record left the network at once, and may be more than one `recv` took.",
        is_certain=False,
    ),
    "refuses-in-another-way": Kind(
        "a server is refused in another way than the page says",
        "How does your program end where it cannot trust the server? `raise SystemExit(text)` says the text, and ends"
        " with status 1.",
    ),
    "came-with-the-line": Kind(
        "bytes that came together with a line are lost",
        "`readline` takes from a connection what is there, and gives you one line of it. Where does the rest wait, and"
        " who reads it there?",
    ),
    "written-over": Kind(
        "two threads take the same name for a file",
        "Two threads may look whether a name is free before either takes it. Which call looks and takes in one step?",
    ),
    "kept-for-nobody": Kind(
        "a gateway keeps the connection of a browser that has gone",
        "Which line ends the connection to the chat server, and is it reached however a WebSocket ends? While another"
        " thread still reads there, `close` alone ends nothing: `shutdown` does.",
    ),
    "in-one-element": Kind(
        "several lines stand in one element",
        "How many elements does your page make where several lines come at once? Each line needs one of its own.",
    ),
    "page-error": Kind(
        "an exception in the script of the page",
        "Open the page in a browser, press F12, and look at its console: it names the line, and what it holds.",
    ),
    # Circumstances
    "race": Kind("two threads are in each other's way", is_certain=False),
    "meanwhile": Kind("something else happened meanwhile", is_certain=False),
    TODO: Kind("something is still to be written"),
    NOT_HERE: Kind("it cannot be tried on this system", is_certain=False),
}


def kind(cause: Cause | None) -> Kind:
    """Return what is known of such causes."""
    return KINDS.get(cause.code, UNKNOWN) if cause else UNKNOWN


def may_be_luck(result: CheckResult) -> bool:
    """Tell whether a failure proves nothing, and the next run may not show it."""
    known = kind(result.cause)
    return (result.stress or known.is_by_luck) and not known.is_certain


def hint(result: CheckResult) -> str:
    """Return what helps whoever reads about this failure: the cause's hint, or the check's where it has none.

    What only seems to be the cause explains nothing under stress.
    """
    if result.is_todo:
        return ""  # the page and the comment there say what to do
    known = kind(result.cause)
    return known.hint if known.hint and (known.is_certain or known.is_seen or not result.stress) else result.hint
