#!/usr/bin/env node
require('../dist/main.js')
  .start(__dirname.replace(/bin$/, 'dist'))
  .then((code) => {
    process.exitCode = code;
  });
