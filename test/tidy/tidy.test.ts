import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '@quayside/tools/root.mjs';

/** Rooms that a room may import (ARCHITECTURE.md, "The house"). Its package.json has to say the same. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'libs/contracts': [],
  'libs/standards': ['contracts'],
  'libs/stock': ['contracts'],
  'libs/alerts': ['contracts'],
  'libs/kafka': ['contracts'],
  'libs/store': ['contracts', 'stock'],
  'libs/service': [],
  'apps/ingest': ['contracts', 'standards', 'stock', 'kafka', 'store', 'service'],
  'apps/inventory': ['contracts', 'stock', 'kafka', 'store', 'service'],
  'apps/alerting': ['contracts', 'alerts', 'kafka', 'store', 'service'],
  'apps/gateway': ['contracts', 'kafka', 'store', 'service'],
  'apps/cli': ['contracts', 'standards', 'stock', 'kafka', 'store', 'service'],
  'apps/dashboard': [],
  test: ['contracts', 'standards', 'stock', 'alerts', 'kafka', 'store', 'service', 'inventory', 'cli', 'tools'],
};
const PURE_ROOMS = ['libs/contracts', 'libs/standards', 'libs/stock', 'libs/alerts'];
/** Clients of the outside world, and the one room that knows each. */
const KNOWN_BY: Record<string, readonly string[]> = {
  kafkajs: ['libs/kafka', 'test'],
  ioredis: ['libs/store', 'test'],
  pg: ['libs/store', 'test'],
  '@prisma/client': ['libs/store'],
};

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const sources = files.filter((file) => /^(apps|libs|test|tools)\/.*\.(ts|tsx|mjs|mts)$/.test(file));
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const codeOf = (file: string): string => textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
const roomOf = (file: string): string => (file.startsWith('test/') ? 'test' : file.split('/').slice(0, 2).join('/'));
const importsOf = (file: string): string[] => [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap((match) => match[1] ?? []);
/** Whether a room lets others in there. */
const hasDoor = (room: string, path: string): boolean =>
  ['libs', 'apps'].some((kind) => {
    const file = `${kind}/${room}/package.json`;
    return files.includes(file) && Object.hasOwn((JSON.parse(textOf(file)) as { exports?: Record<string, unknown> }).exports ?? {}, `.${path}`);
  });
const isTest = (file: string): boolean => /\.test\.ts$|Suite\.ts$|^test\//.test(file);

/** A rule holds when nothing breaks it; what does is listed, with what to do instead. */
const found = (instead: string, broken: readonly string[]): string =>
  broken.length === 0 ? '' : `${instead}:\n${broken.map((each) => `  ${each}`).join('\n')}`;

describe('the house is tidy:', () => {
  it('there is something to look at', () => {
    expect(sources.length).toBeGreaterThan(100);
    for (const room of Object.keys(MAY_IMPORT)) expect(existsSync(join(ROOT, room, 'package.json'))).toBe(true);
  });

  it('rooms import what the table allows, by the door', () => {
    const broken = sources
      .filter((file) => !file.startsWith('tools/'))
      .flatMap((file) =>
        importsOf(file).flatMap((name) => {
          const [, target, deep] = /^@quayside\/([a-z]+)(\/.*)?$/.exec(name) ?? [];
          if (target === undefined) return [];
          const allowed = MAY_IMPORT[roomOf(file)]?.includes(target) ?? false;
          // tools are scripts, each a door of its own; other rooms name theirs in exports.
          return allowed && (deep === undefined || target === 'tools' || hasDoor(target, deep)) ? [] : [`${file} imports ${name}`];
        }),
      );
    expect(found('Move the code down, or hand it in as an argument', broken)).toBe('');
  });

  it('package.json says the same as the table', () => {
    const broken = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) => {
      const { dependencies = {} } = JSON.parse(textOf(`${room}/package.json`)) as { dependencies?: Record<string, string> };
      const declared = Object.keys(dependencies)
        .filter((name) => name.startsWith('@quayside/'))
        .map((name) => name.slice('@quayside/'.length));
      return declared.filter((name) => !allowed.includes(name)).map((name) => `${room} declares ${name}`);
    });
    expect(found('A dependency is a permission: the table in this test and ARCHITECTURE.md come first', broken)).toBe('');
  });

  it('relative imports stay inside their room, but for tests', () => {
    const broken = sources
      .filter((file) => !isTest(file) && !file.startsWith('tools/'))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => name.startsWith('.') && roomOf(join(file, '..', name)) !== roomOf(file))
          .map((name) => `${file} imports ${name}`),
      );
    expect(found('Import the package', broken)).toBe('');
  });

  it('pure rooms see no clock, chance, environment or input and output', () => {
    const impure = /\bDate\.now\(|new Date\(\)|\bMath\.random\(|\bprocess\.|\bsetTimeout\(|\bsetInterval\(|\bfetch\(|from 'node:(?!crypto)/;
    const broken = sources
      .filter((file) => PURE_ROOMS.includes(roomOf(file)) && !isTest(file))
      .filter((file) => impure.test(textOf(file)) || /randomUUID|randomBytes|randomInt/.test(textOf(file)));
    expect(found('Take it as an argument', broken)).toBe('');
  });

  it.each(Object.entries(KNOWN_BY))('only the room that knows %s imports it', (name, rooms) => {
    const broken = sources.filter((file) => !file.startsWith('tools/') && !rooms.includes(roomOf(file)) && importsOf(file).some((each) => each === name));
    expect(found(`Go through ${rooms[0]}`, broken)).toBe('');
  });

  it('a topic is spelled in one place', () => {
    const broken = sources.filter((file) => !isTest(file) && /['"`](?:\$\{prefix\})?supply\./.test(codeOf(file)) && file !== 'libs/contracts/src/topics.ts');
    expect(found('Use topicName of libs/contracts', broken)).toBe('');
  });

  it('names say what is in them', () => {
    const broken = files.filter((file) =>
      /\/(utils?|helpers?|common|misc|dtos?|mappers?|repositories|interfaces|base\.[a-z]+|constants|types)(\/|\.ts)/.test(`/${file}`),
    );
    expect(found('Name it after what it knows', broken)).toBe('');
  });

  it('files have at most 400 lines', () => {
    const broken = sources.filter((file) => textOf(file).split('\n').length > 401);
    expect(found('Find the two concepts in it', broken)).toBe('');
  });

  it('there is no door but a package’s own', () => {
    const broken = sources.filter((file) => /\/index\.tsx?$/.test(file) && !/^(libs|apps)\/[a-z]+\/src\/index\.ts$/.test(file));
    expect(found('Import the file', broken)).toBe('');
  });

  it('no test is switched off without a word', () => {
    const broken = sources
      .filter(isTest)
      .filter(
        (file) =>
          file !== 'test/tidy/tidy.test.ts' &&
          /\b(?:it|test|describe)\.(?:only|todo)\b|\bx(?:it|describe)\(|\.skip\((?!`\$\{title\} \[skipped: )/.test(textOf(file)),
      );
    expect(found('Delete it, or say in its title why it is skipped and what brings it', broken)).toBe('');
  });

  it('nothing of one machine is committed', () => {
    const broken = files.filter(
      (file) =>
        !/package-lock\.json$|\.(png|ico|jpg)$/.test(file) &&
        /\/work\/(?:main|shared)|\/home\/[a-z]+\/|\/root\//.test(textOf(file)) &&
        file !== 'test/tidy/tidy.test.ts',
    );
    expect(found('Find it relative to the repository or through the environment', broken)).toBe('');
  });
});
