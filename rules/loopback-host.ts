import { isLoopback, isLoopbackName, listeningOn } from '../src/address.ts';
import type { Bind } from '../src/facts.ts';
import {
  containerOf,
  declaredReach,
  groupedBy,
  hostFills,
  hostFixInContainer,
  isOpenBeside,
  isSpokenFor,
  listeningBinds,
  openingOf,
  publishersOf,
  runsInContainer,
  sharesNetwork,
  takenBy,
} from '../src/joins.ts';
import type { Fix, Rule, RuleOptions } from '../src/rule.ts';

/** A server on loopback is there only for programs on the same machine, or in the same container. */
export default {
  summary: 'a server listens on loopback, where no other machine can connect',
  severity: 'warning',
  fixable: true,
  *check(facts, options) {
    const isSpoken = isSpokenFor(facts);
    const local = listeningBinds(facts).filter(
      (bind) => isLoopback(bind.host.value) && !isSpoken(bind) && !isOpenBeside(facts, bind),
    );
    for (const group of groupedBy(local, (bind) => bind.host.span)) {
      const bind = group[0]!;
      const { host } = bind;
      const written = host.origin.by !== 'default';
      // A written name is ambiguous-localhost's, and an option that is not used ignored-host-setting's.
      if (written && isLoopbackName(host.value) && !bind.bothLoopbacks) continue;
      if (facts.settings.some((setting) => setting.ignoredBy?.slot === host)) continue;
      if (group.every((one) => one.host.ignored !== undefined)) continue;
      const declared = declaredReach(group, options);
      if (declared === 'loopback') continue;
      const exposed = publishersOf(facts, bind, true);
      const said = group.find(({ local }) => local !== undefined)?.local;
      // "Runs the local development server" is copied with the code; an image that exposes the port is not.
      const outweighed = exposed.length > 0 && said?.startsWith('a comment says') === true;
      const meant = declared
        ? undefined
        : ((outweighed ? undefined : said) ??
          (sharesNetwork(facts, bind) ? 'other containers share its network' : undefined) ??
          (containerOf(facts, bind.scope)?.ends ? 'its container is there until its work is done' : undefined));
      const library = group.every((candidate) => candidate.failure.place === 'library');
      // A key of a settings file that belongs to the repository is what an edit has to change; an exposed port says that it must be reached.
      const open = !host.fixed && host.declared?.via !== 'config' && exposed.length === 0;
      const guarded = group.find((candidate) => candidate.guarded !== undefined)?.guarded;
      const quiet =
        declared === undefined && (open || meant !== undefined || guarded !== undefined || library || !bind.sure);
      const inside = runsInContainer(facts, bind) ? ' inside the container' : '';
      const address =
        host.origin.by === 'default' ? `${host.value}${inside}, the default of ${host.origin.of}` : host.value + inside;
      // The default of a variable also holds where the program runs by itself; the image that exposes the port says more.
      const outside = host.origin.by === 'env' || host.origin.by === 'default';
      const image = exposed.length > 0 && outside ? group.find((one) => one.host.layers) : undefined;
      const opening = openingOf(facts, group, options.host, exposed.length > 0);
      const refused = guarded ?? ('refused' in opening ? opening.refused : undefined);
      const opened = 'host' in opening ? { ...options, host: opening.host } : options;
      const fix =
        !bind.sure || refused !== undefined
          ? undefined
          : image
            ? hostFixInContainer(image, opened)
            : inPlace(group, opened);
      yield {
        at: host.origin.by === 'default' ? bind.span : host.span,
        message: `listens on ${address}, so ${inside === '' ? 'no other machine' : 'nothing outside of it'} can connect${declared ? `, but expose declares it ${declared}` : ''}`,
        ...(quiet && { severity: 'info' as const }),
        context: bind.context,
        related: [
          ...(written ? takenBy(group, 'host') : []),
          ...exposed.map(({ span }) => ({ at: span, message: 'exposed here' })),
        ],
        chain: host.chain,
        ...(fix && {
          // A stated host is meant for what may be reached, not for what seems to be for this machine only.
          fix: { ...fix, safety: meant !== undefined || (quiet && !options.hostStated) ? 'unsafe' : 'safe' },
        }),
        ...(refused !== undefined && { advice: `not widened by fix: ${refused}` }),
        ...(refused === undefined && meant !== undefined && { advice: `seems meant for this machine only: ${meant}` }),
        ...(refused === undefined && meant === undefined && open && { advice: settable(host.origin, opened.host) }),
      };
    }
  },
} satisfies Rule;

function inPlace(group: readonly Bind[], { host }: RuleOptions): Fix | undefined {
  if (group[0]!.host.frame === undefined) return undefined;
  return {
    safety: 'safe',
    does: listeningOn(host),
    repairs: hostFills(group, host),
  };
}

function settable(origin: { by: string; name?: string; path?: string }, host: string): string {
  if (origin.by === 'env') return `set ${origin.name}=${host} where it has to be reached`;
  if (origin.by === 'argument') return `pass ${origin.name} ${host} where it has to be reached`;
  return `set ${origin.path ?? 'the key'} to ${host} where it has to be reached`;
}
