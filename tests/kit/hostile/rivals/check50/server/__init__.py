"""What a teacher may write for check50: start the program, talk to it, end it."""

import socket
import time

import check50

PORT = 8080
SECONDS = 10


def connected():
    ends_at = time.monotonic() + 2 * SECONDS
    while True:
        try:
            return socket.create_connection(("localhost", PORT), SECONDS)
        except OSError:
            if time.monotonic() > ends_at:
                raise check50.Failure("nobody listens") from None
            time.sleep(0.05)


def hears(person):
    try:
        return person.recv(1024)
    except OSError as error:
        raise check50.Failure(f"nothing came: {error}") from None


@check50.check()
def exists():
    """chat_server.py exists"""
    check50.exists("chat_server.py")


@check50.check(exists)
def everyone_hears():
    """everyone hears what one says"""
    server = check50.run("python3 chat_server.py")
    try:
        with connected() as ann, connected() as bob:
            time.sleep(0.5)
            ann.sendall(b"MESSAGE:hello\n")
            for person in (bob, ann):
                if hears(person) != b"hello\n":
                    raise check50.Failure("somebody did not hear it")
    finally:
        server.kill()
