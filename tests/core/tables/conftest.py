import pytest


@pytest.fixture
def put(tmp_path):
    """Write text in an encoding, or bytes, and give the path."""

    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write
