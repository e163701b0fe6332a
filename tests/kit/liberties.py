"""Right programs that each take one liberty more than the reference: one place changed, and still the page is kept."""

from __future__ import annotations

from pathlib import Path

from grading.protocol.tolerated import Tolerated
from grading.skeletons import finished
from tests.kit.killing import submission

REMOVED = "            self.clients.remove(client)\n            self.empty_rooms()\n"
GONE_SOON = """\
            if getattr(client, "is_gone", False):
                return
            client.is_gone = True
"""
FINISHED = "            self.see_off(client)\n"
FINISHED_SOON = """\
            for _ in range(100):
                if client in self.clients:
                    time.sleep(0.01)
            self.forget_the_gone()
            self.see_off(client)
"""
REFUSED = '            client.send(f"ERROR:{reason}")\n'
FORGOTTEN = f"""\
{REFUSED}        finally:
            self.forget_the_gone()

    def forget_the_gone(self):
        with self.lock:
            self.clients = [client for client in self.clients if not getattr(client, "is_gone", False)]
            self.empty_rooms()
"""
UNTIL_THE_NEXT_LINE = ((REMOVED, GONE_SOON), (FINISHED, FINISHED_SOON), (REFUSED, FORGOTTEN))

LIBERTIES: dict[Tolerated, tuple[tuple[str, str], ...]] = {
    Tolerated.RETURN_IN_LINE: (("yield line.decode()", 'yield from line.decode().split("\\r")'),),
    Tolerated.RETURN_COUNTS: (("if len(line) > MAX_LINE:", 'if len(data.rstrip(b"\\n")) > MAX_LINE:'),),
    Tolerated.TO_ONESELF: (("        if not found:\n", "        if not found or found[0] is client:\n"),),
    Tolerated.OWN_ROOM: (
        (
            "        if not NAME.fullmatch(room):\n",
            '        if room == client.room:\n            raise Refused("there already")\n'
            "        if not NAME.fullmatch(room):\n",
        ),
    ),
    Tolerated.NAME_FREE_SHORTLY: UNTIL_THE_NEXT_LINE,
    Tolerated.HEARD_SHORTLY: UNTIL_THE_NEXT_LINE,
    Tolerated.STALLED_READER: (("MAX_WAITING = 1024 * 1024 ", "MAX_WAITING = 128 * 1024 "),),
}


def taking(point: Tolerated, folder: str) -> Path:
    """Return where the reference stands that takes this liberty."""
    return _changed(LIBERTIES[point], folder)


def taking_all(folder: str) -> Path:
    """Return where the reference stands that takes all these liberties at once."""
    return _changed(tuple(dict.fromkeys(change for changes in LIBERTIES.values() for change in changes)), folder)


def _changed(changes: tuple[tuple[str, str], ...], folder: str) -> Path:
    files = finished("advanced")
    source = files["chat_server.py"]
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return submission({**files, "chat_server.py": source}, folder)
