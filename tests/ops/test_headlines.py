"""`kawaraban headlines replay`"""

import json

import pytest
from click.testing import CliRunner

from kawaraban.ops.commands.headlines import command

parquet = pytest.importorskip("pyarrow.parquet")
import pyarrow  # noqa: E402


def asked(folder, *more):
    return CliRunner().invoke(command, ["replay", str(folder), *more])


def kept(folder, **columns):
    parquet.write_table(pyarrow.table(columns), folder / "headline_tests.parquet")


def test_it_plays_past_tests_and_says_what_each_method_gains(tmp_path):
    kept(tmp_path, test=[1, 1, 2, 2, 3], impressions=[4000] * 5, clicks=[80, 40, 30, 60, 9])
    told = asked(tmp_path, "--runs", "2", "--json", str(tmp_path / "told.json"))
    assert told.exit_code == 0 and "2 headline tests" in told.output
    figures = json.loads((tmp_path / "told.json").read_text())
    assert figures["Kawaraban"]["clicks"] > figures["shown alike"]["clicks"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"test": [1, 1], "impressions": [10, 10], "clicks": [11, 1]}, "11 clicks of 10"),
        ({"test": [1], "impressions": [10], "clicks": [1]}, "no test with two wordings"),
        ({"test": [1], "clicks": [1]}, "can't be read"),
    ],
)
def test_what_is_no_record_of_tests_is_refused_in_a_line(tmp_path, columns, said):
    kept(tmp_path, **columns)
    told = asked(tmp_path)
    assert told.exit_code == 2 and said in told.output
