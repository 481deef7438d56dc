"""Fields of one line that are seen whole, however long what is written in them."""

from typing import Any

from wagtail.admin.widgets import AdminAutoHeightTextInput


class Line(AdminAutoHeightTextInput):
    """Grows with what is typed, as Wagtail's fields of many lines do, and takes no line break."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # Pressing Enter resizes what fits already; all that matters is `prevent`.
        super().__init__({"data-action": "keydown.enter->w-autosize#resize:prevent", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        # A line break may still be pasted. Full-width blanks stay: they part clauses.
        value = super().value_from_datadict(data, files, name)
        return " ".join(value.splitlines()) if value else value
