"""The asyncio variant of the whole course, to which asyncio brings TLS by itself."""

import asyncio
import runpy
import ssl
import sys


def take(option):
    if option not in sys.argv:
        return None
    at = sys.argv.index(option)
    value = sys.argv[at + 1]
    del sys.argv[at : at + 2]
    return value


cert, key = take("--tls-cert"), take("--tls-key")
if cert:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    without = asyncio.start_server

    def start_server(*args, **kwargs):
        return without(*args, ssl=context, ssl_handshake_timeout=5, **kwargs)

    asyncio.start_server = start_server

runpy.run_path("asyncio_streams.py", run_name="__main__")
