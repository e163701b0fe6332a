import argparse, asyncio, logging, re, socket, time

LOG = logging.getLogger("chat")
LEGAL = re.compile(r"[a-z0-9_.-]{1,32}", re.I | re.A)
ROOMS = {}                                  # room -> {name: writer}
BACKLOG = []


def wall_clock():
    return time.strftime("%H:%M:%S", time.localtime(time.clock_gettime(time.CLOCK_REALTIME)))


def whole_house():
    return {n: w for people in ROOMS.values() for n, w in people.items()}


def deliver(writers, line):
    count = 0
    for w in list(writers):
        if w.is_closing():
            continue
        w.write(line.encode("utf-8") + b"\n")
        if w.transport.get_write_buffer_size() > 1024 * 1024:
            LOG.info("a reader sleeps, hanging up")
            w.transport.abort()
        count += 1
    return count


async def lines(reader):
    """yields bytes, or None for a line that is too long"""
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError as e:
            while e:
                await reader.readexactly(e.consumed)
                try:
                    await reader.readuntil(b"\n")
                    e = None
                except asyncio.LimitOverrunError as again:
                    e = again
                except asyncio.IncompleteReadError:
                    return
            yield None
            continue
        line = line[:-2] if line.endswith(b"\r\n") else line[:-1]
        if len(line) > 4096:
            yield None
        elif line:
            yield line


class Guest:
    def __init__(self, writer):
        self.w, self.name, self.room = writer, None, None

    def answer(self, line):
        deliver([self.w], line)

    def move(self, room):
        if self.room is not None:
            del ROOMS[self.room][self.name]
            if not ROOMS[self.room]:
                del ROOMS[self.room]
        self.room = room
        if room is not None:
            ROOMS.setdefault(room, {})[self.name] = self.w

    def JOIN(self, name):
        house = whole_house()
        if self.name:
            return "already joined"
        if not LEGAL.fullmatch(name):
            return "bad name"
        if name in house:
            return "name taken"
        deliver(house.values(), "USER_JOINED:" + name)
        self.name = name
        self.move("lobby")
        self.answer("JOINED:" + name)
        for old in BACKLOG[-20:]:
            self.answer(old)
        LOG.info("User '%s' joined", name)

    def MESSAGE(self, text):
        line = f"{self.name} [{wall_clock()}]: {text}"
        if self.room == "lobby":
            BACKLOG.append(line)
            if len(BACKLOG) > 500:
                BACKLOG[:] = BACKLOG[-20:]
        n = deliver(ROOMS[self.room].values(), line)
        LOG.info("Broadcasting message from %s to %d clients", self.name, n)

    def PRIVATE(self, rest):
        target, colon, text = rest.partition(":")
        house = whole_house()
        if target not in house:
            return "no such user"
        deliver([house[target]], f"PRIVATE:{self.name}:{text}")

    def JOIN_ROOM(self, room):
        if not LEGAL.fullmatch(room):
            return "bad name"
        self.move(room)
        self.answer("JOINED_ROOM:" + room)

    def LIST_USERS(self, _):
        self.answer("USERS:" + ",".join(sorted(whole_house())))

    def obey(self, line):
        if line is None:
            return "line too long"
        try:
            command, _, rest = line.decode("utf-8").partition(":")
        except UnicodeDecodeError:
            return "not UTF-8"
        if command not in ("JOIN", "MESSAGE", "PRIVATE", "JOIN_ROOM", "LIST_USERS"):
            return "unknown command" if self.name else "join first"
        if command != "JOIN" and not self.name:
            return "join first"
        return getattr(self, command)(rest)


async def guest(reader, writer):
    LOG.info("Client connected from %s", writer.get_extra_info("peername"))
    g = Guest(writer)
    try:
        async for line in lines(reader):
            if line == b"QUIT":
                break
            if problem := g.obey(line):
                g.answer("ERROR:" + problem)
            await asyncio.sleep(0)
    except (OSError, asyncio.CancelledError):
        pass
    finally:
        if g.name:
            g.move(None)
            deliver(whole_house().values(), "USER_LEFT:" + g.name)
            LOG.info("User '%s' disconnected", g.name)
        writer.close()


async def serve(host, port):
    server = await asyncio.start_server(guest, host, port, limit=4096 + 2, family=socket.AF_INET)
    LOG.info("Chat server started on %s:%d", *server.sockets[0].getsockname()[:2])
    await asyncio.Event().wait()  # serve_forever() would wait for every guest at the end (3.12)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.INFO)
    cli = argparse.ArgumentParser(prog="chatd")
    cli.add_argument("--host", default="localhost")
    cli.add_argument("--port", default=8080, type=int)
    cli = cli.parse_args()
    try:
        asyncio.run(serve(cli.host, cli.port))
    except KeyboardInterrupt:
        LOG.info("good night")
