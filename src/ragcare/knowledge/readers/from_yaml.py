"""YAML front matter, as fields with their lines.

The YAML is only composed, never constructed: no tag can make an object, `language: no` stays "no" instead of
becoming False, and a number keeps its zeros. Aliases are refused: nine lines of them make a billion words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ragcare.knowledge.readers.rows import Field
from ragcare.knowledge.readers.text import SourceFile, Unreadable

if TYPE_CHECKING:
    from yaml import Node

_LONGEST = 65_536
_DEEPEST = 10
_MEND = 'write "name: value" lines; put a value that holds ": " or "#" between quotes'


def fields_of_yaml(file: SourceFile, text: str, first_line: int) -> tuple[Field, ...]:
    """The fields of a front matter.

    Args:
        file: where it stands, for the problems.
        text: the YAML.
        first_line: where in the file the text begins.

    Raises:
        Unreadable: if it is no mapping in YAML.
    """
    import yaml

    if len(text) > _LONGEST:
        what = f"the front matter is longer than {_LONGEST} characters"
        raise Unreadable(file.path, what, "put the text below the closing ---", first_line)
    try:
        _refuse_bombs(file, text, first_line)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        fields = () if node is None else _plain(node, first_line)
    except yaml.MarkedYAMLError as error:
        what = f"the front matter is not YAML: {error.problem}"
        raise Unreadable(file.path, what, _MEND, _line(error.problem_mark, first_line)) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # a character or "\U" escape that does not exist
        what, mend = "the front matter holds a character that YAML does not allow", "take it out"
        raise Unreadable(file.path, what, mend, first_line) from error
    if not isinstance(fields, tuple):
        raise Unreadable(file.path, 'the front matter is not made of "name: value" lines', _MEND, first_line)
    return fields


def _refuse_bombs(file: SourceFile, text: str, first_line: int) -> None:
    """Looks at the events as they come, and stops at the first that a front matter has no use for."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event.start_mark, first_line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            what = f"the front matter uses the alias *{event.anchor}, which is not read"
            raise Unreadable(file.path, what, "write the value out", line)
        if depth > _DEEPEST:
            raise Unreadable(file.path, "the front matter is nested too deep", "make it flat", line)


def _plain(node: Node, first_line: int) -> Any:
    """A node as text, list or tuple of fields."""
    from yaml import MappingNode, SequenceNode

    if isinstance(node, MappingNode):
        pairs = ((key, _plain(value, first_line)) for key, value in node.value)
        return tuple(Field(_name(key), value, _line(key.start_mark, first_line)) for key, value in pairs)
    if isinstance(node, SequenceNode):
        return [_plain(item, first_line) for item in node.value]
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _name(key: Node) -> str:
    return key.value if isinstance(key.value, str) else "?"


def _line(mark: Any, first_line: int) -> int:
    """The line of a mark: of the class Mark of yaml, which its pure and its C half both have, or None."""
    return first_line + (mark.line if mark is not None else 0)
