import { describe, expect, it } from '@jest/globals';
import { eventFormat } from './eventFormat.js';

describe('eventFormat', () => {
  it.each([
    ['application/cloudevents+json', false, 'structured'],
    ['application/cloudevents+json; charset=utf-8', false, 'structured'],
    ['Application/CloudEvents+JSON;charset="UTF-8";x=y', false, 'structured'],
    ['application/cloudevents-batch+json', false, 'batch'],
    ['application/x-ndjson', false, 'lines'],
    ['application/json', true, 'binary'],
    ['application/json', false, null],
    ['application/cloudevents+json; charset=utf-16', false, null],
    ['text/plain', true, null],
    ['', false, null],
    [undefined, false, null],
  ])('of %j with event headers %j is %j', (contentType, hasHeaders, format) => {
    expect(eventFormat(contentType, hasHeaders)).toBe(format);
  });
});
