from kawaraban.kit.secret import kept_secret


def test_a_secret_is_made_once_and_its_owner_alone_can_read_it(tmp_path):
    file = tmp_path / "deep" / "secret"
    first = kept_secret(file)
    assert len(first) > 40
    assert kept_secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [kept.name for kept in file.parent.iterdir()] == ["secret"]
