"""A chat client with everything in one big class. Host and port are hard-coded, only --username is
looked for, by hand; the main thread listens to the server while another one waits in input()."""

import os
import select
import socket
import sys
import threading
import time


class ChatClient:
    serverHost = "localhost"
    serverPort = 8080

    def __init__(self):
        self.clientSocket = None
        self.sendLock = threading.Lock()
        self.showLock = threading.Lock()
        self.answered = threading.Event()
        self.isJoined = False
        self.isLeaving = False
        self.isLost = False

    # ---------------- program ----------------

    def usernameFromCommandLine(self):
        words = sys.argv[1:]
        for position, word in enumerate(words):
            if word == "--username" and position + 1 < len(words):
                return words[position + 1]
            if word.startswith("--username="):
                return word[len("--username=") :]
        return None

    def runClient(self):
        sys.stdout.reconfigure(errors="replace")
        sys.stdin.reconfigure(errors="replace")
        try:
            self.clientSocket = socket.create_connection((self.serverHost, self.serverPort))
        except OSError:
            print("Could not connect to the chat server", flush=True)
            sys.exit(1)
        except KeyboardInterrupt:
            print("Disconnected", flush=True)
            sys.exit(0)
        self.showText("Connected to chat server")
        try:
            threading.Thread(target=self.typeForever, daemon=True).start()
            self.listenForever()
        except KeyboardInterrupt:
            self.sayGoodbye()
            self.listenForOneSecond()
        self.endProgram()

    def endProgram(self):
        """End at once, because the other thread may be waiting in input() for ever."""
        if self.isLeaving:
            self.showText("Disconnected")
            os._exit(0)
        self.showText("Connection lost")
        os._exit(1)

    # ---------------- main thread: what comes from the server ----------------

    def listenForever(self):
        """Show what comes until the server has closed, or for a second after QUIT."""
        waitingBytes = b""
        leavingSince = None
        while True:
            if self.isLeaving and leavingSince is None:
                leavingSince = time.monotonic()
            if leavingSince is not None and time.monotonic() - leavingSince > 1:
                return
            if not select.select([self.clientSocket], [], [], 0.1)[0]:
                continue
            try:
                newBytes = self.clientSocket.recv(4096)
            except OSError:
                newBytes = b""
            if newBytes == b"":
                self.isLost = True
                return
            waitingBytes = waitingBytes + newBytes
            while b"\n" in waitingBytes:
                line, waitingBytes = waitingBytes.split(b"\n", 1)
                if line.endswith(b"\r"):
                    line = line[:-1]
                self.showLine(line.decode("utf-8", errors="replace"))

    def listenForOneSecond(self):
        try:
            self.listenForever()
        except KeyboardInterrupt:
            pass

    def showLine(self, line):
        if line.startswith("JOINED:"):
            self.showText("Joined as: " + line[len("JOINED:") :])
            self.isJoined = True
            self.answered.set()
        elif line.startswith("USER_JOINED:"):
            self.showText(line[len("USER_JOINED:") :] + " joined")
        elif line.startswith("USER_LEFT:"):
            self.showText(line[len("USER_LEFT:") :] + " left")
        elif line.startswith("ERROR:"):
            self.showText("Error: " + line[len("ERROR:") :])
            self.answered.set()
        elif line.startswith("PRIVATE:"):
            sender, text = (line[len("PRIVATE:") :] + ":").split(":", 1)
            self.showText("Private from " + sender + ": " + text[:-1])
        elif line.startswith("JOINED_ROOM:"):
            self.showText("Joined room: " + line[len("JOINED_ROOM:") :])
        elif line.startswith("USERS:"):
            self.showText("Users online: " + line[len("USERS:") :])
        elif line != "":
            self.showText(line)

    def showText(self, text):
        harmless = ""
        for letter in text:
            isControl = ord(letter) < 32 or 127 <= ord(letter) <= 159
            harmless += " " if isControl else letter
        with self.showLock:
            print(harmless, flush=True)

    # ---------------- other thread: what is typed ----------------

    def typeForever(self):
        try:
            self.joinChat()
            while True:
                self.sayTyped(self.readTyped("> "))
        except EOFError:
            self.sayGoodbye()
        except OSError:
            pass  # the main thread sees the end, too

    def readTyped(self, prompt):
        typed = input(prompt)
        if typed.strip().lower() == "quit":
            raise EOFError
        return typed

    def joinChat(self):
        username = self.usernameFromCommandLine()
        while not self.isJoined:
            while not username:
                username = self.readTyped("Enter username: ").strip()
            self.answered.clear()
            self.sendLine("JOIN:" + username)
            if not self.answered.wait(2):
                return  # a taciturn server; go on and see
            username = None

    def sayTyped(self, typed):
        words = typed.split(" ", 2)
        if typed.startswith("//"):
            self.sendLine("MESSAGE:" + typed[1:])
        elif words[0] == "/msg":
            if len(words) < 3:
                self.showText("Error: /msg wants a name and a text")
            else:
                self.sendLine("PRIVATE:" + words[1] + ":" + words[2])
        elif words[0] == "/join":
            self.sendLine("JOIN_ROOM:" + "".join(words[1:]))
        elif words[0] == "/users":
            self.sendLine("LIST_USERS")
        elif typed != "":
            self.sendLine("MESSAGE:" + typed)

    def sendLine(self, line):
        with self.sendLock:
            if not self.isLeaving:
                self.clientSocket.sendall((line + "\n").encode("utf-8", errors="replace"))

    def sayGoodbye(self):
        if self.isLost or self.isLeaving:
            return
        self.isLeaving = True
        try:
            self.clientSocket.sendall(b"QUIT\n")
            self.clientSocket.shutdown(socket.SHUT_WR)
        except OSError:
            pass


if __name__ == "__main__":
    ChatClient().runClient()
