"""What stands for something of the standard library, and is as much like it as can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class LikeBuiltIn:
    """Stands for a built-in function: like that one, it becomes no method where a class has it."""

    def __init__(self, original: Any, function: Callable[..., Any]) -> None:
        self._function = function
        self.__name__ = self.__qualname__ = original.__name__
        for name in ("__doc__", "__module__", "__self__", "__text_signature__"):
            setattr(self, name, getattr(original, name, None))

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._function(*args, **options)

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"


LikeBuiltIn.__name__ = LikeBuiltIn.__qualname__ = "builtin_function_or_method"


class AnyInstance(type):
    """Lets what C code made with the real class pass for an instance of ours; `original` is the real class."""

    original: type

    def __instancecheck__(cls, instance: object) -> bool:
        return type.__instancecheck__(cls, instance) or isinstance(instance, cls.original)
