"""The server that the asyncio documentation leads to: streams, and a write per line and member."""

import asyncio
import sys

members = {}


def broadcast(line):
    for writer in members.values():
        writer.write(line)


async def look_after(reader, writer):
    name = (await reader.readline()).decode().strip().partition(":")[2]
    members[name] = writer
    writer.write(f"JOINED:{name}\n".encode())
    broadcast(f"USER_JOINED:{name}\n".encode())
    try:
        while line := await reader.readline():
            broadcast(f"{name}: {line.decode().strip().partition(':')[2]}\n".encode())
            await writer.drain()
    except OSError:
        pass
    members.pop(name, None)
    broadcast(f"USER_LEFT:{name}\n".encode())
    writer.close()


async def main():
    server = await asyncio.start_server(look_after, "127.0.0.1", int(sys.argv[1]), backlog=128)
    async with server:
        await server.serve_forever()


asyncio.run(main())
