/** Text as it is searched: whatever its case, width and composition; on every engine the same, as engines fold otherwise or not at all. */
export function searchText(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/i\u0307+/g, 'i')
    .normalize('NFKC');
}

/** For `LIKE ? ESCAPE '!'` over searchable text: holds `part`, of which every character stands for itself. */
export function containing(part: string): string {
  return `%${searchText(part).replace(/[!%_]/g, '!$&')}%`;
}
