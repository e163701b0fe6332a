"""A chat server with everything in one big class: localhost and 8080 are hard-coded, options are
ignored. Readers only fill an inbox; one dispatcher thread owns all state, so there are no locks."""

import os
import queue
import signal
import socket
import threading
import time


class ChatServer:
    host = "localhost"
    port = 8080
    maxLine = 4096
    maxWaiting = 2 * 1024 * 1024
    historySize = 20
    secondsToLeave = 2
    nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."

    def __init__(self):
        self.inbox = queue.Queue(maxsize=1000)
        self.clients = {}  # number -> dictionary with all that is known about a client
        self.usernames = {}  # username -> number
        self.history = []
        self.lastNumber = 0
        self.isStopping = False

    # ---------------- main thread ----------------

    def startServer(self):
        signal.signal(signal.SIGINT, self.stopServer)
        serverSocket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            serverSocket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        serverSocket.bind((self.host, self.port))
        serverSocket.listen(128)
        serverSocket.settimeout(0.25)
        dispatcher = threading.Thread(target=self.dispatchForever, daemon=True)
        dispatcher.start()
        print("Chat server started on " + self.host + ":" + str(self.port), flush=True)
        while not self.isStopping:
            self.acceptClient(serverSocket)
        serverSocket.close()
        self.inbox.put(("stop", 0, None, None))
        dispatcher.join(1)
        print("Chat server stopped", flush=True)

    def stopServer(self, signalNumber, frame):
        self.isStopping = True

    def acceptClient(self, serverSocket):
        try:
            clientSocket, address = serverSocket.accept()
        except TimeoutError:
            return
        except OSError:
            time.sleep(0.1)
            return
        self.lastNumber += 1
        clientSocket.setblocking(True)
        arguments = (self.lastNumber, clientSocket, address)
        threading.Thread(target=self.readForever, args=arguments, daemon=True).start()

    # ---------------- one reader thread per client ----------------

    def readForever(self, number, clientSocket, address):
        client = {"socket": clientSocket, "reader": threading.current_thread(), "outbox": queue.Queue()}
        client.update(username=None, room="lobby", queuedBytes=0, sentBytes=0, slow=False)
        threading.Thread(target=self.writeForever, args=(client,), daemon=True).start()
        self.inbox.put(("hello", number, client, address))
        try:
            clientSocket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.readLines(number, clientSocket)
        except OSError:
            pass
        self.inbox.put(("bye", number, None, None))

    def readLines(self, number, clientSocket):
        """Put every line into the inbox: as text, as None if it is too long, as bytes if it is no text."""
        line = b""
        throwingAway = False
        while True:
            data = clientSocket.recv(4096)
            if data == b"":
                return
            while b"\n" in data:
                end, data = data.split(b"\n", 1)
                if not throwingAway:
                    self.putLine(number, line + end)
                throwingAway = False
                line = b""
            if not throwingAway:
                line = line + data
            if len(line) > self.maxLine + 1:
                self.inbox.put(("line", number, None, None))
                throwingAway = True
                line = b""

    def putLine(self, number, line):
        arrival = time.localtime()
        if line.endswith(b"\r"):
            line = line[:-1]
        if len(line) > self.maxLine:
            self.inbox.put(("line", number, None, arrival))
            return
        try:
            self.inbox.put(("line", number, line.decode("utf-8"), arrival))
        except UnicodeDecodeError:
            self.inbox.put(("line", number, line, arrival))

    # ---------------- one writer thread per client ----------------

    def writeForever(self, client):
        try:
            while True:
                data = client["outbox"].get()
                if data is None:
                    break
                client["socket"].sendall(data)
                client["sentBytes"] += len(data)
            client["socket"].shutdown(socket.SHUT_WR)
            client["reader"].join(self.secondsToLeave)
        except OSError:
            pass
        self.hangUp(client)
        client["reader"].join()
        client["socket"].close()

    def hangUp(self, client):
        try:
            client["socket"].shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    # ---------------- the dispatcher thread ----------------

    def dispatchForever(self):
        while True:
            kind, number, what, extra = self.inbox.get()
            if kind == "stop":
                return
            if kind == "hello":
                self.log("Client connected from", extra)
                self.clients[number] = what
            elif number not in self.clients:
                continue  # has said QUIT
            elif kind == "bye":
                self.removeClient(number)
            elif what is None:
                self.sendTo(number, "ERROR:line too long")
            elif isinstance(what, bytes):
                self.sendTo(number, "ERROR:not UTF-8")
            elif what != "":
                error = self.handleLine(number, what, extra)
                if error:
                    self.sendTo(number, "ERROR:" + error)

    def log(self, *words):
        try:
            print(*words)
        except OSError:
            pass  # nobody reads the log any more

    def sendTo(self, number, line):
        client = self.clients[number]
        data = (line + "\n").encode("utf-8")
        if client["slow"]:
            return
        client["outbox"].put(data)
        client["queuedBytes"] += len(data)
        if client["queuedBytes"] - client["sentBytes"] > self.maxWaiting:
            client["slow"] = True
            self.hangUp(client)  # its reader now says bye

    def sendToEveryone(self, line):
        for number in self.usernames.values():
            self.sendTo(number, line)

    def removeClient(self, number):
        client = self.clients.pop(number)
        client["outbox"].put(None)
        username = client["username"]
        if username is not None:
            del self.usernames[username]
            self.log("User '" + username + "' disconnected")
            self.sendToEveryone("USER_LEFT:" + username)

    def isGoodName(self, name):
        return 1 <= len(name) <= 32 and all(letter in self.nameLetters for letter in name)

    def handleLine(self, number, line, arrival):
        command, colon, rest = line.partition(":")
        username = self.clients[number]["username"]
        if command == "QUIT":
            self.removeClient(number)
        elif command == "JOIN":
            return self.handleJoin(number, username, rest)
        elif username is None:
            return "join first"
        elif command == "MESSAGE":
            return self.handleMessage(number, username, rest, arrival)
        elif command == "PRIVATE":
            target, colon, text = rest.partition(":")
            if colon == "":
                return "nothing said"
            if target not in self.usernames:
                return "no such user"
            self.sendTo(self.usernames[target], "PRIVATE:" + username + ":" + text)
        elif command == "JOIN_ROOM":
            if not self.isGoodName(rest):
                return "bad name"
            self.clients[number]["room"] = rest
            self.sendTo(number, "JOINED_ROOM:" + rest)
        elif command == "LIST_USERS":
            self.sendTo(number, "USERS:" + ", ".join(self.usernames))
        else:
            return "unknown command"

    def handleJoin(self, number, username, newName):
        if username is not None:
            return "already joined"
        if not self.isGoodName(newName):
            return "bad name"
        if newName in self.usernames:
            return "name taken"
        self.sendTo(number, "JOINED:" + newName)
        self.clients[number]["username"] = newName
        self.usernames[newName] = number
        self.sendToEveryone("USER_JOINED:" + newName)
        for line in self.history:
            self.sendTo(number, line)
        self.log("User '" + newName + "' joined")

    def handleMessage(self, number, username, text, arrival):
        if text == "":
            return "nothing said"
        room = self.clients[number]["room"]
        line = username + time.strftime(" [%H:%M:%S]: ", arrival) + text
        if room == "lobby":
            self.history.append(line)
            self.history = self.history[-self.historySize :]
        hearers = [other for other in self.usernames.values() if self.clients[other]["room"] == room]
        for other in hearers:
            self.sendTo(other, line)
        self.log("Broadcasting message from", username, "to", len(hearers), "clients")


if __name__ == "__main__":
    ChatServer().startServer()
