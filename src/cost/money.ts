/** Amounts of money for readers: cents below ten dollars, whole dollars above, thousands grouped. */
export function dollarsOf(amount: number): string {
  const size = Math.abs(amount);
  const digits = size < TEN && size >= CENT / 2 ? 2 : 0;
  const text = size.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${amount < 0 && Number(text.replaceAll(",", "")) !== 0 ? "−" : ""}$${text}`;
}

const TEN = 10;
const CENT = 0.01;
