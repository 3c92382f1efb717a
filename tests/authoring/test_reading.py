"""Hostile and broken files: one located problem each, never a traceback, never a lot of time or memory."""

import subprocess
import sys
import time
from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.authoring.load import load_plan
from dondoc.authoring.reading import MAX_BYTES, read
from dondoc.authoring.tree import Scalar

HOSTILE = {
    "empty": ("", "1:1", "not-a-mapping"),
    "only a comment": ("# kế hoạch\n", "1:1", "not-a-mapping"),
    "a list": ("- plan: x\n", "1:1", "not-a-mapping"),
    "a text": ("xin chào", "1:1", "not-a-mapping"),
    "UTF-16": ("plan: x".encode("utf-16"), "1:1", "encoding"),
    "UTF-16 without mark": ("plan: x".encode("utf-16-be"), "1:1", "encoding"),
    "Windows-1258": (b"plan: x\ntitle: K\xea\xec ho\xa1ch", "2:9", "encoding"),
    "a NUL byte": (b"plan: x\ntitle: a\x00b\n", "2:9", "unreadable-character"),
    "an escape character": ("plan: x\ntitle: a\x1b[31m\n", "2:9", "unreadable-character"),
    "a lone surrogate": ("plan: \ud800", "1:7", "unreadable-character"),
    "a mark in the middle": ("plan: x\ufeff", "1:8", "unreadable-character"),
    "duplicate keys": ("plan: x\ntitle: a\nplan: y\n", "3:1", "duplicate-key"),
    "an alias": ("plan: x\ntitle: *a\n", "2:8", "alias"),
    "an anchor": ("plan: &a x\n", "1:7", "anchor"),
    "a tag": ("plan: !!python/object:os.system x\n", "1:7", "tag"),
    "a list as key": ("? [a, b]\n: c\nplan: x", "1:3", "complex-key"),
    "nothing as key": ("? ~\n: x\nplan: y", "1:3", "empty-key"),
    "two documents": ("plan: x\n---\nplan: y\n", "2:1", "second-document"),
    "a tab": ("plan:\n\tx: y\n", "2:1", "yaml-syntax"),
    "an open quote": ("plan: 'x\ntitle: y\n", "1:7", "yaml-syntax"),
    "an open bracket": ("plan: x\nnotes: [a\ntitle: y\n", "2:8", "yaml-syntax"),
    "a colon inside": ("title: Kế hoạch: năm\n", "1:16", "yaml-syntax"),
    "a word alone": ("plan: x\ntitle\n", "2:1", "yaml-syntax"),
    "a directive": ("%YAMLX 1\n---\nplan: x", "1:7", "yaml-syntax"),
    "3,000 deep": ("plan: " + "[" * 3000 + "]" * 3000, "1:46", "too-deep"),
    "3,000 deep in blocks": ("".join(" " * n + "a:\n" for n in range(3000)), "41:41", "too-deep"),
    "50 MB": (b"plan: " + b"x" * 50_000_000, "1:1", "too-large"),
    "millions of items": ("plan: [" + "a," * 3_000_000 + "]", "1:800002", "too-large"),
    "a billion laughs": (
        "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefghijklmnop")),
        "1:4",
        "anchor",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_located_problem(name: str) -> None:
    text, place, code = HOSTILE[name]
    loaded = load_plan(text, "x.yaml")
    assert loaded.value is None
    first = next(problem for problem in loaded.problems if problem.code == code)
    assert f"{first.line}:{first.column}" == place
    assert first.message
    assert all(problem.shown() for problem in loaded.problems)


@pytest.mark.parametrize("name", ["50 MB", "3,000 deep", "a billion laughs"])
def test_a_file_that_explodes_elsewhere_costs_next_to_nothing(name: str) -> None:
    started = time.process_time()
    load_plan(HOSTILE[name][0], "x.yaml")
    assert time.process_time() - started < 1


def test_the_largest_file_that_is_read_costs_seconds_and_no_more_than_300_mb() -> None:
    script = """
import time
from dondoc.authoring.load import load_plan
started = time.process_time()
assert load_plan("plan: [" + "a," * 3_000_000 + "]").problems
peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1]
print(time.process_time() - started, int(peak) / 1000)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, told.stdout.split())
    assert seconds < 4  # two on a quiet machine
    assert megabytes < 300


def test_a_file_of_mistakes_is_read_only_so_far() -> None:
    found = read("\n".join(["a: x"] * 5000), "x.yaml").problems
    assert len(found) == 202
    assert found[-1].code == "too-many-problems"


def test_a_byte_order_mark_is_told_of_and_ignored() -> None:
    source = read(b"\xef\xbb\xbfplan: x", "x.yaml")
    assert [(problem.code, problem.severity) for problem in source.problems] == [("byte-order-mark", "warning")]
    assert source.position(("plan",)) == (1, 7)


def test_letters_written_apart_are_read_as_one_and_carets_stay_in_place() -> None:
    apart = normalize("NFD", "plan: x\ntitle: Kế hoạch trẻ em\n")
    source = read(apart, "x.yaml")
    assert [(p.code, p.severity, p.line) for p in source.problems] == [("decomposed", "warning", 2)]
    assert isinstance(title := source.node(("title",)), Scalar)
    assert title.text == "Kế hoạch trẻ em"
    assert source.position(("title",), len("Kế hoạch ")) == (2, 17)


def test_scalars_keep_their_spelling() -> None:
    written = ["no", "on", "Off", "17:00", "5.10", "0x1F", "1_000", "2023-06-19", "y", "1e3", "0o17", ".inf"]
    source = read("".join(f"k{n}: {text}\n" for n, text in enumerate(written)), "x.yaml")
    assert [node.text for n in range(len(written)) if isinstance(node := source.node((f"k{n}",)), Scalar)] == written


def test_a_position_can_point_inside_a_text_in_quotes_or_without() -> None:
    source = read('a: {b: "x y z", c: x y z}\nd: [x, y z]\n', "x.yaml")
    assert source.position(("a", "b"), 2) == (1, 11)
    assert source.position(("a", "c"), 2) == (1, 22)
    assert source.position(("d", 1), 2) == (2, 10)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    loaded = load_plan(data, "x.yaml")
    assert loaded.value is None
    assert loaded.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in loaded.problems)


@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@#,? \n\t"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert load_plan(text, "x.yaml").problems


def test_the_limit_is_above_a_large_organisation() -> None:
    assert MAX_BYTES > 10_600 * 500


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00", "the file is a Word or Excel file, or another archive, not YAML"),
        (b"\xd0\xcf\x11\xe0\xa1", "the file is an older Word or Excel file, not YAML"),
        (b"%PDF-1.7\n", "the file is a PDF, not YAML"),
    ],
)
def test_a_document_is_told_from_a_plan_and_what_reads_it_is_named(content: bytes, said: str) -> None:
    (problem,) = read(content, "kh").problems
    assert (problem.line, problem.column, problem.message, problem.excerpt) == (1, 1, said, "")
    assert "`dondoc draft DOCUMENT`" in problem.hint


def test_the_space_that_word_writes_after_a_colon_is_named() -> None:
    (problem,) = read("plan: x\nnumber:\xa012/KH\ntitle: T\n", "p.yaml").problems
    assert (problem.line, "no-break space (U+00A0)" in problem.hint) == (2, True)
