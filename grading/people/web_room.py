"""A chat server with a gateway before it, both a student's, and the people in browsers and at terminals."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.gateway import Browser, missing_websocket
from grading.people.person import Person
from grading.people.room import Room
from grading.people.talk import Talk, let_in
from grading.people.websocket import WebSocket
from grading.process.patience import PATIENCE, PATIENCE_FOR_START
from grading.process.production import Production
from grading.process.program import CLOCK, Program
from grading.stage.messages import Options

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on


class WebPerson(Person):
    """Somebody who talks with the chat server through the gateway, in a browser."""

    sock: WebSocket
    is_direct = False

    def __init__(self, talk: Talk, name: str, gateway: Program) -> None:
        self._gateway = gateway
        super().__init__(talk, name)

    def _connects(self, shallow: bool) -> socket.socket:
        sock = self.sock = WebSocket(let_in(self._gateway, self.name))
        browser = Browser(self.name, sock)
        for _ in browser.waits(self._gateway.patience(PATIENCE)):
            if sock.is_open:
                return sock
        raise missing_websocket(browser, self._gateway)


class WebRoom(Room):
    """A student's chat server with a student's gateway before it; people come in browsers and at terminals."""

    gateway_args: tuple[str, ...] = ()  # what is typed behind the name of the gateway
    gateway_port = 0  # where it must listen; 0: any will do
    at_terminals: tuple[str, ...] = ()  # who connects to the server itself

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self._gateway: Program | None = None

    @property
    def programs(self) -> list[Program]:
        """The student's programs that took part."""
        return [*self.talk.servers, *([self._gateway] if self._gateway else [])]

    def opens(self, clock: str = CLOCK, **options: Unpack[Options]) -> Program:
        """Start the server and wait until it listens."""
        server = super().opens(clock, **options)
        server.stands_alone = False
        return server

    @property
    def gateway(self) -> Program:
        """The gateway, started when somebody comes to it."""
        if not self._gateway:
            family, port = self.server.listening[0]
            where: Options = {"connect": {str(family): port}, "listen": self.gateway_port}
            program = self.production.exercise.program("gateway")  # the one of the room may be that of a step
            self._gateway = Program(self.production, program, self.gateway_args, **where)
            self._gateway.stands_alone = False
            self._gateway.wait_for_port(PATIENCE_FOR_START)
        return self._gateway

    def _arrives(self, name: str, shallow: bool) -> Person:
        if name in self.at_terminals:
            return super()._arrives(name, shallow)
        return WebPerson(self.talk, name, self.gateway)

    def close(self) -> None:
        """Send everyone home, and end both programs."""
        super().close()
        if self._gateway:
            self._gateway.close()
