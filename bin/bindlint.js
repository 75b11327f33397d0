#!/usr/bin/env node
const [, , word, ...others] = process.argv;
if (others.length === 0 && (word === '--version' || word === '-V')) {
  // Nothing of the program is needed for it.
  process.stdout.on('error', () => {}).write(`${require('../package.json').version}\n`);
} else {
  require('../dist/main.js')
    .start(__dirname.replace(/bin$/, 'dist'))
    .then((code) => {
      process.exitCode = code;
    });
}
