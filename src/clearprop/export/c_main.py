"""The C program around an exported header: it prints what that gives for the rows of a sample."""

from pathlib import Path

from clearprop.data import CategoricalColumn
from clearprop.export.c_header import Header
from clearprop.export.names import c_literal
from clearprop.export.program import Classes, TwoClasses
from clearprop.export.samples import Sample


def program_around(header: Header, path: Path, sample: Sample) -> str:
    """Return a program that prints what the header gives for the rows of a sample, as JSON."""
    tables, reads = [], []
    for field, column in zip(header.fields, header.program.columns, strict=True):
        values = sample.columns[column.name]
        if isinstance(column, CategoricalColumn):
            kind, shown = "const char *const", [c_literal(str(value)) for value in values]
            read = f"{header.name}_{field}_from({field}_of[n])"
        else:
            kind, read = f"const {header.number}", f"{field}_of[n]"
            shown = ["NAN" if v != v else header.spelling.number(float(v)) for v in values]
        tables.append(f"static {kind} {field}_of[] = {{\n    " + ",\n    ".join(shown) + "\n};\n")
        reads.append(f"        row.{field} = {read};\n")
    predicts = isinstance(header.program.answer, Classes | TwoClasses)
    keep = f"    classes[count] = {header.name}_predict(row);\n" if predicts else ""
    if header.program.deviation is not None:
        keep += f"    {header.name}_std(row, deviations[count]);\n"
    return (
        f'#include <stdio.h>\n#include "{path.as_posix()}"\n'
        f"static int count = 0, classes[{len(sample)}];\n"
        f"static {header.number} deviations[{len(sample)}][{header.program.answer.count}];\n"
        + "".join(tables)
        + f"static void show(const struct {header.name}_row *row)\n{{\n"
        f"    {header.number} out[{header.program.answer.count}];\n"
        f"    if ({header.name}_outputs(row, out) != 0)\n"
        f"        for (int k = 0; k < {header.program.answer.count}; ++k) out[k] = -1;\n"
        '    printf("%s[", count ? ",\\n" : "");\n'
        f"    for (int k = 0; k < {header.program.answer.count}; ++k)\n"
        '        printf("%s%.17g", k ? ", " : "", (double)out[k]);\n'
        f'    printf("]");\n{keep}    ++count;\n}}\n'
        'int main(void)\n{\n    printf("{\\"values\\": [");\n'
        f"    for (int n = 0; n < {len(sample)}; ++n) {{\n"
        f"        struct {header.name}_row row;\n{''.join(reads)}        show(&row);\n    }}\n"
        '    printf("], \\"classes\\": [");\n'
        '    for (int i = 0; i < count; ++i) printf("%s%d", i ? ", " : "", classes[i]);\n'
        '    printf("], \\"std\\": [");\n'
        f"    for (int i = 0; i < {header.program.answer.count} * count; ++i)\n"
        '        printf("%s%.17g", i ? ", " : "", (double)(&deviations[0][0])[i]);\n'
        '    printf("]}");\n    return 0;\n}\n'
    )
