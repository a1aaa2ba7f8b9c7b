"""The widget of a notebook: a payload goes in, messages are answered by whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from neuronscope.dashboards.page import built, packed
from neuronscope.dashboards.shapes import Payload
from neuronscope.errors import BadInput, NeuronscopeError


class Answering(Protocol):
    """What can be shown."""

    def payload(self) -> Payload:
        """What the widget begins with."""
        ...

    def answer(self, ask: Mapping[str, Any]) -> object:
        """What one of its messages is answered with: a noun, or lists and dictionaries.

        :raises BadInput: it cannot be answered; the sentence is shown.
        """
        ...


def reply(dashboard: Answering, message: object) -> dict[str, Any] | None:
    """The message that answers one of the widget's; None for what is no message of ours."""
    from neuronscope import codec

    if not isinstance(message, Mapping) or not isinstance(message.get("id"), int):
        return None
    try:
        _refuse_other_kinds(message)
        return {"id": message["id"], "answer": codec.to_plain(dashboard.answer(message))}
    except NeuronscopeError as error:
        return {"id": message["id"], "error": str(error)}


def _refuse_other_kinds(message: Mapping[str, Any]) -> None:
    kinds = {
        "text": str,
        "words": str,
        "units": list,
        "keys": list,
        "highlighted": list,
        "tooltip": list,
        "answer": dict,
    }
    for name, kind in kinds.items():
        if message.get(name) is not None and not isinstance(message[name], kind):
            raise BadInput(f"{name} is a {type(message[name]).__name__}, where a {kind.__name__} belongs")


def make_widget(dashboard: Answering) -> Any:
    """The widget.

    :raises BadInput: anywidget is not installed, or the script is not built.
    """
    try:
        import anywidget
        import traitlets
    except ModuleNotFoundError as error:
        raise BadInput(
            f"{error.name} is not installed, which shows dashboards in a notebook: pip install 'neuronscope[notebook]'"
        ) from error
    script = built("widget.js")

    class Dashboard(anywidget.AnyWidget):  # type: ignore[misc]  # which has no types
        _esm = script  # brings its style along
        payload = traitlets.Bytes().tag(sync=True)

    widget = Dashboard(payload=packed(dashboard.payload()))
    widget.on_msg(_answering(dashboard))
    return widget


def _answering(dashboard: Answering) -> Callable[[Any, object, list[bytes]], None]:
    def answer(widget: Any, message: object, _: list[bytes]) -> None:
        said = reply(dashboard, message)
        if said is not None:
            widget.send(said)

    return answer


def show(dashboard: Answering) -> None:
    """Display the widget under the cell; raises as ``make_widget``."""
    widget = make_widget(dashboard)
    from IPython.display import display

    display(widget)  # type: ignore[no-untyped-call]
