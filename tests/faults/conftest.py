"""Houses to break: loaded once, copied for each set of faults."""

import os
import shutil

import pytest

from tests.faults import house
from tests.faults.house import House

# These bring databases of their own, whatever the other tests run on: once is enough.
if os.environ.get("DATABASE_URL"):
    collect_ignore_glob = ["test_*"]

# The first one that needs a publication loads it.
pytestmark = pytest.mark.timeout(600)


def pytest_collection_modifyitems(items):
    for item in items:
        if "faults" in item.nodeid:
            item.add_marker(pytest.mark.timeout(3600 if house.LONG else 600))


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """The folder of a publication that was never served."""
    one = House(tmp_path_factory.mktemp("loaded") / "var")
    one.load()
    return one.var


@pytest.fixture(scope="session")
def copied(loaded, tmp_path_factory):
    """Makes a house of its own of the publication."""

    def copy(name, to=None):
        var = to or tmp_path_factory.mktemp(name) / "var"
        shutil.copytree(loaded, var, dirs_exist_ok=True)
        return House(var)

    return copy
