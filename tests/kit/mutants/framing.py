"""Lines and messages: what people get wrong in step 1."""

from __future__ import annotations

from tests.kit.killing import Mutant

MUTANTS = [
    Mutant(
        name="one_recv_is_one_message",
        mistake="takes one recv() for one message",
        step="step1",
        program="server",
        old='''        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):
            line = data.rstrip(b"\\r\\n")
''',
        new='''        while data := self.sock.recv(65536):
            line = data.rstrip(b"\\r\\n")
''',
        caught_by=("step1/server/two_messages_in_one_segment", "step1/server/a_message_in_pieces"),
    ),
]
