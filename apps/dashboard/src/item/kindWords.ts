/** A movement's kind or bucket for people: "COUNT_VARIANCE" is "Count variance". */
export function kindWords(kind: string): string {
  const words = kind.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
