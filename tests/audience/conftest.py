"""A Redis of the tests' own that keeps what it acknowledges."""

import pytest

from tests.faults.servers import Redis


@pytest.fixture(scope="session")
def lasting_redis(tmp_path_factory):
    one = Redis(tmp_path_factory.mktemp("redis"), appendfsync="always")
    yield one
    one.kill()


@pytest.fixture
def stream(lasting_redis):
    """The address of an empty one."""
    lasting_redis.do("FLUSHALL")
    return f"redis://127.0.0.1:{lasting_redis.port}/0"
