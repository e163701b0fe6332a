"""What a check raises: something did not come about, or cannot be tried here."""

from __future__ import annotations

from grading.results.causes import Cause


class Unmet(AssertionError):
    """What a check expected did not come about."""

    def __init__(
        self,
        expected: str,
        got: str,
        cause: Cause | None = None,
        late: bool = False,
        perhaps: Cause | None = None,
        missing: bool = True,
    ) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self.cause = cause
        self.perhaps = perhaps  # a cause that holds unless the program gave a better one
        self.late = late  # it may only have been too slow
        self.once = False  # it was tried again at once, and not seen again
        self.missing = missing  # something did not come; otherwise something came that was wrong


def expect(true: bool, expected: str, got: str) -> None:
    """Fail with these words unless `true`."""
    if not true:
        raise Unmet(expected, got, missing=False)


class CannotTell(Exception):
    """This system cannot try what a check is about: it counts for nothing. The message is a sentence that says why."""
