import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { onOneLine, splitJson } from './splitJson.js';

describe('splitting a JSON document into its events', () => {
  it.each([
    ['one object', ' {"id":"a"} ', ['{"id":"a"}']],
    ['an array', '[{"id":"a"}, {"id":"b","data":{"lines":[1,2]}}]', ['{"id":"a"}', '{"id":"b","data":{"lines":[1,2]}}']],
    ['brackets, commas and quotes inside strings', '[{"id":"],{\\"["},{"id":"b"}]', ['{"id":"],{\\"["}', '{"id":"b"}']],
    ['an empty array', '[ ]', []],
    ['numbers beyond what JavaScript holds', '[{"quantity":9007199254740993}]', ['{"quantity":9007199254740993}']],
    ['no JSON document', 'id,source', null],
    ['an array that is cut', '[{"id":"a"}', null],
  ])('takes %s', (_case, text, events) => {
    expect(splitJson(text)).toEqual(events);
  });

  it('gives the elements of any array of objects, however it is written', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.constantFrom(undefined, 2), (objects, indent) => {
        const texts = splitJson(JSON.stringify(objects, null, indent));
        expect(texts?.map((text) => JSON.parse(onOneLine(text)) as unknown)).toEqual(JSON.parse(JSON.stringify(objects)));
      }),
    );
  });
});
