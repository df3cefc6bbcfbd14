"""Tables as they come: what is read, filled and left out, and that it is said."""

import gzip
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop._errors import InputError
from clearprop.data import DateColumn, Encoding, NumericColumn, as_table, infer_task, read_table
from clearprop.data.numerals import is_formatted, read_numerals


@pytest.fixture
def read(tmp_path):
    def reader(content, **options):
        path = tmp_path / "data.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, **options)

    return reader


def notes_of(thing):
    assert all(note.en and note.zh for note in thing.notes)
    return " ".join(note.en for note in thing.notes)


CHINESE = "城市,价格\n北京,1\n上海市区,2\n"
ENCODINGS = {
    "GBK": (CHINESE.encode("gbk"), "北京"),
    "Big5": ("城市,價格\n臺北,1\n高雄市,2\n".encode("big5"), "臺北"),
    "UTF-16": (CHINESE.encode("utf-16"), "北京"),
    "UTF-16 without a mark": ("city,x\nOslo,1\nRome,2\n".encode("utf-16-le"), "Oslo"),
    "EUC-KR": ("도시,가격\n서울특별시,1\n부산광역시,2\n".encode("euc_kr"), "서울특별시"),
    "Windows-1252": ("city,x\nKöln,1\nZürich,2\n".encode("cp1252"), "Köln"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_what_spreadsheets_write_is_read_and_said(read, name):
    content, city = ENCODINGS[name]
    table = read(content)
    assert table.frame.iloc[0, 0] == city
    assert f"is read as {name.split(' ')[0]}" in notes_of(table)
    assert f"is read as {name.split(' ')[0]}" in notes_of(read(content, strict=True))


def test_utf8_is_not_worth_a_note(read):
    assert read(CHINESE).notes == ()


NUMERALS = {
    "decimal commas": ("x;y\n0,5;1\n1,25;2\n3;4\n", [0.5, 1.25, 3]),
    "decimal commas and points for thousands": ("x;y\n1.200,5;1\n7,25;2\n", [1200.5, 7.25]),
    "decimal commas of three places": ("x;y\n0,5;1\n1,250;2\n", [0.5, 1.25]),
    "thousands": ('x,y\n"1,200",1\n900,2\n', [1200, 900]),
    "millions": ("x;y\n1,200.5;1\n1,234,567;2\n", [1200.5, 1234567]),
    "quoted decimal commas": ('x,y\n"0,500",1\n"1,250",2\n', [0.5, 1.25]),
    "commas in text": ('x,y,t\n"1,200",1,a\n"2,300",2,"3,5"\n', [1200, 2300]),
    "spaces": ("x,y\n1 200,1\n12 345 678,2\n", [1200, 12345678]),
    "money": ('x,y\n"$1,200.50",1\n$3,2\n', [1200.5, 3]),
    "per cent": ("x,y\n10%,1\n12.5 %,2\n", [10, 12.5]),
    "minus": ("x;y\n−0,5;1\n1,5;2\n", [-0.5, 1.5]),
    "missing": ("x;y\n0,5;1\n;2\n-;3\n", [0.5, np.nan, np.nan]),
}


@pytest.mark.parametrize(("content", "expected"), NUMERALS.values(), ids=NUMERALS)
def test_numbers_written_for_people_are_read_and_said(read, content, expected):
    table = read(content)
    np.testing.assert_array_equal(table.frame["x"], expected)
    assert "column 'x': " in notes_of(table)
    assert read(content, strict=True).notes == ()


UNCLEAR = {
    "points and commas": ("x;y\n0.1;0,5\n0.3;1,5\n", "commas stand in its numbers"),
    "thousands or decimals": ("x;y\n3;1,200\n4;2,300\n", "commas stand in its numbers"),
    "points for thousands": ("x;y\n1.000;0,5\n2.000;1,5\n", "commas stand in its numbers"),
    "per cent and plain": ("x;y\n3;10%\n4;20%\n5;7\n", "per cent signs stand"),
    "two units": ("x;y\n3;$10\n4;€20\n", "other signs than digits"),
}


@pytest.mark.parametrize(("content", "message"), UNCLEAR.values(), ids=UNCLEAR)
def test_numbers_of_which_the_file_leaves_a_doubt_are_refused(read, content, message):
    table = read(content)
    with pytest.raises(InputError, match=f"line 2, column 'y'.*{message}"):
        infer_task(table, ["y"])
    with pytest.raises(InputError, match=f"line 2, column 'y'.*{message}"):
        Encoding.learn(table, leave_out=["x"])


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=5))
def test_grouped_numbers_are_what_python_formats(numbers):
    texts = [f"{number:,.2f}" for number in [*numbers, 1234]]
    assert is_formatted(texts[-1])
    found = read_numerals(texts, decimal=".")
    np.testing.assert_array_equal(found.values, [float(number) for number in [*numbers, 1234]])
    german = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    found = read_numerals(german, decimal=",")
    np.testing.assert_array_equal(found.values, [float(number) for number in [*numbers, 1234]])


