import threading


class Tape:
    """Everything that is ever said, in one long list. Each listener reads along at its own pace."""

    def __init__(self):
        self.turn = threading.Condition()
        self.strips = []      # (who is meant, bytes)
        self.cut = 0          # how many strips were thrown away at the beginning
        self.listeners = set()

    def record(self, who, line):
        data = line.encode() + b"\n"
        who = set(who)
        for listener in who:
            listener.behind += len(data)
            if listener.behind > 1 << 20:
                listener.cut_off()
        self.strips.append((who, data))
        if len(self.strips) > 2000:
            self.shorten()
        self.turn.notify_all()

    def shorten(self):
        oldest = min((li.at for li in self.listeners), default=self.cut)
        del self.strips[:oldest - self.cut]
        self.cut = max(self.cut, oldest)

    def end(self):
        return self.cut + len(self.strips)

    def next_for(self, listener):
        """Bytes for this listener; None once it has gone and has heard all."""
        with self.turn:
            while True:
                new = self.strips[listener.at - self.cut:]
                listener.at = self.end()
                mine = b"".join(data for who, data in new if listener in who)
                if mine:
                    return mine
                if listener.gone:
                    self.listeners.discard(listener)
                    return None
                self.turn.wait()
