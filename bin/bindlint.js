#!/usr/bin/env node
require('node:module').enableCompileCache?.();
require('../dist/main.js')
  .main()
  .then((code) => {
    process.exitCode = code;
  });