def test_a_line_may_name_the_separator(read):
    table = read("sep=;\r\na;b,c\r\n1;2\r\n")
    assert table.names == ["a", "b,c"]
    assert table.place(0) == "line 3"


def test_row_names_and_empty_columns_are_left_out(read):
    table = read('"",x,y,\n"a",1,2,\n"b",3,4,\n')
    assert table.names == ["x", "y"]
    assert "names of the rows" in notes_of(table)
    with pytest.raises(InputError, match="line 1: column 1 has no name"):
        read(",x\na,1\n", strict=True)


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (["", "a", "b"], [0]),
        (["NA", "a", "b"], [0]),
        (["N/A", "a", "NaN"], [0, 2]),
        (["NA", "FR", "DE", "CN"], []),
        (["None", "Attic", "Cellar"], []),
        (["NO", "YES", "NA"], [2]),
    ],
)
def test_words_for_missing_text_are_told_by_the_column(read, cells, missing):
    rows = "".join(f"{cell},{n}\n" for n, cell in enumerate(cells))
    assert np.flatnonzero(read("c,y\n" + rows).missing("c")).tolist() == missing


def test_words_for_missing_text_are_known_in_frames_of_any_type():
    for kind in (object, "str", "category"):
        frame = pd.DataFrame({"c": pd.Series([" NA ", "a", None, "n/a", "b"], dtype=kind)})
        assert as_table(frame).missing("c").tolist() == [True, False, True, True, False]


def test_a_word_for_missing_numbers_is_one_for_missing_text(read):
    table = read("c,x\nNone,1\na,None\nb,3\n")
    assert table.missing("c").tolist() == [True, False, False]
    np.testing.assert_array_equal(table.frame["x"], [1, np.nan, 3])


def test_missing_numbers_become_the_mean_of_the_training_rows(read):
    table = read("x,y\n1,0\n,0\n3,0\n100,0\n")
    encoding = Encoding.learn(table, ["y"], rows=np.array([0, 1, 2]))
    assert encoding.features == ("x", "x is missing")
    assert encoding.fills_gaps
    assert not Encoding.learn(table, ["x"]).fills_gaps
    np.testing.assert_array_equal(encoding.matrix(table), [[1, 0], [2, 1], [3, 0], [100, 0]])
    assert "x (1): a missing number becomes the mean" in notes_of(encoding)
    again = Encoding.from_record(json.loads(json.dumps(encoding.record())))
    assert again == encoding
    np.testing.assert_array_equal(again.matrix(as_table({"x": [None, 5.0]})), [[2, 1], [5, 0]])
    np.testing.assert_array_equal(again.matrix(read("x\n?\n")), [[2, 1]])


def test_a_number_that_lacks_outside_of_training_only_needs_no_feature(read):
    table = read("x,y\n1,0\n3,0\n,0\n")
    encoding = Encoding.learn(table, ["y"], rows=np.array([0, 1]))
    np.testing.assert_array_equal(encoding.matrix(table), [[1], [3], [2]])


def test_a_column_that_only_rows_outside_of_training_have_is_left_out(read):
    table = read("x,z,y\n,1,0\n,2,0\n3,3,0\n")
    encoding = Encoding.learn(table, ["y"], rows=np.array([0, 1]))
    assert encoding.features == ("z",)
    assert "x (2): left out, no training row has a value." in notes_of(encoding)


