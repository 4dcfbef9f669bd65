"""Those who have something that waits take turns."""

import threading

from mnist_core.service.turns import Turns


def all_of(turns):
    taken = []
    while item := turns.take():
        taken.extend(item)
    return taken


def test_what_one_owner_has_waits_in_its_order():
    turns = Turns()
    for number in range(5):
        turns.put("anna", number)
    assert all_of(turns) == [0, 1, 2, 3, 4]
    assert turns.take() == ()


def test_owners_take_turns_however_much_one_of_them_has():
    turns = Turns()
    for owner, item in [("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("b", 6)]:
        turns.put(owner, item)
    assert all_of(turns) == [1, 4, 5, 2, 6, 3]


def test_who_comes_back_waits_behind_those_who_are_there():
    turns = Turns()
    turns.put("a", 1)
    turns.put("a", 2)
    turns.put("b", 3)
    assert turns.take() == (1,)
    turns.put("a", 4)
    assert all_of(turns) == [3, 2, 4]


def test_nothing_is_lost_or_doubled_where_many_put_and_take_at_once():
    turns, taken, lock = Turns(), [], threading.Lock()

    def put_and_take(owner):
        for number in range(500):
            turns.put(owner, (owner, number))
            item = turns.take()
            with lock:
                taken.extend(item)

    threads = [threading.Thread(target=put_and_take, args=[str(k)]) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.extend(all_of(turns))
    assert sorted(taken) == sorted((str(k), number) for k in range(8) for number in range(500))
