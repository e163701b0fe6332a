"""Conversations are invented, told and shrunk, always in the same way."""

from __future__ import annotations

import pytest

from grading.protocol.conversations import CLOSES, HALF_CLOSES, RESETS, Act, Conversation, and_all_leave, told
from grading.protocol.inventing import invent
from grading.protocol.shrinking import shrunk

STEPS = range(1, 6)
MANY = 400  # seeds


def all_bytes(step: int) -> bytes:
    return b"".join(act.data for seed in range(MANY) for act in invent(step, seed))


@pytest.mark.parametrize("step", STEPS)
def test_the_same_seed_is_the_same_conversation(step: int) -> None:
    assert invent(step, 7) == invent(step, 7)
    assert len({invent(step, seed) for seed in range(50)}) == 50


def test_texts_hold_what_other_programs_trip_over() -> None:
    data = all_bytes(2)
    for sign in (
        "\u2028",
        "\x85",
        "\x0b",
        "\0",
        "\x1b",
        "e\u0301",
        "\N{PARTY POPPER}",
        "QUIT",
        "USER_LEFT:Ann",
        "one\rtwo",
    ):
        assert sign.encode() in data, ascii(sign)
    assert b"MESSAGE: " in data or b"MESSAGE:\t" in data


def test_names_stand_on_both_sides_of_every_border() -> None:
    data = all_bytes(2)
    for name in ("x" * 32, "x" * 33, "ann", "An", "", "a:b", "a,b", "Ann "):
        assert f"JOIN:{name}\n".encode() in data or f"JOIN:{name}\r\n".encode() in data, name


def test_lines_stand_on_both_sides_of_the_limit() -> None:
    sizes = {len(line.removesuffix(b"\r")) for line in all_bytes(3).split(b"\n")}
    assert {4096, 4097} <= sizes
    assert max(len(line.removesuffix(b"\r")) for line in all_bytes(2).split(b"\n")) == 4096


def test_people_leave_in_every_way_from_step_3_on() -> None:
    acts = [act for seed in range(MANY) for act in invent(3, seed)]
    assert {act.leaves for act in acts} == {"", CLOSES, HALF_CLOSES, RESETS}
    assert any(act.data and b"\n" not in act.data and act.leaves for act in acts)
    assert any(b"QUIT\n" in act.data and act.leaves for act in acts)
    assert {act.leaves for seed in range(MANY) for act in invent(2, seed)} == {"", CLOSES}


def test_now_and_then_more_than_ten_people_come() -> None:
    assert max(len({act.who for act in invent(5, seed)}) for seed in range(MANY)) > 10


def test_no_step_speaks_of_what_a_later_one_brings() -> None:
    for word in (b"\nPRIVATE:", b"\nJOIN_ROOM:", b"\nLIST_USERS\n"):
        assert word in all_bytes(5)
        assert word not in all_bytes(4)
    assert not any(act.data.startswith(b"JOIN:") for seed in range(MANY) for act in invent(1, seed, joins=False))


def test_a_conversation_is_told_one_act_a_line() -> None:
    conversation = (
        Act("Eve"),
        Act("Ann", b"JOIN:Ann\n"),
        Act("Bob", b"JOIN:x\n"),
        Act("Ann", b"MESSAGE:two\xe2\x80\xa8lines\n", waits=False),
        Act("Bob", b"MESSAGE:cut\n", cuts=(4,)),
        Act("Bob", b"MESSAGE:bye\nQUIT\n", leaves=CLOSES),
        Act("Eve", leaves=RESETS),
        Act("Eve"),
        Act("Ann", b"MESSAGE:" + b"x" * 4000 + b"\n"),
    )
    assert told(conversation) == [
        "Eve connects",
        "Ann joins",
        'Bob asks to join as "x"',
        'Ann says "two\\u2028lines", and at the same moment',
        'Bob sends "MESS", then "AGE:cut\\n"',
        'Bob sends "MESSAGE:bye\\nQUIT\\n" and closes the connection',
        "Eve breaks the connection (reset)",
        "Eve connects",
        f'Ann says "{"x" * 30}…{"x" * 15}" (4000 bytes)',
    ]


def test_at_the_end_all_can_be_made_to_leave() -> None:
    conversation = (Act("Ann"), Act("Bob", leaves=RESETS), Act("Cyd", leaves=CLOSES), Act("Cyd"))
    assert and_all_leave(conversation)[4:] == (Act("Ann", leaves=CLOSES), Act("Cyd", leaves=CLOSES))
    assert and_all_leave(()) == ()


def test_pieces_make_up_the_whole() -> None:
    for seed in range(MANY):
        for act in invent(5, seed):
            assert b"".join(act.pieces) == act.data


def bob_says_a_colon(conversation: Conversation) -> bool:
    """Fail like a server that cuts a text at its colon, where somebody else listens."""
    says = [at for at, act in enumerate(conversation) if act.who == "Bob" and b":" in act.data.partition(b":")[2]]
    return bool(says) and any(act.who == "Ann" for act in conversation[: says[0]])


def test_what_fails_is_made_as_short_as_it_can_be() -> None:
    long = tuple(
        Act(who, f"MESSAGE:{text}\n".encode(), cuts=(3, 5))
        for who, text in (("Ann", "a:b"), ("Cyd", "hello"), ("Bob", "at 10:30 we have tea"), ("Ann", "x"), ("Cyd", "y"))
    )
    shortest = shrunk(long, bob_says_a_colon)
    assert [act.who for act in shortest] == ["Ann", "Bob"]
    assert shortest[1] == Act("Bob", b"MESSAGE::\n")


def test_shrinking_ends_after_so_many_tries() -> None:
    tries: list[Conversation] = []

    def fails(conversation: Conversation) -> bool:
        tries.append(conversation)
        return False

    conversation = invent(5, 1)
    assert shrunk(conversation, fails, most=10) == conversation
    assert len(tries) == 10
