#!/usr/bin/env python3
# select() server. People who say nothing for 10 minutes are kicked (AFK).
import argparse, re, select, socket, sys, threading, time

AFK = 10 * 60
LockType = type(threading.Lock())


class Log:
    """used to be shared with the GUI thread, so it checks its lock"""
    now = time.localtime

    def __init__(self, lock):
        if not isinstance(lock, LockType):
            raise TypeError('Log wants a lock')
        self.lock = lock

    def stamp(self):
        t = self.now()
        return '%02d:%02d:%02d' % (t.tm_hour, t.tm_min, t.tm_sec)

    def __call__(self, *a):
        with self.lock:
            print(*a)
            sys.stdout.flush()


class Conn:
    def __init__(self, s):
        self.s = s
        self.i = b''        # bytes in, no newline yet
        self.o = b''        # bytes out, not sent yet
        self.junk = False   # throwing a long line away
        self.bye = False    # close as soon as o is empty
        self.nick = ''
        self.room = 'lobby'
        self.active = time.time()

    def fileno(self):
        return self.s.fileno()


log = Log(threading.Lock())
conns = []
hist = []


def say(c, l):
    c.o += l.encode() + b'\n'


def all_say(l, room=None, skip=None):
    n = 0
    for c in conns:
        if c.nick and not c.bye and c is not skip and room in (None, c.room):
            say(c, l)
            n += 1
    return n


def part(c):
    if c.nick:
        log("User '%s' disconnected" % c.nick)
        n, c.nick = c.nick, ''
        all_say('USER_LEFT:' + n)


def drop(c):
    if c in conns:
        conns.remove(c)
        part(c)
        c.s.close()


def by_nick(n):
    for c in conns:
        if c.nick and c.nick == n:
            return c


def ok(n):
    return re.match(r'[\w.-]{1,32}\Z', n, re.ASCII)


def do(c, l):
    cmd, _, arg = l.partition(':')
    if cmd == 'QUIT':
        part(c)
        c.bye = True
    elif cmd == 'JOIN':
        if c.nick:
            return 'already joined'
        if not ok(arg):
            return 'bad name'
        if by_nick(arg):
            return 'name taken'
        c.nick = arg
        say(c, 'JOINED:' + arg)
        for h in hist:
            say(c, h)
        all_say('USER_JOINED:' + arg, skip=c)
        log("User '%s' joined" % arg)
    elif not c.nick:
        return 'join first'
    elif cmd == 'MESSAGE':
        l = '%s [%s]: %s' % (c.nick, log.stamp(), arg)
        if c.room == 'lobby':
            hist.append(l)
            del hist[:-20]
        log('Broadcasting message from', c.nick, 'to', all_say(l, c.room), 'clients')
    elif cmd == 'PRIVATE':
        to, _, text = arg.partition(':')
        t = by_nick(to)
        if not t:
            return 'no such user'
        say(t, 'PRIVATE:%s:%s' % (c.nick, text))
    elif cmd == 'JOIN_ROOM':
        if not ok(arg):
            return 'bad name'
        c.room = arg
        say(c, 'JOINED_ROOM:' + arg)
    elif cmd == 'LIST_USERS':
        say(c, 'USERS:' + ','.join(x.nick for x in conns if x.nick))
    else:
        return 'unknown command'


def got(c, d):
    c.active = time.time()
    while d and not c.bye:
        l, nl, d = d.partition(b'\n')
        if not c.junk:
            c.i += l
        if len(c.i) > 4097:
            c.junk, c.i = True, b''
        if not nl:
            break
        l, c.i = c.i, b''
        if l[-1:] == b'\r':
            l = l[:-1]
        if c.junk or len(l) > 4096:
            c.junk = False
            err = 'line too long'
        elif not l:
            continue
        else:
            try:
                err = do(c, l.decode())
            except UnicodeDecodeError:
                err = 'not UTF-8'
        if err:
            say(c, 'ERROR:' + err)


def turn(srv):
    r, w, _ = select.select([srv] + [c for c in conns if not c.bye], [c for c in conns if c.o], [], 0.5)
    for c in r:
        if c is srv:
            s, a = srv.accept()
            s.setblocking(False)
            conns.append(Conn(s))
            log('Client connected from', a)
            continue
        try:
            d = c.s.recv(8192)
        except BlockingIOError:
            continue
        except OSError:
            d = b''
        if d:
            got(c, d)
        else:
            part(c)
            c.bye = True
    for c in conns[:]:
        if c.o:
            try:
                c.o = c.o[c.s.send(c.o[:100000]):]
            except BlockingIOError:
                pass
            except OSError:
                drop(c)
        if (c.bye and not c.o) or len(c.o) > 1 << 20:
            drop(c)
        elif time.time() - c.active > AFK:
            log('kicked for doing nothing:', c.nick)
            drop(c)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--host', default='localhost')
    ap.add_argument('--port', default=8080, type=int)
    a = ap.parse_args()
    srv = socket.socket()
    srv.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    srv.bind((a.host, a.port))
    srv.listen()
    srv.setblocking(False)
    log('Chat server started on %s:%d' % (a.host, a.port))
    try:
        while True:
            turn(srv)
    except KeyboardInterrupt:
        log('bye')


main()
