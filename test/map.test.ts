import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { bindlint, type Files, project } from './command-line.ts';

/** Names that mean something in HTML, where the file system takes them. */
const hostile = `<img src=x onerror=alert(1)>'"&amp;\u202e.py`;
const files: Files = {
  [hostile]:
    'import os\nimport uvicorn\n\nHOST = os.environ.get("HOST", "127.0.0.1")\nuvicorn.run("app:app", host=HOST, port=8000)\n',
  'compose.yml':
    'services:\n  "<script>alert(1)</script>":\n    image: nginx\n    ports:\n      - "8080:80"\n    healthcheck:\n      test: curl -f http://localhost:80/\n',
};

describe('map as one page', { skip: process.platform === 'win32' }, () => {
  test('shows what the other formats show, with every step', async () => {
    const root = project(files);
    const { code, out } = await bindlint(['map', '--format', 'html'], root);
    assert.equal(code, 0);
    const { endpoints } = JSON.parse((await bindlint(['map', '--format', 'json'], root)).out);
    assert.equal([...out.matchAll(/<th scope="row">/g)].length, endpoints.length);
    const steps = endpoints.flatMap(({ host, port, target }: Record<string, { chain?: unknown[] } | null>) =>
      [host, port, target].flatMap((slot) => slot?.chain ?? []),
    );
    assert.ok(steps.length > 0);
    assert.equal([...out.matchAll(/<li>/g)].length, steps.length);
    for (const title of ['listens', 'is published', 'is connected to']) assert.match(out, new RegExp(`<h2>${title}`));
    for (const cell of ['127.0.0.1:8000', 'this machine only', 'bind error unhandled'])
      assert.ok(out.includes(`<td>${cell}</td>`), cell);
  });

  test('asks for nothing and runs nothing, whatever names hold', async () => {
    const { out } = await bindlint(['map', '--format', 'html'], project(files));
    assert.match(out, /default-src 'none'/);
    assert.doesNotMatch(out, /<(script|link|img|iframe|object|embed|base)\b|url\(|@import|\u202e/i);
    assert.ok(out.includes('&lt;img src=x onerror=alert(1)&gt;&#39;&quot;&amp;amp;'));
    const text = out.replace(/<style>.*?<\/style>/s, '');
    for (const [, attributes] of text.matchAll(/<\w+([^>]*)>/g)) assert.doesNotMatch(attributes!, /\bon\w+=/);
    assert.ok(out.includes('&lt;script&gt;'));
  });

  test('goes to a file, and says where there is nothing', async () => {
    const root = project({ 'a.py': 'x = 1\n' });
    const { code, out } = await bindlint(['map', '--format', 'html', '--output', 'out/map.html'], root);
    assert.deepEqual([code, out], [0, '']);
    const page = readFileSync(path.join(root, 'out/map.html'), 'utf8');
    assert.match(page, /^<!doctype html>/);
    assert.match(page, /Nothing listens/);
  });
});
