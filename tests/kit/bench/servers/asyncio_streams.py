"""The server that the asyncio documentation leads to: streams, and a write per line and member.

Behind the port may stand the files of a certificate and its key: then it speaks TLS.
"""

import asyncio
import ssl
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
    port, *cert_and_key = sys.argv[1:]
    context = None
    if cert_and_key:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*cert_and_key)
    server = await asyncio.start_server(look_after, "127.0.0.1", int(port), backlog=128, ssl=context)
    async with server:
        await server.serve_forever()


asyncio.run(main())
