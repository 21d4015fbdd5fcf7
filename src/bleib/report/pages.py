"""Pages that open from disk: style and script inside, nothing fetched from anywhere."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **values: Any) -> str:
    """A template of ``report/templates`` filled in; every value is escaped, an unknown name is an error."""
    environment = Environment(
        loader=PackageLoader("bleib.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(**values)
