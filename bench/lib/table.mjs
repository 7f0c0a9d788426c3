/** A table as Markdown. */
export function markdown(head, lines) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...lines.map(row)].join(
    '\n',
  );
}

/** Median with its quartiles. */
export function ratio({ low, median, high }) {
  return `${short(median)} (${short(low)}-${short(high)})`;
}

/** Milliseconds in the unit that a person would choose. */
export function time(milliseconds) {
  if (milliseconds >= 1) return `${short(milliseconds)} ms`;
  return milliseconds >= 0.001 ? `${short(milliseconds * 1000)} us` : `${short(milliseconds * 1e6)} ns`;
}

/** Three digits are more than any of this is worth. */
export function short(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  if (value >= 10) return value.toFixed(1);
  return value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}
