"""What the page leaves open: every point on which right servers differ, with a name and a sentence each."""

from __future__ import annotations

from enum import Enum


class Tolerated(Enum):
    """A point on which right servers differ. The model allows each of them, unless told to be strict about it."""

    GREETING = "A server may greet people, in whole lines, until their JOIN is answered."
    FAREWELL = "A server may say goodbye to those who leave, and answer what they still say."
    OWN_ARRIVAL = "A newcomer may hear its own USER_JOINED, and somebody who leaves its own USER_LEFT."
    LATER_LOOK = "A server may know the commands of later steps, and give its messages the look of later steps."
    BLANKS_AT_ENDS = "Blanks at the ends of a line, a text or a name may be lost; so a name with them may be accepted."
    EMPTY_TEXT = "A message without a text, or of blanks alone, may be sent on, ignored or refused."
    LINE_OF_BLANKS = "A line of blanks may be taken for an empty one, or refused."
    NOTHING_BEFORE_COLON = "A line with nothing before its first colon may be taken for an empty one, or refused."
    BLANKS_AT_COMMAND = "A command with blanks before or after it may be obeyed, or refused."
    CASE_OF_COMMAND = "A command in lower case may be obeyed, or refused."
    MORE_THAN_ASKED = "QUIT: and QUIT now, and a LIST_USERS with an argument, may be obeyed, or refused."
    NO_NEWLINE_AT_END = "A last line that ends with the connection instead of a newline may be obeyed, or ignored."
    RETURN_IN_LINE = r"A \r inside a line may stay, be lost, become a blank or end the line."
    RETURN_COUNTS = r"The limit of 4096 bytes may count the \r before the newline."
    OTHER_ALPHABETS = "A name with letters of other alphabets may be accepted, or refused."
    TO_ONESELF = "A PRIVATE to oneself may be heard, ignored or refused."
    OWN_ROOM = "JOIN_ROOM of the room one is in may be answered, ignored or refused."
    HISTORY_OF_ROOMS = "Whoever enters a room may hear what was said in it before."
    NAME_FREE_SHORTLY = "The name of somebody who left may be in use for another moment after USER_LEFT was heard."
    HEARD_SHORTLY = "Somebody who has left, and still listens, may hear what is said for another moment."
    STALLED_READER = "A server may hang up on somebody who stops reading."


TOLERATED: dict[str, str] = {point.name.lower(): point.value for point in Tolerated}
