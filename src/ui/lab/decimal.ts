/** A number with so many digits behind the point, as a language writes it. */
export function decimal(value: number, digits: number, language: string): string {
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(language, format);
}
