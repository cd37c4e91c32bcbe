import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from './problems.js';

describe('the catalogue of problems', () => {
  it.each(Object.entries(PROBLEMS))('says of %s what, an example and a fix', (code, { status, title, what, example, fix }) => {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect([title, what, example, fix].every((text) => text.length > 0)).toBe(true);
  });

  it('gives no two problems one title', () => {
    const titles = Object.values(PROBLEMS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
