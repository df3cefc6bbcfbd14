"""Every error, and all help of the command line, is there in Chinese."""

import ast
import re

import pytest

import clearprop as cp
from clearprop._translation import catalogue, translated
from clearprop.cli.app import commands, run
from clearprop.cli.help_text import paragraphs

from .sentences import PLACE, SOURCE, of_errors

CODE = re.compile(
    r"""'[^']*'|"[^"]*"|`[^`]*`|--[\w-]+|[\w.]+\(.*\)|[\w.]+ ?= ?\S+|\{[^}]*\}|\[[^\]]*\]"""
    r"""|[\w.]*[_./@]\w+|\b[A-Z]\w*"""
)
"""What is typed as it is in any language: code, names of files, options, names with capitals."""
NAMES = {"answers/*.json.", "predict.", "forward.", "class.csv.", "latex, or html."}
CHINESE = re.compile("[\u4e00-\u9fff]")


def in_words(sentence):
    """Return whether a sentence is more than something to type."""
    typed = sentence.startswith(("clearprop ", "--"))
    return not typed and re.search(r"\b[a-z]{3,}\b", CODE.sub(" ", sentence)) is not None


def test_every_error_is_there_in_chinese():
    sentences = [one for one in of_errors() if in_words(one)]
    assert len(sentences) > 550
    said = {one: translated(one.replace(PLACE, "7"), "zh") for one in sentences}
    missing = [one for one in sentences if not CHINESE.search(said[one])]
    assert [(one, of_errors()[one]) for one in missing if one not in NAMES] == []


def help_of_commands():
    for command in commands():
        source = (SOURCE / "cli" / f"{command.file}.py").read_text("utf-8")
        found = ast.parse(source).body
        (function,) = [one for one in found if getattr(one, "name", "") == command.file]
        for _, words in paragraphs(ast.get_docstring(function)):
            yield command.name, words


def test_the_help_of_every_command_is_there_in_chinese():
    texts = [*help_of_commands()]
    assert len(texts) > 150
    assert [one for one in texts if not CHINESE.search(translated(one[1], "zh"))] == []


def test_the_librarys_own_words_in_help_are_chinese_too(capsys):
    run(["train", "--help", "--lang", "zh"])
    said = capsys.readouterr().out
    for words in ("用法：clearprop train", "[选项]", "[必填]", "[默认：", "[可选值："):
        assert words in said
    for words in ("Usage", "[OPTIONS]", "[required]", "[default", "[choices", "Parameters"):
        assert words not in said


def test_a_translation_has_the_places_of_its_sentence():
    for english, chinese in catalogue().items():
        assert english.count(PLACE) == chinese.count(PLACE), english
        assert not CHINESE.search(english), english


def test_an_error_keeps_its_argument_and_value():
    with pytest.raises(cp.InputError) as caught:
        cp.Layer(0)
    said = caught.value.translate("zh")
    assert "`units`（=0）不可用" in said
    assert "try" not in said
    assert caught.value.translate("en") == str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["mark", "--help", "--lang", "zh"], {}, "批改练习"),
        (["--help"], {"CLEARPROP_LANG": "zh"}, "显示本说明并退出"),
        (["graph", "a*b", "a=1", "b=2"], {"LANG": "zh_CN.UTF-8"}, "反向"),
        (["graph", "a*b", "a=1"], {"LANG": "zh_CN.UTF-8"}, "不可用：它没有值。"),
        (["graph", "a", "--foo"], {"CLEARPROP_LANG": "zh"}, "未知选项：--foo。"),
        (["graph", "a*b", "a=1", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "it has no value."),
        (["graph", "a*b", "a=1"], {"LC_ALL": "en_US", "LANG": "zh_CN"}, "it has no value."),
    ],
)
def test_the_command_line_speaks_the_language_of_its_user(
    arguments, variables, said, monkeypatch, capsys
):
    for name in ("CLEARPROP_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    run(arguments)
    told = capsys.readouterr()
    assert said in told.out + told.err


def test_a_hint_may_stand_within_a_sentence():
    said = translated("x.csv, line 3: 1 fields, and the header has 2. try: fewer.", "zh")
    assert said == "x.csv，第 3 行：1 个字段，而表头有 2 个。 试试：fewer."
