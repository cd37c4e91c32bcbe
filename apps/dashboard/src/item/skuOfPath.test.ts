import { describe, expect, it } from '@jest/globals';
import { skuOfPath } from './skuOfPath.js';

/** As wouter reads a path before the page sees it (its src/paths.js). */
const asRouted = (sku: string): string => decodeURI(encodeURIComponent(sku));

describe('the sku of a path', () => {
  it.each(['10002', 'A/B', 'blue mug', '100%', '50% off/é', '#1?&+'])('%s is the same that the link was made of', (sku) => {
    expect(skuOfPath(asRouted(sku))).toBe(sku);
  });
});
