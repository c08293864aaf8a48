// Tells the boundaries rules which file `@/…` and `./…` mean. The usual resolver brings a native binary for every platform.
const fs = require('node:fs');
const path = require('node:path');

const SOURCES = path.join(__dirname, 'src');
const ENDINGS = ['', '.ts', '.tsx', '/index.ts'];

exports.interfaceVersion = 2;
exports.resolve = (wanted, from) => {
  if (!/^(@\/|\.)/.test(wanted)) return { found: false };
  const base = wanted.startsWith('@/') ? path.join(SOURCES, wanted.slice(2)) : path.resolve(path.dirname(from), wanted);
  const file = ENDINGS.map((ending) => base + ending).find((name) => fs.statSync(name, { throwIfNoEntry: false })?.isFile());
  return file ? { found: true, path: file } : { found: false };
};
