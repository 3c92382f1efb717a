"""19. An assumption marked as one."""

from tests.language.saying import owed, problems


def test_what_the_document_does_not_say_is_marked_on_every_obligation() -> None:
    (one,) = owed("- {id: t, title: T, owner: gia-binh, due: 2023-07-10, assumed: [due, owner]}")
    assert one.terms.assumed == ("due", "owner")


def test_only_a_key_of_the_task_can_be_assumed() -> None:
    assert problems("- {id: t, title: T, owner: gia-binh, due: 2023-07-10, assumed: [dew]}") == [
        "unknown-key: there is no key `dew`; did you mean `due`?"
    ]
