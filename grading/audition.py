"""Find out, before the checks of step 1 run, whether a server knows JOIN: from step 2 on one must join to be heard."""

from __future__ import annotations

import contextlib

from grading.addresses import Address
from grading.person import KNOCK
from grading.program import Production, Unmet
from grading.room import Room


def knows_join(production: Production) -> bool:
    """Return whether JOIN is answered with JOINED. A server that answers nothing at all is taken at its step."""
    room = Room(production, step=1)
    try:
        ann, bob = room.connect("Ann"), room.connect("Bob")
        ann.commands("JOIN:Ann")
        bob.says("knock")
        with contextlib.suppress(Unmet):
            bob.hears(bob, "knock", beats=KNOCK)
        ann.says("knock, too")
        with contextlib.suppress(Unmet):
            ann.hears(ann, "knock, too", beats=KNOCK)
        if any("JOINED:Ann" in line for line in ann.heard):  # a prompt without a newline may stand before it
            return True
        return production.step > 1 and not any("knock" in line for line in ann.heard + bob.heard)
    except Unmet:
        return production.step > 1
    finally:
        room.close()


def where_it_listens(production: Production) -> list[Address]:
    """Return for which hosts and ports the server asks; none where there is none, or it does not listen."""
    if not (production.work / "chat_server.py").is_file():
        return []
    room = Room(production, step=1)
    try:
        room.opens()
        room.goes_on()  # it may listen once more
        return room.server.stage.asked
    except Unmet:
        return []
    finally:
        room.close()
