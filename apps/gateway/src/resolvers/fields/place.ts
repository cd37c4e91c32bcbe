/** Item and location of anything that stands at one. */
export const PLACE = {
  item: ({ sku }: { sku: string }) => ({ sku }),
  location: ({ location }: { location: string }) => ({ code: location }),
};

/** What an object's own `__typename` says; for interfaces and unions. */
export const byTypeName = { __resolveType: ({ __typename }: { __typename: string }): string => __typename };

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}
