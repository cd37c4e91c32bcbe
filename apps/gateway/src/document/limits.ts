/** What one operation may ask, on every transport alike. Real dashboards stay under a tenth of each. */
export const DOCUMENT_LIMITS = {
  /** A document is hashed, parsed and kept: this is ten times our largest one. */
  charactersMax: 32_768,
  /** The parser stops here, before a document of brackets costs a second. */
  tokensMax: 2_000,
  aliasesMax: 30,
  depthMax: 12,
  directivesMax: 20,
  /** Objects that an answer may hold by the SDL's `@cost`: 250 levels with item and location cost about 1,000. */
  costMax: 10_000,
  /** Of parsing, validating and coercing errors told at once: more help nobody and make the answer a lever. */
  errorsMax: 10,
  /** An introspection query has about 300. */
  nodesMax: 2_000,
} as const;

/** Largest page and longest list of keys in one argument (schema.graphql, "Conventions"). */
export const PAGE_MAX = 250;

/** Prepared documents kept: clients have tens, so that a flood of one-off documents cannot take the memory. */
export const KNOWN_DOCUMENTS_MAX = 1_000;

/** Costs kept a document; they differ with page sizes only. */
export const KNOWN_COSTS_MAX = 50;

/** An operation that takes longer is answered TIMEOUT; a command waits 5 s for its outcome and has to fit. */
export const OPERATION_MS_MAX = 10_000;

/** Body of an HTTP request and message of a socket, bytes: a full document with its variables. */
export const REQUEST_BYTES_MAX = 64 * 1024;
