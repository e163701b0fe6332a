"""The last depth of a hint: a neighbouring problem, worked out. No line of it fits into a chat."""

from __future__ import annotations

EXAMPLES = {
    "pieces": """
A shop's cash register writes prices into a pipe, with a semicolon behind each. Whoever reads takes what is there:

    read 1   "3.50;12.0"
    read 2   "0;7.25;"

Taken read by read, that is 3.50, then 12.0, then 0 and 7.25: a price was torn in two. So the reader keeps a rest
between two reads, which is empty at first. It puts what has come behind the rest, cuts off all that ends with a
semicolon, and what is left over is the new rest:

    rest ""       + read 1   ->  3.50          rest "12.0"
    rest "12.0"   + read 2   ->  12.00, 7.25   rest ""

Where must the rest live, so that it is still there at the next read? And what does it hold when nobody writes any
more?
""",
    "one basket": """
Three children pick up jigsaw pieces and put them into one basket, each from another puzzle. In the evening nobody can
finish a puzzle: the pieces are all there, but they lie mixed.

    Ada    sky   tree
    Ben          boat
    basket sky boat tree      whose picture is that?

Each puzzle needs a basket of its own, from the first piece to the last. In a program, such a basket is made where
somebody comes, and belongs to that one person: it is kept with them, and goes when they go. What stands at the top of
a file, or in a class instead of in one object of it, is there once, for all together. Whose is the place where your
unfinished line waits, and how many of them are there while three people type?
""",
    "two houses": """
Two offices keep the same list of members, each on its own sheet, copied on the first day. Somebody joins at the first
office. The second one has never heard of her.

    first office    Ada, Ben, Cleo
    second office   Ada, Ben           copied before Cleo came

A new process is a new office: it gets a copy of all there is at that moment, and from then on each writes on its own
sheet. Threads of one process sit in one room instead, around one sheet, which is why they need a lock. So if what one
of them writes never shows up elsewhere, ask how the workers were made: as threads, or as processes? Look at the name
of the class that yours comes from, and look up what its neighbours are called.
""",
    "ends": """
A thermometer writes `21.5`, a minute later `21.7`, into the same pipe. Its reader has seen `21.521.7` and is at a
loss: is that one number, or two, and is the second one over?

    written   21.5 21.7         seen   21.521.7
    written   21.5; 21.7;       seen   21.5;21.7;

The writer knows where a reading is over, so the writer has to say so: with a sign that no reading contains, behind
each one, the last one and the first one alike. It also holds for what is printed in between, such as a greeting. What
has no sign at its end becomes the beginning of the next reading. Go through each of your writing lines: which sign
does it end with, and who puts it there, once and only once?
""",
    "agreed words": """
A parking machine and its barrier agree: the machine sends `OPEN` or `KEEP`. One day somebody makes it friendlier, and
the machine says `Opened for you`. A person would understand. The barrier compares letter by letter:

    said       Opened for you
    expected   OPEN
               ^ "O" is right; the second letter is "p", not "P"

Nothing opens, and nothing reports an error either, since an unknown word is simply no order. Whoever looks for such a
mistake puts both lines below each other and compares from the left: the word in capitals, the colon, then what stands
behind it, up to the last blank. Which of the two programs has to give way? The one that differs from the page, since
others have read the page as well.
""",
    "once": """
A newspaper has a list of those who get it. Ida is on it twice: she moved, and was added instead of changed. So she
gets two copies, everybody else one, and the printer is blamed for it.

    list     Ida, Jim, Ida
    printed  for each name on the list: one copy

There are two ways for one thing to come twice: the loop runs once and meets somebody twice, or it runs twice, as two
lines of the program both start it. To tell one from the other, count at both places: write down each time that the
loop begins, and each time that it hands something out. One beginning and two copies point at the list; two beginnings
point at who begins. What do your counts say?
""",
    "letters": """
A label printer takes bytes, at most 20 for a label. The shop is called `Café Süß`: 8 letters, but 11 bytes in UTF-8,
as é, ü and ß take two each.

    text    C a f é    S ü ß
    bytes   43 61 66 c3 a9 20 53 c3 bc c3 9f

Whoever cuts the bytes at any place may cut é in the middle: `c3` here and `a9` there, and neither is a letter. So
text and bytes are kept apart. Inside the program everything is text; just before the printer, at one place, all of it
is turned into bytes, with the encoding named; what comes back is collected as bytes and turned into text only once it
is complete. Where is that one place for each direction in your program, and how do you know there that it is
complete?
""",
    "bad bytes": """
A library scans the codes of returned books. Now and then a label is torn, and the scanner delivers nonsense. The
first program stopped with an exception at the first torn label, and all the books behind it lay there for the night.

    scanned   b"B-1042"     a book
    scanned   b"\\xff\\x07"   no book at all: light the red lamp
    scanned   b"B-1043"     a book again

What comes from outside is never sure to be well-formed. So at the one place where bytes become a code, both endings
are planned: it works, or it does not, and then this one label is set aside, somebody is told, and the loop goes on to
the next. What belongs inside the part that may fail, and what outside, so that no other error is taken for a torn
label?
""",
    "order": """
Two bakers take loaves from one oven and carry them to the shelf. The oven bakes in order; on the shelf, loaf 4 stands
before loaf 3, because the second baker walks faster.

    oven      1 2 3 4
    baker A   1   3
    baker B     2   4
    shelf     1 2 4 3

With one baker the order of the oven is the order of the shelf. With two it is only by luck. And a single baker can
spoil it too, if he puts loaves on a pile and takes them from the top. So ask two things: does one thread hand on all
that one person says, from beginning to end? And is everything that waits taken from the side where it has waited
longest?
""",
    "for whom": """
A school sends letters: marks to the parents of one child, holidays to everybody. One evening all parents get the
marks of all children. Both kinds of letters went through the same function, which sends to the whole address book.

    letter               who is it for?           who does the function send to?
    holidays             everyone                 everyone
    marks of Ida         the parents of Ida       everyone      <- here
    answer to a question who has asked            everyone      <- and here

The mistake is not in the function; it does what its name says. It is in the line that calls it for a letter of
another kind. So make such a table for your own program: each line that sends, who it is for by the page, and who is
in the list at that moment. In which row do the two columns differ?
""",
    "follow": """
A parcel does not arrive. The shop says that it was sent, the customer that nothing came, and guessing helps nobody.
So somebody follows it, station by station, with a note at each:

    shop: packed               yes
    depot: on the van          yes
    van: address found         no      <- nothing was noted after this

The truth lies between the last note that is there and the first that is missing. The same works for a line of text in
a program: print, at each station, what it is and what is decided. One print where it comes in, one where it is taken
apart, one in each branch of an `if`, one before it goes out. Then do the one thing that goes wrong, once. Which is
the last print that you see, and which line stands between it and the next?
""",
    "blank page": """
A function is to say how many eggs a cake for `n` people needs. Nothing stands in it, and the cursor blinks. So first
do by hand what it will do, for the simplest case, for the next one, and for an odd one:

    2 people   ->  3 eggs      looked up in the book
    4 people   ->  6 eggs      two times that
    3 people   ->  5 eggs      4.5, and there is no half egg: up
    0 people   ->  0 eggs      no cake

Now say in a sentence what your hand did: take half of the people, times three, rounded up. The sentence becomes a
line or two of code, and the table becomes your test: go through it with what you wrote. It need not be good yet, only
true for the first row. Which are the first two rows for the function that is missing?
""",
    "giving back": """
A cloakroom hands out 50 hooks. Whoever leaves by the main door gives the hook back; whoever leaves through the garden
does not pass the desk. Nothing is noticed on the first evening. After a month all hooks are taken, by nobody.

    comes            takes a hook, writes the name on a list
    main door        gives the hook back, is struck off the list
    garden door      ...
    is carried out   ...

There are three things to look for: all that is taken when somebody comes (a hook, a line on each list), all ways to
leave, and for each pair of them the place where it is given back. The fewer such places, the better: if every way out
leads past one desk, it is enough to do it there. Which way out passes by your desk?
""",
    "who ends it": """
A telephone exchange drops calls: always when a caller dials a number that does not exist. The person at the desk
wanted to say "no such number", and did. Then the function came to its end, and with it the loop that had been
listening.

    for each thing that is dialled:
        is it a number?   no  ->  say so, and leave     <- leaves the loop, not only this round

To refuse one wish is not to end the conversation. Four things end a loop: `return`, `break`, an exception that nobody
catches in it, and a condition that becomes false. Go through the loop that reads, with the last line that came, and
look for those four. Which of them did this line meet, and should it have?
""",
    "separators": """
A settings file has lines such as `colour=red`. Splitting at the equals sign worked until somebody wrote a formula:

    colour=red            ->  colour | red
    rule=a=b              ->  rule | a | b          three parts
    quiet                 ->  quiet                 one part

The first sign separates the name from its value. All others belong to the value, and there may be none. A tool that
cuts everywhere gives a different number of parts for each line, and whoever unpacks two of them fails with one and
with three. Python's texts have several methods that cut, and two ways to say how often: look at what `str.split`
takes as its second argument, and at what `str.partition` always returns. Which of the two needs no special case for
`quiet`?
""",
    "blanks": """
A poet's lines are stored, each with the name of its author in front: `Ada two steps back`. The author is cut off, and
the rest printed. But the poem has lost its gaps:

    stored     Ada  two  steps  back
    pieces     Ada | two | steps | back
    joined     two steps back             the double blanks are gone

A split without an argument cuts at any run of blanks and throws the run away. Joining puts one blank where there were
two, and nobody can know any more how many there had been. Where only the front is wanted, only the front should be
cut off, once, and all that stands behind it should never be touched. Which of your lines looks inside a text that it
only has to pass on?
""",
    "as it came": """
A post office opens no letters. Once it did, with the best intentions: a clerk straightened what looked odd, wrote
names with capitals, and took out signs that he did not know. One of them was a chemical formula.

    came        H\u2082O \\ 5\u00b0
    delivered   H2O 5

Whoever passes a text on needs to find where it begins and where it ends, and nothing else about it. Methods that look
harmless know more than that: `splitlines` ends a line at ten different signs, not at one; `title`, `lower`, `strip`
and `encode(..., "ignore")` all give back something else than they got. List the methods that touch the text on its
way. For each, ask: what would be missing if it was not there?
""",
    "length": """
A fax machine stores up to 1,000 letters of a page. Longer pages were cut there, and nobody knew until a contract
lacked its last paragraph.

    page of 1,400 letters:   read 1,000   |   read 400   |   read 0
                             page 1           "page 2"       the end

A number at a reading function says how much it brings at the most in one go. It says nothing about how much there is.
So whoever finds less than a whole page, and no mark of its end, has to read on and put the parts together, up to a
limit that was agreed upon; and beyond that limit, to say so instead of being silent. How do you notice that what you
have read is not yet the end?
""",
    "clock moment": """
A museum stamps tickets with the time of entry. On the first day all tickets say 9:00: the stamp had been set when the
museum opened, and then used.

    9:00   open the doors, look at the clock      -> stamp = "9:00"
    9:20   a visitor: stamp                       -> 9:00
    11:45  a visitor: stamp                       -> 9:00

A value is computed when the line that computes it runs. At the top of a file, that is once. In a class or as the
default of a parameter: once, when Python reads it. In a function: each time that it is called. Mark the line that
looks at your clock, and ask how often it runs while three visitors come: once, three times, or once for each copy of
each ticket? It should be as often as something happens.
""",
    "clock format": """
A train's log shows `08:11:45`, and a moment later `08:11:12`. Time does not run backwards, so which number is wrong?
The conductor writes a column for each:

    on the platform   08:45:12
    in the log        08:11:45
                         ^^ November is month 11

The middle number is the month. In a format, letters stand for parts of a time, and capital and small letters are
different parts: one of `%m` and `%M` is the month; one of `%I` and `%H` counts only to twelve. To find the wrong one,
do not guess: write down three moments and what came for each. A number that never changes, one that changes too
slowly, one that stops at 12: each of them gives itself away.
""",
    "clock zone": """
A radio in Chicago announces the news for 3 p.m. and everybody wonders, since it is 9 in the morning. The station's
computer had been asked for the time of no place, which all computers agree on (UTC), and somebody had read it out.

    the computer's own count      one number, the same everywhere
    as UTC                        15:00
    as local time in Chicago      09:00

To add or take away hours by hand is no cure: in summer it is another number. The computer knows where it stands and
how its clocks are set; there is one function that asks for that, and another one that does not. Look up the pair in
the documentation of `time`, and in that of `datetime`: which of the two does your line use?
""",
    "own lock": """
A bathroom has a key. Ada takes it, locks herself in, and finds that there is no soap. The soap is in the cupboard,
which opens with the same key; a sign says: wait until the key hangs on its hook. Ada reads it, and waits.

    Ada has the key
      Ada wants the cupboard
        the rule there: wait for the key       it is in her own pocket

Nobody did anything forbidden, and there is no error, only silence. Two ways lead out. She takes the soap before she
locks herself in; or first she notes what she needs, comes out, hangs the key up, and only then goes to the cupboard.
Look at what you call while you hold the key: which of it asks for the key as well?
""",
    "two locks": """
Two cooks share one pan and one spoon. Ben takes the pan first and then the spoon. Cleo takes the spoon first and then
the pan. On most days that works. On one day:

    Ben takes the pan
                          Cleo takes the spoon
    Ben waits for the spoon
                          Cleo waits for the pan

Both wait for ever, and both are polite. A rule helps that is the same for everybody: first the pan, then the spoon.
Then whoever has the pan can be sure that nobody with the spoon waits for it. A second rule helps too: put one down
before you reach for the other. Write down the order in which each of your threads takes its locks. Where do two lists
differ?
""",
    "long hold": """
A pharmacy has one key to the cupboard, and a rule: who has the key may write in the stock book. One assistant takes
the key, writes a line, and then phones a customer who does not pick up. The queue reaches the street.

    takes the key
    writes one line          a second
    phones a customer        as long as it takes     <- with the key in the pocket
    hangs the key up

The key protects the book, not the telephone. What has to happen with the key: read or change the book. What has not:
whatever depends on somebody else. So the assistant copies what is needed, hangs the key up, and phones then. Go
through the lines under your lock. Which of them waits for a person, a network or a disk?
""",
    "copy": """
A teacher goes through the list of names, one finger on the line, and reads each aloud. Whoever hears that he is ill
goes home, and is struck off at once. Then the names below move up a line, while the finger goes on to the next line:

    Ada, Ben, Cleo, Dan       finger at 2: Ben leaves
    Ada, Cleo, Dan            finger goes to 3: Dan; Cleo was never read

A list that changes under a loop skips somebody; a set or a dictionary notices it and raises an exception. The teacher
copies the list in the morning and reads from the copy: what happens to the original does not matter any more. The
copying itself takes a moment, in which nobody may strike off anyone. Which line makes your copy, and what does it
hold meanwhile?
""",
    "twice": """
A lamp in a corridor has a switch at each end. Two people leave at the same time; each finds the lamp on and presses.
It is off, then on again. With a ladder instead of a switch it would be worse: the second one climbs to a bulb that is
not there.

    one     sees: still on        presses
    other              sees: still on        presses

There are two cures. Either both may do it, and doing it twice does no harm: "let it be off" instead of "change it".
Or only one may ever do it, and the other just lets that one know. The second is easier to think about: for each
thing, one place that takes it away. Who is it, of your two places, that always gets to know, however somebody leaves?
""",
    "loop variable": """
A postman has a letter for Ada. He walks along the street to look at all the bells and says each name to himself. At
the end of the street he delivers the letter: to Zoe, as that was the name he had said last.

    resident = "Ada"                    for whom the letter is
    for resident in ["Ben", "Zoe"]:     the same word, used again
        look at the bell of resident
    deliver to resident                 Zoe

A loop gives its variable a value in every round, and leaves the last one in it. It does not matter that the loop
stands in between and has nothing to do with the letter. Two different things need two names. Which of your names is
given a value a second time between the line that sets it and the line that uses it?
""",
    "ending": """
A theatre closes when the last person has gone. The audience has left, the actors too; but somebody on the roof is
still waiting for the rain to stop, and so the lights stay on all night.

    main thread      done
    thread 1         done
    thread 2         waits for something that may never come

A program ends when all of its threads have ended that it has to wait for. Some it need not wait for: helpers whose
work is worth nothing without the others. They can be marked as such when they are made, before they start, and then
they go when the rest goes. Which of your threads would still wait after the last guest, for what, and does anybody
need what it would do then?
""",
    "two waits": """
A porter waits for the telephone, and for guests at the door. He sits at the telephone until it rings. Guests stand in
the rain.

    one porter:    telephone ... ring ... door ... telephone ...
    two porters:   telephone ............................
                   door .................................

While a program waits in one call that does not return, it does nothing else, however important. Looking quickly at
one and then at the other seems to help, but each look waits too. With two porters each of them can wait as long as he
likes. What they need is to agree on what both of them touch: the guest book, and when to go home. Which of your
threads waits where? Draw a line for each, as above, and mark where one waits for two things.
""",
    "end of input": """
A clerk copies a tape, word by word, and ends when the tape says STOP. This tape was torn off before it. From its end
on, the reading machine answers each time: nothing. The clerk writes down nothing, and asks again, ten thousand times
a second.

    read  ->  "three"
    read  ->  "loaves"
    read  ->  ""         the end of the tape
    read  ->  ""         and again, for ever

The end of something is not one more word. Each function that reads has its own way to say it: an empty result, or an
exception. It is said as soon as it is so, and again at each further call. Look up what yours does, and make the round
in which that happens the last one. What does your loop do with it now?
""",
    "interrupt": """
A pianist practises. The doorbell rings: she stops in the middle of a bar, wherever she is. A good guest would not
mind; but the piano stays open and the lights on, as only the end of the piece reminds her of them.

    play bar 1
    play bar 2      <- bell
    play bar 3         never
    close the piano    never

Ctrl+C comes as an exception at the line that runs just then, and leaves everything on its way up. What must happen in
any case has to stand where every way out passes. And what comes after the bell but is no accident, such as saying
goodbye, needs a place that knows: this was no error, this person wants to go. Where do your two ways out meet?
""",
    "dead reader": """
A courier takes newspapers to five houses. At the third the house has burnt down. He returns to the office and reports
that, and houses four and five get no newspaper; even worse, the office strikes off the courier, not the house.

    house 1   delivered
    house 2   delivered
    house 3   gone         <- an exception
    house 4   ...
    house 5   ...

A failure belongs to the one delivery in which it happens, so it is caught there: around one house, not around the
whole tour. The courier notes that the third one is gone, goes on, and whoever is responsible for house 3 takes it off
the list. In whose thread does your exception arrive, and who else was still waiting for the same line?
""",
    "broken": """
Two people talk on the telephone. The talk may end in three ways: one says goodbye, one hangs up without a word, or
the line is cut. The first two are silence that means something; the third is a noise, and whoever expects only
silence is startled and drops the receiver.

    goodbye          a word that comes
    hangs up         nothing more comes
    line is cut      an exception, while listening or while speaking

All three mean the same: the talk is over, so the same has to be done. It is easiest if that stands at one place which
all of them pass, and if the third one is caught just so far that it gets there. Catching more than that would hide
other mistakes. Which kinds of exception can your line raise, and where do they all go?
""",
    "next please": """
A barber's shop: the barber opens the door, lets a customer in, and cuts his hair. Then he goes home. He is very good,
and only ever had one customer.

    open the door
    let one in
    cut                 an hour, during which nobody opens the door
    go home

Two things are missing: to come back to the door each time, and not to cut at the door. The loop around the door
should do nothing else than let people in and hand them to somebody who cuts. If the one at the door ever ends, by a
return or by an exception that one customer caused, nobody comes in any more, though all the others are still served.
What does your door do after the first one, and while the first one is there?
""",
    "tell first": """
Ada leaves a party. She tells the host "I am off", and then takes down the note on her chair that says "back soon".
The host is quick: he sees the empty chair and the note, believes that she is in trouble, and calls for help.

    Ada                        host
    says goodbye
                               sees: gone, but "back soon"   -> alarm
    takes down the note        too late

Both did the right things. Only the order was such that the other one could see a moment in between that means
something else. What another thread decides by has to be true before the thing happens that makes it look. Which of
your two lines makes the other thread look, and what does it find there if it looks at once?
""",
    "meeting point": """
Two friends want to meet "at the usual place". One of them has always meant the fountain, the other the station. Each
is on time, and each waits alone.

    Ada    no place named  ->  fountain
    Ben    no place named  ->  station

Neither is wrong; only together they are. What holds if nobody says anything (a default) has to be the same on both
sides, and has to be written down where both of them look. There is another trap: if somebody stands at that place
already, it may be Ada herself, who forgot that she had come an hour ago. Look at both programs: where does each say
what it takes if nobody names one? And who is at that place right now?
""",
    "spelling": """
A form says `surname`; the clerk looks for `family_name`, and stops. On another form the box is there, but nobody has
written in it: he stops just as well, with another complaint.

    form A   surname: Ng          looked for: family_name    there is no such box
    form B   surname:             looked for: surname        there is nothing in it
    form C   (torn in half)       looked for: surname        this half has no boxes

Three different things, and one line that trusted in all three. For each ask: where is this thing made, under which
name, and is there a way to this line on which that has not happened? Where the name itself comes from outside, from a
person, it may be anything. Who makes sure beforehand that it is one of those that exist?
""",
    "reading python": """
A cook reads a recipe aloud: "Take three eggs, stir, and put the (" and stops. The bracket is never closed. He
complains about the line below, `bake for an hour`, as that is where he noticed that something is missing.

    3  mix(eggs, flour
    4  bake(60)
       ^ here he is at a loss; the bracket is missing a line above

Python reads from top to bottom as well, and names the first place at which it cannot go on. The mistake is there or
just above: a bracket, a quote, a colon, a blank too many. It is similar with an import: Python looks beside your
program first, under just that name, and takes what it finds. Read the line it names, and the one above it, aloud.
What would you expect to come next?
""",
    "own tail": """
A dictionary explains "large" as "of great size", "size" as "how large something is". Whoever follows the words goes
round in a circle until he is tired.

    large -> size -> large -> size -> ...

A function that asks itself, directly or by way of others, needs two things: a case in which it answers without
asking, and a question that is smaller every time, so that this case comes. Often a circle was not even wanted: two
functions, each of which believes that the other one does the work. Write down which function calls which, with an
arrow, starting at the line that is named. Where does an arrow come back to where you have been, and which of the
functions should do the work?
""",
    "race": """
A cinema has one seat left, and two desks. Both look into the book, both see the seat, both sell it. Each desk did
everything right, in the right order.

    desk 1                desk 2
    one seat left?  yes
                          one seat left?  yes
    sell it
                          sell it

Looking and selling belong together, and between them nobody else may look. It does not help that each of the two is
quick, nor that each of them holds the book for a moment: it has to be held from the look to the sale. A thousand
evenings may pass before it happens. Which of your lines look at something, which of them act on it, and what could
another thread do in between?
""",
    "score": """
Before a concert, a pupil writes down what the audience will hear, bar by bar, and follows with a finger while the
orchestra plays. At bar 12 the finger stops: an oboe was to come, and a flute came.

    bar 11   violins          violins
    bar 12   oboe             flute
    bar 13   oboe, drum       oboe

The orchestra has played all evening what stands in the score, and so it is the note of the pupil that is wrong. Two
slips are common. One skips something that was heard as well, and from there on everything stands one bar too early.
The other lets somebody play who has left the stage. Where does your finger stop for the first time? Forget all bars
after that one. Who is on the stage at that moment, and what does the score give to each of them?
""",
    "smoke alarm": """
Somebody tests a smoke alarm: it hangs on the ceiling, the light blinks, it has been quiet all week. All of that is
true, and an alarm without a battery would be just as quiet.

    what was done          a good alarm     no battery      a deaf sensor
    looked at the light    blinks           dark            blinks
    waited for a week      quiet            quiet           quiet
    held a match below     shrieks          quiet           quiet

Only a question to which a broken one gives another answer is a test of it. So one begins at the other end: think of
one way in which it can be broken, then of something to do at which this would be heard or missed, and write down
what a good one does then. Sometimes that is silence. Which ways of being broken does each of your lines find out,
and which of them does no line find out yet?
""",
}  # fmt: skip
