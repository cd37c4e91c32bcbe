import { describe, expect, it } from '@jest/globals';
import { parse, validate } from 'graphql';
import { aSchema } from '../document/aSchema.js';
import { GRAPHIQL_TABS } from './graphiqlTabs.js';

describe('the tabs of GraphiQL', () => {
  it.each(GRAPHIQL_TABS.map((text) => [text.split('\n')[0] ?? '', text]))('runs as it stands: %s', (_first, text) => {
    expect(validate(aSchema(), parse(text))).toEqual([]);
  });
});
