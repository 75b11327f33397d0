import { stagesIn } from '../containers/dockerfile-stages.ts';
import type { Format } from '../format.ts';
import { parseDockerfile } from '../syntax/dockerfile.ts';

export default {
  files:
    /(?:^|\/)(?:Docker|Container)file(?![\w.-]*\.(?:[cm]?[jt]sx?|py|rs|go|md|txt|json|ya?ml|sh|html|png|jpe?g|gif|svg|webp|ico|pdf|zip|t?gz|tar)$)(?:[.-][\w.-]+)?$|\.(?:docker|container)file$/i,
  notation: 'lines',
  literals: ['(?:^|\\n)[ \\t]*(?:FROM|from|From)\\s'],
  read: ({ file, text }) => stagesIn(file, text, parseDockerfile(file, text), file),
} satisfies Format;
