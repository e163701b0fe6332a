import argparse
import socket
import sys
import threading
from types import SimpleNamespace

state = SimpleNamespace(joined=False, leaving=False, answer=threading.Event())


def leave(connection):
    state.leaving = True
    try:
        connection.send(b"QUIT\n")
        connection.shutdown(socket.SHUT_RDWR)  # wakes recv() in the main thread
    except OSError:
        pass


def translate(typed):
    if typed[:2] == "//":
        return "MESSAGE:" + typed[1:]
    if typed[:1] == "/":
        verb, *words = typed[1:].split(" ", 2)
        if verb == "users":
            return "LIST_USERS"
        if verb == "join" and words:
            return "JOIN_ROOM:" + words[0]
        if verb == "msg" and len(words) == 2:
            return "PRIVATE:" + ":".join(words)
    return "MESSAGE:" + typed


def login(connection, wanted):
    while not state.joined:
        wanted = wanted or input("Enter username: ")
        if wanted:
            state.answer.clear()
            connection.sendall(b"JOIN:%s\n" % wanted.encode(errors="ignore"))
            state.answer.wait()
        wanted = None


def keyboard(connection, wanted):
    try:
        login(connection, wanted)
        while True:
            typed = input("> ")
            if typed == "quit":
                break
            if typed:
                connection.sendall(translate(typed).encode(errors="ignore") + b"\n")
    except EOFError:
        print()
    except OSError:
        return  # the main thread sees that as well
    leave(connection)


def harmless(text):
    return "".join(filter(lambda c: c == "\t" or c.isprintable() or ord(c) > 0x9F, text))


def display(line):
    if line.startswith("JOINED:"):
        line = "Joined as: " + line.split(":", 1)[1]
        print(harmless(line))
        state.joined = True
        state.answer.set()
    elif line.startswith("ERROR:"):
        print("Error:", harmless(line[len("ERROR:"):]))
        state.answer.set()
    elif line.startswith("USER_"):
        event, who = line.split(":", 1)
        print(harmless(who), event[len("USER_"):].lower())
    else:
        print(harmless(line))


def receive(connection):
    incomplete = bytearray()
    while True:
        chunk = connection.recv(1024)
        if not chunk:
            return
        for byte in chunk:
            if byte == 10:
                display(incomplete.decode("utf-8", errors="replace"))
                incomplete = bytearray()
            else:
                incomplete.append(byte)


def main():
    parser = argparse.ArgumentParser()
    for flag, value in (("host", "localhost"), ("port", 8080), ("username", "")):
        parser.add_argument("--" + flag, type=type(value), default=value)
    args = parser.parse_args()
    try:
        connection = socket.create_connection((args.host, args.port))
    except OSError as exc:
        print("The server cannot be reached:", exc, file=sys.stderr)
        return 2
    print("Connected to chat server")
    threading.Thread(target=keyboard, args=(connection, args.username), daemon=True).start()
    try:
        receive(connection)
    except KeyboardInterrupt:
        leave(connection)
    except OSError:
        pass
    if state.leaving:
        print("Disconnected")
        return 0
    print("Connection lost")
    return 1


if __name__ == "__main__":
    sys.exit(main())
