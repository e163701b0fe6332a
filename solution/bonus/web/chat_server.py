"""The chat server. It is the one of `advanced` as it is: to it, a browser is one more client."""

from advanced.chat_server import main

if __name__ == "__main__":
    main()
