#!/usr/bin/env python3
import argparse, re, select, socket, sys, time

BANNER = "* * * Connected to chat server * * *"


def type_out(s):
    for c in s:
        sys.stdout.write(c)
        sys.stdout.flush()
        time.sleep(0.01)
    print()


class Quit(Exception):
    pass


class Lost(Exception):
    pass


class Chat:
    nick = None
    asked = None
    buf = b''

    def __init__(self, a):
        self.s = socket.socket()
        self.s.connect((a.host, a.port))
        type_out(BANNER)
        if a.username:
            self.try_nick(a.username)
        else:
            self.prompt()

    def prompt(self):
        if self.nick:
            print('> ', end='', flush=True)
        elif not self.asked:
            print('Enter username: ', end='', flush=True)

    def try_nick(self, n):
        self.asked = n
        self.tell('JOIN:' + n)

    def tell(self, x):
        try:
            self.s.sendall(x.encode('utf8', 'replace') + b'\n')
        except OSError:
            raise Lost

    def from_keyboard(self):
        l = sys.stdin.readline()
        if l == '' or l.rstrip() == 'quit':
            raise Quit
        l = l.rstrip('\n')
        if not self.nick:
            if l.strip():
                self.try_nick(l.strip())
        elif m := re.match(r'/msg\s+(\S+)\s(.*)', l):
            self.tell('PRIVATE:%s:%s' % m.groups())
        elif m := re.match(r'/join\s+(\S+)\s*$', l):
            self.tell('JOIN_ROOM:' + m[1])
        elif re.match(r'/users\s*$', l):
            self.tell('LIST_USERS')
        elif l:
            self.tell('MESSAGE:' + re.sub('^//', '/', l))
        self.prompt()

    def from_net(self):
        try:
            d = self.s.recv(2048)
        except OSError:
            d = b''
        if not d:
            raise Lost
        self.buf += d
        while b'\n' in self.buf:
            l, self.buf = self.buf.split(b'\n', 1)
            self.out(re.sub('[\x00-\x1f\x7f-\x9f]', '', l.decode('utf8', 'replace')))

    def out(self, l):
        cmd, _, rest = l.partition(':')
        if cmd == 'JOINED':
            self.nick = rest
            l = 'Joined as: ' + rest
        elif cmd == 'USER_JOINED':
            l = rest + ' joined'
        elif cmd == 'USER_LEFT':
            l = rest + ' left'
        elif cmd == 'ERROR':
            l = 'Error: ' + rest
            if not self.nick:
                self.asked = None
        elif cmd == 'PRIVATE':
            l = '*' + rest.replace(':', '* ', 1)
        print(l)
        self.prompt()

    def loop(self):
        while 1:
            r, _, _ = select.select([sys.stdin, self.s], [], [])
            if self.s in r:
                self.from_net()
            if sys.stdin in r:
                self.from_keyboard()


ap = argparse.ArgumentParser()
ap.add_argument('--host', default='localhost')
ap.add_argument('--port', default=8080, type=int)
ap.add_argument('--username', '-u')
chat = None
try:
    chat = Chat(ap.parse_args())
    chat.loop()
except (Quit, KeyboardInterrupt):
    if chat:
        try:
            chat.tell('QUIT')
            chat.s.close()
        except Lost:
            pass
    print('Disconnected')
except Lost:
    print('\nConnection lost')
    sys.exit(1)
except OSError as e:
    sys.exit('no server there? ' + str(e))
