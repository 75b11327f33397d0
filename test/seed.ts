import fc from 'fast-check';

// The same texts in every run, so that a red run means a change; `npm run fuzz` is there to look for new ones.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_123) });
