import type { Format } from '../format.ts';
import { manifestsIn } from '../kubernetes/manifests.ts';

export default {
  files: /\.(?:ya?ml|json)$/,
  notation: 'yaml',
  common: true,
  templates: true,
  literals: [
    'apiVersion',
    'kind["\']?:\\s*["\']?(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|Pod|Service|Ingress|ConfigMap|List|\\w+List)\\b',
  ],
  read({ file, documents }) {
    return { manifests: manifestsIn(file, documents) };
  },
} satisfies Format;
