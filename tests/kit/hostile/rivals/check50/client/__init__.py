"""What a teacher may write for check50: start the program, talk to it, end it."""

import socket

import check50

PORT = 8080
SECONDS = 10


def come(listener):
    try:
        return listener.accept()[0]
    except OSError:
        raise check50.Failure("the client did not come") from None


@check50.check()
def exists():
    """chat_client.py exists"""
    check50.exists("chat_client.py")


@check50.check(exists)
def is_shown():
    """what the server says is shown"""
    with socket.create_server(("localhost", PORT)) as listener:
        listener.settimeout(2 * SECONDS)
        client = check50.run("python3 chat_client.py")
        try:
            client.stdin("Ann", prompt=False)
            with come(listener) as server:
                server.sendall(b"hello\n")
                client.stdout("hello", timeout=SECONDS)
        finally:
            client.kill()
