"""The command's own words."""

from click.testing import CliRunner

from kawaraban.ops.cli import house


def test_help_lists_every_command():
    said = CliRunner().invoke(house, ["--help"])
    assert said.exit_code == 0
    assert all(name in said.output for name in ("serve", "demo", "intake", "reconcile", "rebuild"))


def test_an_unknown_command_is_refused():
    said = CliRunner().invoke(house, ["publsh"])
    assert said.exit_code == 2 and "publsh" in said.output
