import { expect, it } from '@jest/globals';
import { actorOf } from './actor.js';

it.each([
  ['user:olga', { id: 'user:olga', name: 'olga', kind: 'USER' }],
  ['user:a:b', { id: 'user:a:b', name: 'a:b', kind: 'USER' }],
  ['key:k1', { id: 'key:k1', name: 'k1', kind: 'API_KEY' }],
  ['alerting', { id: 'alerting', name: 'alerting', kind: 'SYSTEM' }],
])('%s is somebody', (text, actor) => {
  expect(actorOf(text)).toEqual(actor);
});
