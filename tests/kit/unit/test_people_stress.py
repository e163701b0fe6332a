"""The longer scenes wait for nothing that cannot come."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from grading.people.stress import before_it_is_read


def test_nobody_waits_for_a_server_that_stands_still_to_come_to_rest() -> None:
    talk = SimpleNamespace(is_in_turmoil=False)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as server:
        room: Any = SimpleNamespace(talk=talk, server=SimpleNamespace(process=server))
        with before_it_is_read(room):
            assert talk.is_in_turmoil
        assert not talk.is_in_turmoil
        with pytest.raises(LookupError), before_it_is_read(room):
            raise LookupError
        assert not talk.is_in_turmoil
        server.kill()
