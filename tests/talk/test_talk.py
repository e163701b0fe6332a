"""The student's own talk: somebody wrote it, it is true, and it notices mistakes. It counts with `--with-talks`.

These checks start before those of programs, which may use up the time of a grading.
"""

from fractions import Fraction

from grading.rehearsal.marking import Rehearsal
from grading.suite import check

HANDED_OUT = (  # digests of the talks that the steps begin with
    "468b71bf1a88d342",
    "e0835166820ed850",
    "87a7dc216a71d7fe",
    "82600f50560b7479",
    "0280e99c54bc93ea",
)


@check(
    1,
    "Copy the `talk.txt` of the step as `my-talk.txt`, beside your programs, and add what nobody has said in it yet.",
    gate=True,
)
def test_it_can_be_read(rehearsal: Rehearsal) -> None:
    """Your talk is your own, and can be read."""
    rehearsal.can_be_read()
    rehearsal.is_none_of(HANDED_OUT)


@check(2, "Who hears what at that moment? The page of the protocol says it.", early=True)
def test_every_right_server_passes_it(rehearsal: Rehearsal) -> None:
    """Every server that does what the page says passes your talk."""
    rehearsal.holds()


@check(3, "What has nobody said yet in your talk, and who would have to hear what?", early=True)
def test_it_notices_half(rehearsal: Rehearsal) -> None:
    """Your talk notices half of the mistakes of this step."""
    rehearsal.notices(Fraction(1, 2))


@check(3, "What has nobody said yet in your talk, and who would have to hear what?", early=True)
def test_it_notices_three_quarters(rehearsal: Rehearsal) -> None:
    """Your talk notices three quarters of the mistakes of this step."""
    rehearsal.notices(Fraction(3, 4))
