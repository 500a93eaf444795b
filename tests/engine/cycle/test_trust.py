"""Which writes are read back: all until one held, a sample afterwards, all again once the app was caught."""

from __future__ import annotations

from pathlib import Path

from app.engine.cycle.trust import CLEARED_AFTER, SAMPLE, Trust
from app.engine.state.store import Store


def test_every_write_is_read_back_until_one_held(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        trust = Trust(store)
        assert trust.reads_back("disable")
        assert trust.reads_back("disable")
        trust.showed("disable", True)
        assert not trust.reads_back("disable")
        assert trust.reads_back("delete"), "each kind is trusted apart"


def test_of_writes_on_which_no_access_hangs_one_at_a_time_is_read_back(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        trust = Trust(store)
        assert [trust.reads_back("update") for _ in range(3)] == [True, False, False]


def test_what_was_learnt_of_one_app_is_not_used_for_another(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        trust = Trust(store, "https://one.example/scim")
        trust.learn("active", "RFC 7644")
        trust.showed("disable", True)
        trust.keep()
        store.commit()
        again, other = Trust(store, "https://one.example/scim"), Trust(store, "https://two.example/scim")
        assert again.habit("active") == "RFC 7644"
        assert other.habit("active") == ""
        again.reads_back("disable")
        other.reads_back("disable")
        assert not again.reads_back("disable")
        assert other.reads_back("disable")


def test_a_sample_is_read_back_where_the_app_is_trusted(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        trust = Trust(store)
        trust.showed("update", True)
        read = [number for number in range(3 * SAMPLE) if trust.reads_back("update")]
        assert read == [0, SAMPLE, 2 * SAMPLE]


def test_an_app_that_was_caught_is_read_back_until_it_was_right_often_enough(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        trust = Trust(store)
        trust.showed("delete", True)
        trust.showed("delete", False)
        for _ in range(CLEARED_AFTER - 1):
            assert trust.was_caught("delete")
            trust.showed("delete", True)
        assert trust.reads_back("delete")
        trust.showed("delete", True)
        trust.reads_back("delete")
        assert not trust.was_caught("delete")
        assert not trust.reads_back("delete")


def test_what_was_learnt_is_kept_for_the_next_cycle(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        trust = Trust(store)
        trust.showed("disable", False)
        trust.keep()
        store.commit()
    with Store.open(tmp_path) as store:
        assert Trust(store).was_caught("disable")
        assert not Trust(store).was_caught("update")
