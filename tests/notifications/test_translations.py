"""The English catalogue, and how words are put into templates."""

import pytest
from jinja2 import DictLoader, Environment

from notifications import catalogue, translations
from notifications.translations import LETTERS, Pasted, Translated

CATALOGUE = catalogue.words(LETTERS, "en")


def environment(language: str, **templates: str) -> Environment:
    made = Environment(loader=DictLoader(templates), extensions=[Pasted, Translated], autoescape=True, trim_blocks=True)
    made.extend(language=language)
    return made


def test_the_catalogue_holds_exactly_the_words_of_the_templates():
    assert {m.id for m in CATALOGUE if m.id} == {m.id for m in catalogue.source_words(LETTERS) if m.id}


def test_every_word_is_translated():
    assert [m.id for m in CATALOGUE if m.id and (not m.string or m.fuzzy)] == []


def test_the_compiled_catalogue_is_that_of_the_text():
    assert LETTERS.compiled("en").read_bytes() == catalogue.as_mo(CATALOGUE)


@pytest.mark.parametrize("message", [m for m in CATALOGUE if m.id], ids=lambda m: m.id[:40])
def test_a_translation_names_nothing_that_its_source_does_not(message):
    assert set(translations.PLACE.findall(message.string)) <= set(translations.PLACE.findall(message.id))


def test_a_word_without_a_translation_stays_as_it_is_written():
    template = environment("en", a="{% trans %}Chưa ai dịch{% endtrans %}").get_template("a")
    assert template.render() == "Chưa ai dịch"


def test_what_is_put_into_a_translation_is_escaped():
    source = "{% trans due=due %}Hạn: {{ due }}{% endtrans %}"
    assert environment("en", a=source).get_template("a").render(due="<b>") == "Due: &lt;b&gt;"
    assert environment("vi", a=source).get_template("a").render(due="<b>") == "Hạn: &lt;b&gt;"


def test_plurals_are_refused_since_numbers_come_in_words():
    with pytest.raises(NotImplementedError, match="in words already"):
        environment("vi", a="{% trans n=1 %}một{% pluralize %}nhiều{% endtrans %}").get_template("a")


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ('a\n{% paste "part" %}\nb', "a\nx\nb"),  # alone on its line: the part's lines
        ('a{% paste "part" %}b', "axb"),  # inside a line: without its end
        ('{% paste "part" %}', "x\n"),
        ('{% paste "nested" %}', "(x)\n"),
    ],
)
def test_a_pasted_part_stands_as_if_it_were_written_there(source: str, made: str):
    templates = {"part": "x\n", "nested": '({% paste "part" %})\n', "a": source}
    assert environment("vi", **templates).from_string(source).render() == made.rstrip("\n")
