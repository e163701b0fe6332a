"""The chat client of `advanced`, with commands for those who keep order."""

import getpass
import sys

from advanced import chat_client

COMMANDS = {"/kick": "KICK", "/ban": "BAN", "/mute": "MUTE"}


class ModeratingClient(chat_client.ChatClient):
    """The conversation of one person with the server."""

    def send_message(self, message: str) -> None:
        """Send what the person typed: `/operator` asks for the password, and `/mute Bob 60` is `MUTE:Bob:60`."""
        command, _, argument = message.partition(" ")
        if command == "/operator":
            self.send_line(f"OPERATOR:{getpass.getpass('Password: ')}")
        elif command in COMMANDS:
            self.send_line(f"{COMMANDS[command]}:{':'.join(argument.split())}")
        else:
            super().send_message(message)


if __name__ == "__main__":
    sys.exit(chat_client.main(ModeratingClient))
