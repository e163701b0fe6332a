"""A gateway on asyncio: aside from the handshake, which `websockets` does, one task per direction."""
import argparse
import asyncio
import mimetypes
from email.utils import formatdate
from pathlib import Path

from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Response

HERE = Path(__file__).resolve().parent


def page(status, phrase, kind="text/plain", body=b""):
    headers = Headers({"Date": formatdate(usegmt=True), "Connection": "close"})
    headers["Content-Type"] = kind
    headers["Content-Length"] = str(len(body))
    return Response(status, phrase, headers, body)


class Bridge:
    def __init__(self, options):
        self.options = options
        self.origin = f"http://{options.web_host}:{options.web_port}"

    def http(self, websocket, request):
        path = request.path.partition("?")[0]
        if path == "/":
            kind = mimetypes.guess_type("chat.html")[0] + "; charset=UTF-8"
            return page(200, "OK", kind, (HERE / "chat.html").read_bytes())
        if path != "/chat":
            return page(404, "Not Found")
        if request.headers.get("Origin", self.origin) != self.origin:
            return page(403, "Forbidden", body=b"Not from here.")
        return None

    async def serve(self, websocket):
        try:
            reader, writer = await asyncio.open_connection(self.options.host, self.options.port, limit=2**20)
        except OSError:
            await websocket.close(1014)
            return
        down = asyncio.create_task(self.down(reader, websocket))
        try:
            await self.up(websocket, writer)
        except ConnectionClosed:
            pass
        finally:
            try:
                await writer.drain()
                writer.close()
            except OSError:
                pass
            await down

    async def down(self, reader, websocket):
        try:
            while line := await reader.readline():
                await websocket.send(line.decode("utf-8", "replace").rstrip("\r\n"))
        except (OSError, ConnectionClosed, ValueError):
            pass
        await websocket.close(1014)

    async def up(self, websocket, writer):
        async for message in websocket:
            if not isinstance(message, str):
                return await websocket.close(1003)
            if message.count("\n"):
                await websocket.send("ERROR:no newlines, please")
                continue
            writer.write(message.encode() + b"\r\n")


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--web-host", default="localhost")
    parser.add_argument("--web-port", type=int, default=8000)
    options = parser.parse_args()
    bridge = Bridge(options)
    where = options.web_host, options.web_port
    async with serve(bridge.serve, *where, process_request=bridge.http, ping_interval=None) as server:
        print("open", bridge.origin, flush=True)
        await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
