"""`clearprop worksheet` and `clearprop mark`, as a teacher uses them."""

import csv
import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

SHEETS = ["--layers", "2-2-1", "--activations", "relu,sigmoid", "--out", "week"]


@pytest.fixture
def classroom(folder):
    (folder / "class.csv").write_text("姓名,班级\n李雷,1\n韩梅梅,1\n", encoding="utf-8")
    return folder


def key_of(out: str) -> dict[str, list[str]]:
    """Return the answers that the program prints, by blank."""
    names = {"δ": "delta", "∂L/∂a": "da", "∂L/∂W": "dW", "∂L/∂b": "db"}
    found = {}
    for line in out.splitlines()[1:]:
        name, _, numbers = line.strip().partition(" = ")
        for sign, letters in names.items():
            name = name.replace(sign, letters)
        name = re.sub(r"([Wb]\d) new", r"new_\1", name)
        found[name] = numbers.replace(";", ",").split(", ")
    return found


def test_a_class_gets_sheets_hands_in_and_is_marked(clearprop, classroom):
    code, out, err = clearprop("worksheet", *SHEETS, "--students", "class.csv", "--lang", "zh")
    assert (code, out) == (0, "")
    assert "请妥善保管" in err
    pages = sorted((classroom / "week").glob("*.html"))
    assert len(pages) == 2
    assert (classroom / "week" / "secret.key").stat().st_mode & 0o077 == 0
    handed_in = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        about = json.loads(re.search(r'id="sheet">(.*?)</script>', text)[1])
        assert "http" not in text.replace("http-equiv", "")
        _, key, _ = clearprop("worksheet", *SHEETS, "--lang", "zh", "--key", about["code"])
        answers = key_of(key)
        assert text.count("<input") == sum(map(len, answers.values()))
        if about["student"] == "李雷":
            answers["delta2"] = [str(-float(answers["delta2"][0]))]
        path = classroom / f"answers-{about['code']}.json"
        path.write_text(json.dumps(about | {"answers": answers}))
        handed_in.append(path)
    code, out, err = clearprop("mark", "week", *handed_in, "--out", "g.csv", "--feedback", "pages")
    assert code == 0
    assert "delta2" in out
    with open(classroom / "g.csv", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["李雷"]["first_wrong_step"] == "delta2"
    assert rows["李雷"]["mistake"] == "符号错了"
    assert float(rows["韩梅梅"]["points"]) == float(rows["韩梅梅"]["of"])
    assert len(list((classroom / "pages").glob("*.html"))) == 2


def test_the_same_sheets_come_again_and_others_are_refused(clearprop, classroom):
    clearprop("worksheet", *SHEETS)
    before = {path.name: path.read_bytes() for path in (classroom / "week").iterdir()}
    assert clearprop("worksheet", *SHEETS)[0] == 0
    assert {path.name: path.read_bytes() for path in (classroom / "week").iterdir()} == before
    code, _, err = clearprop("worksheet", *SHEETS, "--digits", "4")
    assert code == 2
    assert "could no longer be marked" in err


def test_every_form_is_written(clearprop, classroom):
    forms = "markdown,latex,ipynb,moodle"
    assert clearprop("worksheet", *SHEETS, "--format", forms, "--lang", "zh")[0] == 0
    files = {path.suffix: path for path in (classroom / "week").iterdir()}
    assert files[".md"].read_text(encoding="utf-8").startswith("# 手算反向传播")
    assert r"\end{document}" in files[".tex"].read_text(encoding="utf-8")
    notebook = json.loads(files[".ipynb"].read_text(encoding="utf-8"))
    quiz = ElementTree.fromstring(files[".xml"].read_bytes())
    assert [one.get("type") for one in quiz[:2]] == ["category", "cloze"]
    assert "每个数单独评判" in "".join(quiz.itertext())  # Moodle knows no follow-through
    code = notebook["metadata"]["clearprop"]["code"]
    _, key, _ = clearprop("worksheet", *SHEETS, "--lang", "zh", "--key", code)
    right = key_of(key)
    for cell in notebook["cells"]:  # a student fills the notebook in
        for name, numbers in right.items():
            if cell["source"].startswith(f"{name} = ["):
                cell["source"] = f"{name} = [{', '.join(numbers)}]\nstep({name!r}, {name})"
    files[".ipynb"].write_text(json.dumps(notebook), encoding="utf-8")
    code, out, _ = clearprop("mark", "week", files[".ipynb"])
    assert code == 0
    assert "16 / 16" in out


def test_answers_on_paper_are_typed_into_a_table(clearprop, classroom):
    sheets = [*SHEETS, "--blanks", "forward,shapes,formula,order,mistake"]
    clearprop("worksheet", *sheets)
    (page,) = (classroom / "week").glob("*.html")
    code = page.stem[-9:]
    right = key_of(clearprop("worksheet", *sheets, "--key", code)[1])
    written = {name: " ".join(fields) for name, fields in right.items()}
    written["z1"] = written["z1"].translate(
        str.maketrans("0123456789.-", "０１２３４５６７８９．－")
    )
    written["shape_z1"] = written["shape_z1"].replace("×", " by ")
    written["shape_dW1"] = written["shape_dW1"].replace("2", "２")
    written["formula"] = "δ = a² (1 − a) − y a(1−a)"
    written["order"] = " → ".join(written["order"].lower())
    written["mistake"] = f"第 {written['mistake']} 行"
    rows = [["编号", "姓名", "题目", "答案"]]
    rows += [[code, "李雷", name, answer] for name, answer in written.items()]
    for encoding, cells in (("gb18030", ";"), ("utf-16", "\t")):
        with open(classroom / "typed.csv", "w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=cells).writerows(rows)
        status, out, _ = clearprop("mark", "week", "typed.csv")
        assert status == 0
        assert f"{len(right)} / {len(right)}" in out
        assert "李雷" in out


BAD = [
    (["worksheet", "--out", "w", "--blanks", "magic"], "`blanks`"),
    (["worksheet", "--out", "w", "--format", "docx"], "`format`"),
    (["worksheet", "--out", "w", "--students", "none.csv"], "no such file"),
    (["worksheet", "--out", "w", "--layers", "9-9-9"], "`layers`"),
    (["worksheet", "--out", "w", "--key", "AAAA-AAAA"], "`secret`"),
    (["worksheet", "--out", "w", "--digits", "9"], "`digits`"),
    (["mark", "nowhere", "a.json"], "`folder`"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD)
def test_what_cannot_be_done_is_one_line(clearprop, classroom, arguments, said):
    code, out, err = clearprop(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (classroom / "w").exists()


def test_files_that_are_no_answers_are_refused(clearprop, classroom):
    clearprop("worksheet", *SHEETS)
    for name, text in (("a.json", "[1]"), ("b.json", "{"), ("c.csv", "x,y\n1,2\n"),
                       ("d.json", '{"format": "clearprop answers", "answers": {}}')):  # fmt: skip
        (classroom / name).write_text(text)
        code, _, err = clearprop("mark", "week", name)
        assert code == 2, name
        assert "`answers`" in err
