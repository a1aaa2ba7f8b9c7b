"""The errors a caller can meet. Every message names the thing that is wrong and says what to do about it.

The command line turns them into exit codes: BadInput 2, BrokenData and StorageFailed 3.
"""


class NeuronscopeError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is a sentence for a person."""


class BadInput(NeuronscopeError):
    """What the caller asked for cannot be done: no such path, an unknown architecture, a negative layer."""


class BrokenData(NeuronscopeError):
    """A stored file exists but cannot be trusted: truncated, wrong CRC, a field of the wrong shape."""


class StorageFailed(NeuronscopeError):
    """The disk or the network failed; trying again may help."""
