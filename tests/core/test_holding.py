import pytest

from palate.holding import BlockedFolder, Hold


def test_any_number_may_use_a_folder_and_nobody_gets_it_alone_meanwhile(tmp_path):
    one, other = Hold(tmp_path), Hold(tmp_path)
    with pytest.raises(BlockedFolder):
        Hold(tmp_path, alone=True)
    one.release()
    with pytest.raises(BlockedFolder):
        Hold(tmp_path, alone=True)
    del other
    alone = Hold(tmp_path, alone=True)
    with pytest.raises(BlockedFolder):
        Hold(tmp_path, alone=True)
    alone.release()


def test_a_folder_that_is_missing_is_nobodys_business(tmp_path):
    Hold(tmp_path / "none", alone=True).release()
