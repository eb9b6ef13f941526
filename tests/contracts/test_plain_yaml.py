"""The strict reader: what it reads, PyYAML reads alike; what two readers might read differently, it refuses."""

import pytest
import yaml

from contracts import plain_yaml
from contracts.plain_yaml import NotPlainYamlError

DOCUMENT = """\
# a comment
year: 2020
empty: null
flags:
  - true
  - false
rows:
  - code: "530113"
    name: 东川区
    since: 2016-01-01

    list:
      - 1
      - -2
      - "on: # not"
  - code: "001"
    nested:
      deep:
        er: 国办发明电〔2020〕1号
"""


def test_it_reads_the_small_part_as_pyyaml_does() -> None:
    assert plain_yaml.load(DOCUMENT) == yaml.safe_load(DOCUMENT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "a",
        "a: 1\na: 2",
        "a: 1\n b: 2",
        "a:\n    b: 1",
        "a:\n- 1",
        "a:",
        "a: 1 # comment",
        "a: yes",
        "a: Off",
        "a: True",
        "a: ~",
        "a: 1.5",
        "a: 007",
        "a: 1_000",
        "a: 12:30",
        "a: [1, 2]",
        "a: {b: 1}",
        "a: &x b",
        "a: *x",
        "a: !!str b",
        "a: |\n  text",
        "a: 'quoted'",
        'a: "with \\" escape"',
        'a: "open',
        "a: b: c",
        "a: b:",
        "\ta: 1",
        "a: b\tc",
        "a: 2020-13-01",
        "A: 1",
        "- 1\nb: 2",
        "---\na: 1",
        "a: -",
        "a:  two spaces",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        plain_yaml.load(text)


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(NotPlainYamlError, match="line 3"):
        plain_yaml.load("a: 1\n\nb: [1]\n")


def test_unknown_and_missing_keys_are_refused() -> None:
    assert plain_yaml.mapping({"a": 1, "c": 2}, "a", optional=("c",)) == {"a": 1, "c": 2}
    for value in ({"a": 1, "b": 2}, {}, [1], None):
        with pytest.raises(NotPlainYamlError):
            plain_yaml.mapping(value, "a")
