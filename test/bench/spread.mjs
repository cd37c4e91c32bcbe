/**
 * Minimum, median and maximum of the rounds.
 * @param {readonly number[]} values one a round, at least one
 */
export function spreadOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: quantile(sorted, 0.5), max: sorted[sorted.length - 1] };
}

/** The value that a share of the sorted values does not pass (nearest rank); exact, nothing is put into buckets. */
export function quantile(sorted, share) {
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)];
}
