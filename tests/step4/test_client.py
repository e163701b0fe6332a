"""Step 4: the client shows what it hears."""

from grading.people.desk import Desk
from grading.suite import check

LONGEST_TEXT = 4096 - len("MESSAGE:")  # in the longest line that a client may send


@check(1, "Show a line that is not meant for the program as it is.", rests=("client.shows",))
def test_stamped_messages_are_shown(desk: Desk) -> None:
    """A message with its time is shown as it came."""
    desk.sits_down()
    longest = " ".join(f"word{number}" for number in range(1000))[:LONGEST_TEXT]
    for line in (
        "Alice [14:30:15]: Hello everyone!",
        "Bob [14:30:20]: Hi Alice! It's 14:30.",
        "Bob [14:30:22]: Eve [14:30:15]: so she said, and [1]: so did I.",
        f"{'B' * 32} [14:30:25]: {longest}",
    ):
        desk.wire_says(line + "\n")
        desk.sees(line)
