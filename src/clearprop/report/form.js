const fields = [...document.querySelectorAll("[data-column]")];
const answer = document.getElementById("answer");
const remark = document.getElementById("remark");

// What stands in a field: a number, a text, or null where nothing does.
function valueOf(field, column) {
  if (column.categories) return field.value;
  if (field.value === "") return null;
  if (column.kind === "date") return Date.parse(`${field.value}T00:00:00Z`) / 86400000;
  return Number(field.value);
}

// The row that stands in the form, and the columns beyond what training saw.
function readForm() {
  const row = Object.create(null), beyond = [];
  for (const field of fields) {
    const column = model.columns[Number(field.dataset.column)];
    const value = valueOf(field, column);
    row[column.name] = value;
    if (typeof value === "number" && (value < column.low || value > column.high))
      beyond.push(column.name);
  }
  return [row, beyond];
}

function line(name, text, part) {
  const row = document.createElement("tr");
  const head = document.createElement("th"), cell = document.createElement("td");
  head.textContent = name;
  cell.textContent = text;
  row.append(head, cell);
  if (part !== undefined) {
    const bar = document.createElement("td"), meter = document.createElement("meter");
    meter.value = part;
    bar.append(meter);
    row.append(bar);
  }
  return row;
}

function lines(row) {
  const found = model.predict(row);
  if (found.probabilities !== undefined) {
    const each = found.probabilities.map(
      (p, k) => line(String(model.names[k]), `${(100 * p).toFixed(1)} %`, p));
    return "label" in found ? [line(words.prediction, String(found.label)), ...each] : each;
  }
  const spread = model.std === null ? null : model.std(row);
  return found.values.map((value, k) => {
    const unsure = spread === null ? "" : ` ± ${spread[k].toPrecision(3)}`;
    return line(model.names[k], `${value.toPrecision(6)}${unsure}`);
  });
}

function show() {
  const [row, beyond] = readForm();
  try {
    answer.replaceChildren(...lines(row));
    remark.textContent = beyond.length ? `${words.beyond} ${beyond.join(", ")}` : "";
  } catch (error) {
    answer.replaceChildren();
    remark.textContent = error.message;
  }
}

for (const field of fields) field.addEventListener("input", show);
show();
