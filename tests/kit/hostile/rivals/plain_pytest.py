"""What a teacher may write for pytest: start the program, talk to it, end it."""

import socket
import subprocess
import sys
import time

PORT = 8080
SECONDS = 10


def connected():
    ends_at = time.monotonic() + 2 * SECONDS
    while True:
        try:
            return socket.create_connection(("localhost", PORT), SECONDS)
        except OSError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.05)


def test_everyone_hears_what_one_says():
    server = subprocess.Popen([sys.executable, "chat_server.py"])
    try:
        with connected() as ann, connected() as bob:
            time.sleep(0.5)
            ann.sendall(b"MESSAGE:hello\n")
            assert bob.recv(1024) == b"hello\n"
            assert ann.recv(1024) == b"hello\n"
    finally:
        server.kill()
        server.wait()


def test_what_the_server_says_is_shown():
    with socket.create_server(("localhost", PORT)) as listener:
        listener.settimeout(2 * SECONDS)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        client = subprocess.Popen([sys.executable, "chat_client.py"], text=True, **pipes)
        try:
            client.stdin.write("Ann\n")
            client.stdin.flush()
            with listener.accept()[0] as server:
                server.sendall(b"hello\n")
                time.sleep(0.5)
                assert "hello" in client.communicate("quit\n", timeout=SECONDS)[0]
        finally:
            client.kill()
            client.wait()
