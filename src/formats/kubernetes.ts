import type { Format } from '../format.ts';
import { manifestsIn } from '../kubernetes/manifests.ts';

/** A config map is of interest where it may say where something listens. */
const kind = '\\bkind["\']?:\\s*["\']?';

export default {
  files: /\.(?:ya?ml|json)$/,
  notation: 'yaml',
  templates: true,
  literals: [
    'apiVersion',
    `${kind}(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|Pod|Service|Ingress|Rollout|DeploymentConfig|Template|\\w*List)\\b|${kind}ConfigMap\\b[\\s\\S]*?(?:(?:HOST|PORT|ADDR|ADDRESS|BIND|LISTEN)["']?:\\s|\\b(?:proxy_pass|listen)[ \\t])`,
  ],
  read({ file, documents }) {
    return manifestsIn(file, documents);
  },
} satisfies Format;
