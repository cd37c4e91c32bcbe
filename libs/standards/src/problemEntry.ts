/** What the fixed catalogue knows of one problem; its page at `/problems/<code>` shows all of it. */
export interface ProblemEntry {
  /** HTTP status of a request that meets nothing but this. */
  readonly status: number;
  readonly title: string;
  /** What is wrong, for the page. */
  readonly what: string;
  readonly example: string;
  /** What the caller can do about it; also in every answer. */
  readonly fix: string;
}
