"""Its exception lies about its name, has a text that is none, and causes in a circle. It only spoils its own story.

server none fails
"""

class Liar(type):
    __name__ = property(lambda self: 5)
    __module__ = property(lambda self: {})

class Word(str):
    def __str__(self):
        raise KeyboardInterrupt
    __repr__ = encode = __str__

class Error(Exception, metaclass=Liar):
    def __str__(self):
        return Word("x")

last = first = Error()
for _ in range(100_000):
    last.__cause__ = Error()
    last = last.__cause__
last.__cause__ = first
raise first
