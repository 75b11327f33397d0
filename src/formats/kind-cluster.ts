import { unsaid } from '../containers/port-mappings.ts';
import type { Publish } from '../facts.ts';
import type { Format } from '../format.ts';
import { itemsAt, type MapNode, scalarAt } from '../kubernetes/manifests.ts';
import { hostSlot, portSlot } from '../kubernetes/slots.ts';

const docs = 'https://kind.sigs.k8s.io/docs/user/configuration/#extra-port-mappings';

/** What kind, Kubernetes in containers, publishes of its nodes. */
export default {
  files: /\.ya?ml$/,
  notation: 'yaml',
  literals: ['extraPortMappings'],
  read({ file, documents }) {
    const facts = documents.flatMap(({ root }) => {
      const version = scalarAt(root, 'apiVersion')?.value;
      if (root.kind !== 'map' || !/^kind\.(?:x-k8s\.io|sigs\.k8s\.io)\//.test(String(version))) return [];
      return itemsAt(root, 'nodes').items.flatMap((node, index) =>
        itemsAt(node, 'extraPortMappings').items.flatMap((item) =>
          item.kind === 'map' ? mapped(item, `${file}#node${index}`) : [],
        ),
      );
    });
    return { facts };
  },
} satisfies Format;

function mapped(item: MapNode, scope: string): Publish[] {
  const [inside, outside, address] = ['containerPort', 'hostPort', 'listenAddress'].map((key) => scalarAt(item, key));
  const protocol = String(scalarAt(item, 'protocol')?.value ?? 'TCP').toLowerCase();
  if (!inside || protocol === 'sctp') return [];
  const everywhere = { ...unsaid<string>(item.span), value: '0.0.0.0', fixed: true };
  return [
    {
      kind: 'publish',
      span: item.span,
      via: 'manifest',
      language: 'yaml',
      framework: 'kind',
      scope,
      context: 'development',
      sure: true,
      host: address ? hostSlot(address) : { ...everywhere, origin: { by: 'default', of: 'kind', docs } },
      port: outside ? portSlot(outside) : unsaid(item.span),
      target: portSlot(inside),
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
      role: 'publish',
    },
  ];
}
