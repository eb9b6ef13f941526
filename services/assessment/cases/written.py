"""A file of cases as it is written: its tables, each with the line on which every word of it stands.

[case] = read_cases(Path("case.yaml"));  case.lines["given"]  ->  5
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from services.assessment.fold.findings import FoldError

SUFFIXES = (".yaml", ".yml")
"""Files of a folder that are cases."""


class Table(dict[Any, Any]):
    """A table of names and values. `lines`: name -> its line, from 1, in the file of that name."""

    file: str = ""
    lines: Mapping[Any, int] = {}


def place(table: Any, key: Any) -> str:
    """Where a word of a table stands, as it is put behind a sentence; nothing for a table that nobody wrote."""
    if not isinstance(table, Table) or key not in table.lines:
        return ""
    line = table.lines[key]
    return f"（{table.file} 第{line}行 / line {line}）"


def files_of(path: Path) -> list[Path]:
    """The file itself, or every file of cases below the folder."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())


def read_cases(file: Path) -> list[dict[str, Any]]:
    """Every case of one file; raises FoldError naming the file when it is no list of cases."""
    try:
        loader = _Once(file.read_text(encoding="utf-8"))
        loader.name = file.name
        document = loader.get_single_data()
    except OSError as error:
        raise FoldError(f"{file}: 打不开 / cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FoldError(f"{file}: 应为 UTF-8 编码 / is not UTF-8: {error}") from error
    except yaml.YAMLError as error:
        raise FoldError(f"{file}: {_misspelt(error)}") from error
    if not isinstance(document, list) or not all(isinstance(case, dict) for case in document):
        raise FoldError(f"{file}: 案例文件应写作若干条，每条以“- id: 编号”开始 / a file of cases is a list of cases")
    return document


def _misspelt(error: yaml.YAMLError) -> str:
    """What is wrong in which line, in one line."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or problem is None:
        return " ".join(str(error).split())
    ours = "/" in problem
    hint = "" if ours else "写法不对，看缩进、冒号、引号、括号 / not YAML, look at indentation, colons, quotes: "
    return f"第{mark.line + 1}行 / line {mark.line + 1}: {hint}{problem}"


class _Once(yaml.SafeLoader):
    """Refuses what is written twice in one table, for the first of the two would be lost without a word, and says
    where a day stands that there is not."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        """The day or instant; raises ConstructorError."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as error:
            said = f"{node.value} 不是日期 / is no date: {error}"
            raise yaml.constructor.ConstructorError(None, None, said, node.start_mark) from error

    def construct_yaml_map(self, node: yaml.MappingNode) -> Iterator[Table]:  # type: ignore[override]  # a Table is a dict
        """The table, and where its words stand."""
        table = Table()
        yield table
        table.update(self.construct_mapping(node))
        table.file = str(self.name)
        table.lines = {self.construct_object(key): key.start_mark.line + 1 for key, _ in node.value}

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """The table as it is written, before others are merged into it; raises ComposerError."""
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen and isinstance(key, yaml.ScalarNode):
                said = f"{key.value} 写了两次 / is written twice"
                raise yaml.composer.ComposerError(None, None, said, key.start_mark)
            seen.add(str(key.value))
        return node


_Once.add_constructor("tag:yaml.org,2002:timestamp", _Once.construct_yaml_timestamp)
_Once.add_constructor("tag:yaml.org,2002:map", _Once.construct_yaml_map)
