from pathlib import Path


def load_env():
    env = {}
    for entry in (Path(__file__).parent / ".env").read_text().splitlines():
        if entry.strip() and not entry.startswith("#"):
            key, value = entry.split("=", 1)
            env[key.strip()] = value.strip().strip('"')
    return env


ENV = load_env()
