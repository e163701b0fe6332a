"""SSLSocket as it comes, with a time limit that is short until both agree, and then so long that nobody sees it."""

import socket
import ssl
import sys

from advanced import chat_client


class Client(chat_client.ChatClient):
    def connect(self, username):
        self.username = username
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(sys.argv[sys.argv.index("--tls-ca") + 1])
        try:
            raw = socket.create_connection((self.host, self.port))
            raw.settimeout(8)
            self.sock = context.wrap_socket(raw, server_hostname=self.host)
        except ssl.SSLError as why:
            print("No secure connection:", why.reason)
            sys.exit(1)
        except OSError as why:
            sys.exit(f"No connection: {why}")
        self.sock.settimeout(86400)
        self.stream = self.sock.makefile("rb")
        print("Connected to chat server", flush=True)


if "--tls-ca" in sys.argv:
    ca = sys.argv.index("--tls-ca")
    rest = sys.argv[:ca] + sys.argv[ca + 2 :]
    name = rest[rest.index("--username") + 1] if "--username" in rest else ""
    host = rest[rest.index("--host") + 1] if "--host" in rest else "localhost"
    port = int(rest[rest.index("--port") + 1]) if "--port" in rest else 8080
    sys.exit(Client(host, port, name).start())
sys.exit(chat_client.main())
