import re
from collections import Counter

import pytest

from booking.domain.facets import Facet, is_known, labels


@pytest.mark.parametrize("facet", Facet)
def test_every_kind_of_facet_has_words(facet: Facet) -> None:
    words = labels(facet)

    assert len(words) >= 4
    assert all(label.strip() == label != "" for label in words.values())
    assert Counter(words.values()).most_common(1)[0][1] == 1


@pytest.mark.parametrize("facet", Facet)
def test_a_slug_can_stand_in_a_link_as_it_is(facet: Facet) -> None:
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", slug) for slug in labels(facet))


def test_a_word_is_known_in_its_own_kind_only() -> None:
    assert is_known(Facet.NEED, "anxiety")
    assert not is_known(Facet.FAITH, "anxiety")
    assert not is_known(Facet.NEED, "Anxiety")
    assert not is_known(Facet.NEED, "")


def test_needs_are_said_as_a_client_would_and_in_the_order_of_the_page() -> None:
    assert next(iter(labels(Facet.NEED).items())) == ("anxiety", "Worry and anxiety")
    assert labels(Facet.INSURANCE)["self_pay"] == "Paying myself"
    assert next(iter(labels(Facet.LANGUAGE))) == "en"
    assert labels(Facet.LANGUAGE)["ase"] == "American Sign Language"


def test_the_vocabulary_cannot_be_changed_while_running() -> None:
    with pytest.raises(TypeError):
        labels(Facet.NEED)["new"] = "New"  # type: ignore[index]