def test_missing_text_is_a_category_of_its_own(read):
    table = read("c,y\nb,0\n,0\na,0\n")
    encoding = Encoding.learn(table, ["y"])
    assert encoding.features == ("c is missing", "c=a", "c=b")
    np.testing.assert_array_equal(encoding.matrix(table), [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    again = Encoding.from_record(json.loads(json.dumps(encoding.record())))
    np.testing.assert_array_equal(again.matrix(as_table({"c": [None]})), [[1, 0, 0]])
    with pytest.raises(InputError, match=r"try: one of 'a', 'b'\."):
        again.matrix(as_table({"c": ["z"]}))


def test_a_gap_that_training_never_saw_becomes_what_is_usual_and_is_said(read):
    table = read("x,d,c,y\n1,2024-01-01,a,0\n2,2024-01-03,b,0\n6,2024-01-05,b,0\n")
    encoding = Encoding.learn(table, ["y"])
    encoding = encoding.filling_gaps(encoding.matrix(table))
    assert Encoding.from_record(json.loads(json.dumps(encoding.record()))) == encoding
    assert encoding.unforeseen(table) == ()
    later = read("x,d,c\n5,2024-01-02,a\n?,,\n,,\n")
    usual = [3, 19725, 0, 1]
    np.testing.assert_array_equal(encoding.matrix(later), [[5, 19724, 1, 0], usual, usual])
    said = encoding.unforeseen(later)
    assert [note.en.partition(":")[0] for note in said] == ["x (2)", "d (2)", "c (2)"]
    assert "a missing number becomes the mean of the training rows, none of" in said[0].en
    assert "missing text becomes 'b', the most frequent of the training rows" in said[2].en
    assert all("训练行" in note.zh for note in said)


def test_a_gap_that_training_knew_is_not_worth_a_word(read):
    table = read("x,c,y\n1,a,0\n,,0\n3,b,0\n")
    encoding = Encoding.learn(table, ["y"])
    filling = encoding.filling_gaps(encoding.matrix(table))
    assert filling == encoding
    assert filling.unforeseen(table) == ()


def test_a_category_that_other_readers_take_for_missing_stands_for_missing_text(read):
    table = read("bags,y\nNone,0\nDriver,0\nDriver,0\n")
    encoding = Encoding.learn(table, ["y"])
    encoding = encoding.filling_gaps(encoding.matrix(table))
    (bags,) = encoding.columns
    assert bags.categories == ("Driver", "None")
    later = as_table(pd.DataFrame({"bags": ["Driver", None]}))  # as pandas reads that file
    np.testing.assert_array_equal(encoding.matrix(later), [[1, 0], [0, 1]])
    (said,) = encoding.unforeseen(later)
    assert said.en == "bags (1): missing text becomes 'None', a category of the training rows."


def test_na_that_is_a_category_is_no_gap(read):
    table = read("c,y\nNA,0\nFR,0\nFR,0\nDE,0\nCN,0\n")
    encoding = Encoding.learn(table, ["y"])
    encoding = encoding.filling_gaps(encoding.matrix(table))
    later = read("c\nNA\n")
    np.testing.assert_array_equal(encoding.matrix(later), [[0, 0, 0, 1]])
    assert encoding.unforeseen(later) == ()
    assert "(1): missing text becomes 'NA'" in encoding.unforeseen(read("c,x\n,1\nNA,2\n"))[0].en


def test_without_what_is_usual_a_gap_is_refused(read):
    encoding = Encoding.learn(read("x,c,y\n1,a,0\n2,b,0\n"), ["y"])
    for later in ("x,c\n1,a\n,b\n", "x,c\n1,a\n2,\n"):
        with pytest.raises(InputError, match=r"line 3, column '.': the value is missing"):
            encoding.matrix(read(later))


def test_na_among_codes_is_a_category_and_stays_one(read):
    table = read("c,y\nNA,0\nFR,0\nDE,0\nCN,0\n")
    encoding = Encoding.learn(table, ["y"])
    assert "NA is a category" in notes_of(encoding)
    np.testing.assert_array_equal(encoding.matrix(read("c\nNA\n")), [[0, 0, 0, 1]])


DATES = {
    "ISO": (["2024-01-31", "1970-01-01"], [19753, 0]),
    "time of day": (["2024-01-31 12:00", "1970-01-01 00:00"], [19753.5, 0]),
    "slashes": (["2024/1/31", "1970/01/01"], [19753, 0]),
    "German": (["31.01.2024", "01.01.1970"], [19753, 0]),
    "day first": (["31/01/2024", "01/01/1970"], [19753, 0]),
    "month first": (["01/31/2024", "01/01/1970"], [19753, 0]),
    "English": (["Jan 31, 2024", "Jan 01, 1970"], [19753, 0]),
    "Chinese": (["2024年1月31日", "1970年1月1日"], [19753, 0]),
}


@pytest.mark.parametrize(("cells", "days"), DATES.values(), ids=DATES)
def test_dates_become_days(cells, days):
    table = as_table({"d": cells})
    encoding = Encoding.learn(table, ())
    np.testing.assert_allclose(encoding.matrix(table)[:, 0], days, rtol=1e-12)
    assert notes_of(encoding) == "d: dates become days since 1970-01-01."
    again = Encoding.from_record(json.loads(json.dumps(encoding.record())))
    assert again == encoding
    with pytest.raises(InputError, match="this is no date as in training"):
        again.matrix(as_table({"d": ["yesterday"]}))


def test_dates_with_gaps_are_filled_and_dates_of_parquet_are_read(tmp_path):
    when = pd.to_datetime(["1970-01-03", None, "1970-01-05"])
    pd.DataFrame({"d": when, "e": [d if d is pd.NaT else d.date() for d in when]}).to_parquet(
        tmp_path / "d.parquet"
    )
    table = read_table(tmp_path / "d.parquet")
    encoding = Encoding.learn(table, ())
    assert all(type(column) is DateColumn for column in encoding.columns)
    np.testing.assert_array_equal(
        encoding.matrix(table), [[2, 0, 2, 0], [3, 1, 3, 1], [4, 0, 4, 0]]
    )


def test_dates_whose_day_and_month_cannot_be_told_are_left_out():
    encoding = Encoding.learn(as_table({"d": ["01/02/2024", "03/04/2024"], "x": [1, 2]}), ())
    assert [column.name for column in encoding.columns] == ["x"]
    assert "d: left out, dates of which day and month" in notes_of(encoding)


LEFT_OUT = {
    "names": (["name", "Name", "title"], [f"word {n}" for n in range(30)]),
    "identifiers": (["id", "PassengerId", "user_id", "编号"], list(range(100, 130))),
    "nothing": (["x"], [None] * 30),
}


@pytest.mark.parametrize(("names", "values"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_columns_that_teach_nothing_are_left_out(names, values):
    for name in names:
        encoding = Encoding.learn(as_table({name: values, "z": range(30)}), ())
        assert encoding.features == ("z",)
        assert f"{name}: left out" in notes_of(encoding)


def test_counting_numbers_under_another_name_are_an_input():
    for name in ("x", "grid", "paid", "time"):
        assert Encoding.learn(as_table({name: range(30)}), ()).features == (name,)


def test_codes_among_numbers_are_text(read):
    table = read("c,y\n" + "".join(f"{n % 5},0\n{n % 5}a,0\n" for n in range(40)))
    assert len(Encoding.learn(table, ["y"]).features) == 10
    slip = read("c,y\n" + "1,0\n2,0\n" * 40 + "1O,0\n")
    with pytest.raises(InputError, match=r"line 82, column 'c' \(='1O'\): this is text"):
        Encoding.learn(slip, ["y"])


CODES = {
    "sites": [*"123456789X"] * 6,
    "a word that comes once": [*"34568"] * 18 + ["rotary"],
    "several words": ["1", "2", "3", "none given", "n.a."] * 8,
    "after numbers": [4, 6.0, "rotary", 4, 6, 6, 4, 4, 6, 4, 6, 4, 6, 4, 4, 6, 4, 6],
}


@pytest.mark.parametrize("cells", CODES.values(), ids=CODES)
def test_words_among_few_numbers_that_repeat_make_categories(cells):
    table = as_table({"c": cells, "x": range(len(cells))})
    encoding = Encoding.learn(table, ["x"])
    names = sorted({f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in cells})
    assert encoding.features == tuple(f"c={name}" for name in names)
    assert notes_of(encoding) == "c: categories, since text stands among the numbers."
    assert Encoding.from_record(json.loads(json.dumps(encoding.record()))) == encoding
    assert infer_task(table, ["c"])[0] == "classification"
    strictly = Encoding.learn(table, ["x"], strict=True)
    with pytest.raises(InputError, match="this is text in a column of numbers"):
        strictly.matrix(table)
    with pytest.raises(InputError, match="this is text in a column of numbers"):
        infer_task(table, ["c"], strict=True)


MISTAKES = {
    "few rows": ["1", "2", "3", "X", "1", "2", "3"],
    "many numbers": [*map(str, range(40)), "X"] * 5,
    "measured": ["1.5", "2.5", "X"] * 20 + ["1.5"],
    "a slip": ["1", "2"] * 40 + ["1O"],
    "two slips": ["1", "2"] * 40 + ["1O", "2l"],
    "no letter": ["1", "2"] * 40 + ["<>"],
    "infinite": ["1", "2"] * 40 + ["inf"],
}


@pytest.mark.parametrize("cells", MISTAKES.values(), ids=MISTAKES)
def test_other_text_among_numbers_is_a_mistake(cells):
    with pytest.raises(InputError, match=r"this is text in a column of numbers|is infinite"):
        Encoding.learn(as_table({"c": cells}), ())


def test_per_cent_stays_per_cent(read):
    encoding = Encoding.learn(read("x,y\n10%,1\n20%,2\n"), ["y"])
    assert encoding.columns == (NumericColumn("x", percent=True),)
    np.testing.assert_array_equal(encoding.matrix(read("x\n5%\n")), [[5]])
    with pytest.raises(InputError, match=r"no per cent signs, and had per cent signs"):
        encoding.matrix(read("x\n0.05\n"))
    plain = Encoding.learn(read("x,y\n0.1,1\n0.2,2\n"), ["y"])
    with pytest.raises(InputError, match=r"per cent signs, and had no per cent signs"):
        plain.matrix(read("x\n5%\n"))


def test_whole_numbers_that_float64_rounds_are_said():
    column = np.array([2**63, 2**63 + 1], dtype=np.uint64)
    assert "beyond 2^53" in notes_of(Encoding.learn(as_table({"x": column}), ()))
    column = np.array([2**53, -(2**53)])
    assert notes_of(Encoding.learn(as_table({"x": column}), ())) == ""


def test_rows_without_a_target_keep_the_places_of_the_others(read):
    table = read("x,y\n1,\n2,5\n3,NA\n4,6\n").with_values(["y"])
    assert table.frame["x"].tolist() == [2, 4]
    assert [table.place(row) for row in range(2)] == ["line 3", "line 5"]
    with pytest.raises(InputError, match="column 'y': every value is missing"):
        read("x,y\n1,\n2,\n").with_values(["y"])


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/")), content)
    return stream.getvalue()


def test_a_table_alone_in_an_archive_is_read(read):
    for content in (zipped(a="x,y\n1,2\n", folder__=b""), gzip.compress(b"x,y\n1,2\n")):
        assert read(content).frame.to_numpy().tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(a="x\n1\n", b="x\n1\n"), "archive of 2 files"),
        (zipped(), "archive"),
        (zipped(**{"[Content_Types].xml": "", "xl": ""}), "it is a spreadsheet"),
        (zipped(a="x,y\n1,2\n" * 50)[:-30], "damaged archive"),
        (gzip.compress(b"x,y\n1,2\n" * 50, mtime=0)[:-9], "damaged archive"),
    ],
    ids=["two files", "no file", "spreadsheet", "damaged zip", "damaged gzip"],
)
def test_other_archives_are_refused(read, content, message):
    with pytest.raises(InputError, match=message):
        read(content)


def test_an_archive_of_a_table_that_is_too_large_is_refused(read, monkeypatch):
    monkeypatch.setattr("clearprop.data.compressed.MAX_BYTES", 5)
    for content in (zipped(a="x,y\n1,2\n"), gzip.compress(b"x,y\n1,2\n")):
        with pytest.raises(InputError, match="takes more than"):
            read(content)


def test_parquet_columns_have_names_and_each_another(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    for names, message in ((["a", "a"], "two columns named 'a'"), (["a", ""], "column 2 has no")):
        table = pa.Table.from_arrays([pa.array([1.0]), pa.array([2.0])], names=names)
        parquet.write_table(table, tmp_path / "t.parquet")
        with pytest.raises(InputError, match=message):
            read_table(tmp_path / "t.parquet")


def test_parquet_columns_of_lists_records_and_bytes_are_refused_where_they_are_used(tmp_path):
    columns = {
        "list": [[1, 2]] * 4,
        "record": [{"a": 1}] * 4,
        "bytes": [b"a"] * 4,
        "y": [1, 2, 3, 4],
    }
    pd.DataFrame(columns).to_parquet(tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    for name in ("list", "record", "bytes"):
        with pytest.raises(InputError, match=f"column '{name}'.*no plain number or text"):
            Encoding.learn(table, [n for n in columns if n != name])
        with pytest.raises(InputError, match=f"column '{name}'.*no plain number or text"):
            infer_task(table, [name])
