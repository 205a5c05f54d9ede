/** What spreadsheets take for a formula, and would run. */
const FORMULA = /^[=+\-@\t\r]/;

type Cell = string | number | boolean | null;

/** A record as RFC 4180 writes it; texts that look like formulas are marked as texts. */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell ?? '');
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
