"""The chat client. It is the one of `advanced` as it is: browsers are the business of the gateway."""

import sys

from advanced.chat_client import main

if __name__ == "__main__":
    sys.exit(main())
