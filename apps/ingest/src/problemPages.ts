import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import { isProblemCode, PROBLEMS, problemType, type ProblemCode } from '@quayside/standards';

/** The catalogue of problems for people: the `type` of every problem leads here. Loads nothing from outside. */
@Controller('problems')
export class ProblemPages {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  list(): string {
    const codes = Object.keys(PROBLEMS).filter(isProblemCode);
    const rows = codes.map(
      (code) => `<li><a href="${problemType(code)}"><code>${code}</code></a> (${PROBLEMS[code].status}) ${escapeHtml(PROBLEMS[code].title)}</li>`,
    );
    return page('Problems', `<h1>Problems</h1><ul>${rows.join('')}</ul>`);
  }

  @Get(':code')
  @Header('content-type', 'text/html; charset=utf-8')
  show(@Param('code') code: string): string {
    if (!isProblemCode(code)) throw new NotFoundException();
    return page(PROBLEMS[code].title, showEntry(code));
  }
}

function showEntry(code: ProblemCode): string {
  const { status, title, what, example, fix } = PROBLEMS[code];
  return [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p><code>${code}</code>, HTTP ${status}</p>`,
    `<h2>What</h2><p>${escapeHtml(what)}</p>`,
    `<h2>Example</h2><pre>${escapeHtml(example)}</pre>`,
    `<h2>What to do</h2><p>${escapeHtml(fix)}</p>`,
    '<p><a href="/problems">All problems</a></p>',
  ].join('\n');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} · Quayside</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap}</style></head>
<body>${body}</body></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
