import type { Format } from '../format.ts';
import { kustomizationIn } from '../kubernetes/kustomize.ts';

export default {
  files: /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/,
  notation: 'yaml',
  literals: ['(?:^|\\n)(?:resources|bases|components|patches|patchesStrategicMerge|patchesJson6902):'],
  read({ file, documents }) {
    return { kustomizations: kustomizationIn(file, documents) };
  },
} satisfies Format;
