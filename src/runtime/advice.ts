import { programOf } from './engine.ts';
import type { Firewall, FirewallName } from './firewall.ts';
import type { System } from './machine.ts';

/** Commands that a person may run; bindlint never runs them. */
export interface Advice {
  /** What they are for: the firewall, or what is looked for. */
  readonly of: string;
  readonly commands: readonly string[];
}

/** How to let a port through, and how to take that back. */
export interface Opening {
  readonly of: FirewallName;
  readonly open: readonly string[];
  readonly close: readonly string[];
  /** What else is to be known. */
  readonly note?: string;
}

/** A name for a rule that no shell and no firewall takes for anything else. */
export function ruleName(service: string, port: number): string {
  const plain = service
    .replace(/[^A-Za-z0-9._ -]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 40);
  return `${plain || 'server'} TCP ${port}`;
}

/**
 * The commands for each firewall that a system may have.
 * @param firewalls what was read here: only the active ones are spoken of; none: all that the system may have
 * @param addresses those of this machine that others would come to
 * @param program the path of the program that listens, for firewalls that decide by program
 */
export function openings(
  system: System,
  port: number,
  service: string,
  firewalls: readonly Firewall[] = [],
  program = '/path/to/program',
  addresses: readonly string[] = [],
): Opening[] {
  const name = ruleName(service, port);
  const usual = { windows: windowsOpenings, macos: macosOpenings, linux: linuxOpenings }[system](port, name, program);
  if (firewalls.length === 0) return usual;
  const active = firewalls.filter(({ state }) => state === 'active');
  const unread = firewalls.filter(({ state }) => state === 'unreadable');
  // One that could be read knows what there is already.
  return (active.length > 0 ? active : unread).flatMap((one) =>
    one.opening === undefined ? usual.filter(({ of }) => of === one.name) : (one.opening(port, name, addresses) ?? []),
  );
}

function windowsOpenings(port: number, name: string): Opening[] {
  return [
    {
      of: 'windows-defender-firewall',
      open: [
        `New-NetFirewallRule -DisplayName "${name}" -Direction Inbound -Action Allow -Protocol TCP -LocalPort ${port} -Profile Domain,Private`,
        `netsh advfirewall firewall add rule name="${name}" dir=in action=allow protocol=TCP localport=${port} profile=domain,private`,
      ],
      close: [
        `Remove-NetFirewallRule -DisplayName "${name}"`,
        `netsh advfirewall firewall delete rule name="${name}" dir=in protocol=TCP localport=${port}`,
      ],
      note: 'one of the two, in a terminal that was opened as administrator; the public profile stays closed',
    },
  ];
}

function macosOpenings(port: number, _name: string, program: string): Opening[] {
  const filter = 'sudo /usr/libexec/ApplicationFirewall/socketfilterfw';
  const quoted = `'${program.replaceAll("'", "'\\''")}'`;
  return [
    {
      of: 'application-firewall',
      open: [`${filter} --add ${quoted}`, `${filter} --unblockapp ${quoted}`],
      close: [`${filter} --remove ${quoted}`],
      note: 'it decides by program, not by port',
    },
    {
      of: 'pf',
      open: [`echo 'pass in proto tcp to any port ${port}' | sudo pfctl -a com.apple/250.bindlint -f -`],
      close: ['sudo pfctl -a com.apple/250.bindlint -F rules'],
      note: 'only where pf is on; it lasts until the next start',
    },
  ];
}

/** What an insertion at the start of a chain leaves behind. */
const beforeAll = 'it goes before all rules of the chain, those that keep some machines out too';

function linuxOpenings(port: number, name: string): Opening[] {
  const chain = 'inet filter input';
  return [
    {
      of: 'ufw',
      open: [`sudo ufw allow ${port}/tcp comment '${name}'`],
      close: [`sudo ufw delete allow ${port}/tcp`],
      note: 'not where sudo ufw show added has a rule for the port: that would be replaced, or come before',
    },
    {
      of: 'firewalld',
      open: [
        'sudo firewall-cmd --get-active-zones',
        `sudo firewall-cmd --zone=ZONE --add-port=${port}/tcp`,
        `sudo firewall-cmd --zone=ZONE --permanent --add-port=${port}/tcp`,
      ],
      close: [
        `sudo firewall-cmd --zone=ZONE --remove-port=${port}/tcp`,
        `sudo firewall-cmd --zone=ZONE --permanent --remove-port=${port}/tcp`,
      ],
      note: 'the first line shows which zone has the interface that others come by',
    },
    {
      of: 'nftables',
      open: [`sudo nft insert rule ${chain} tcp dport ${port} accept comment '"${name}"'`],
      close: [`sudo nft -a list chain ${chain}`, `sudo nft delete rule ${chain} handle NUMBER`],
      note: `it lasts until the rules are loaded again; the list shows the number of the rule; ${beforeAll}: the list shows them, and index NUMBER before tcp puts it behind so many`,
    },
    ...(['iptables', 'ip6tables'] as const).map((program): Opening => {
      const rule = `INPUT -p tcp --dport ${port} -m comment --comment '${name}' -j ACCEPT`;
      return {
        of: program,
        open: [`sudo ${program} -I ${rule}`],
        close: [`sudo ${program} -D ${rule}`],
        note: `it lasts until the next start; ${beforeAll}: sudo ${program} -S INPUT shows them, and a number behind INPUT puts it at that place`,
      };
    }),
  ];
}

/** How to see who holds a port. */
export function findCommands(system: System, port: number): string[] {
  if (system === 'windows') {
    return [
      // The blank keeps :80 from being found in :8080.
      `netstat -ano | findstr /C:":${port} "`,
      `Get-NetTCPConnection -LocalPort ${port} -State Listen | Select-Object LocalAddress,OwningProcess`,
    ];
  }
  const lsof = `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
  return system === 'macos' ? [lsof, `sudo ${lsof}`] : [`sudo ss -ltnp 'sport = :${port}'`, `sudo ${lsof}`];
}

/** What keeps a process up, and is to be stopped in its place: ended by itself, it may be started again. */
export interface Keeper {
  readonly kind:
    | 'systemd'
    | 'systemd user'
    | 'container'
    | 'podman container'
    | 'containerd container'
    | 'pod container'
    | 'supervisor'
    | 'pm2';
  readonly name: string;
}

/** A word for a shell. */
const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** How to stop a process. */
export function stopCommands(system: System, pid: number | undefined, keeper?: Keeper, user?: string): string[] {
  const shown = pid === undefined ? 'PID' : String(pid);
  if (system === 'windows') return [`Stop-Process -Id ${shown}`, `taskkill /PID ${shown} /F`];
  if (keeper !== undefined) {
    const name = quoted(keeper.name);
    const sudo = user === undefined || user === 'root' ? 'sudo ' : '';
    switch (keeper.kind) {
      case 'systemd':
        return [`sudo systemctl stop ${name}`];
      case 'systemd user':
        return [`systemctl --user stop ${name}`];
      case 'supervisor':
        return [`sudo supervisorctl stop ${name}`];
      case 'pm2':
        return [`pm2 stop ${name}`];
      case 'container':
        return [`docker stop ${name}`];
      case 'podman container':
        return [`${sudo}podman stop ${name}`];
      case 'containerd container':
        return [`${sudo}nerdctl stop ${name}`];
      case 'pod container':
        // What keeps the pod would start it again.
        return [`sudo crictl ps --id ${name}`, 'kubectl --namespace NAMESPACE scale deployment NAME --replicas 0'];
    }
  }
  // The first process holds sockets for those it starts on demand.
  if (pid === 1) return ['systemctl list-sockets', 'sudo systemctl stop NAME.socket'];
  return [`kill ${shown}`];
}

/** How to stop the container whose port a container engine holds; stopping the engine would stop all of them. */
export function unpublishCommands(port: number, command: string, user: string | undefined): string[] {
  const name = programOf(command);
  const sudo = user === undefined || user === 'root' ? 'sudo ' : '';
  if (/^(?:podman|conmon|rootlessport|rootlessport-child|pasta|passt|slirp4netns|netavark)(?:\.|$)/.test(name))
    return [`${sudo}podman ps --format '{{.Names}} {{.Ports}}'`, `${sudo}podman stop NAME`];
  if (/^(?:k3s|k3s-server|kube-proxy|kubelet)$/.test(name))
    return ['kubectl get services --all-namespaces', 'kubectl --namespace NAMESPACE delete service NAME'];
  return [`docker ps --filter publish=${port}`, 'docker stop NAME'];
}

/** The container or unit that a process is in, from its /proc/PID/cgroup. */
export function keeperOf(cgroup: string): Keeper | undefined {
  const container = /(docker|libpod|nerdctl|cri-containerd|crio|containerd)(?:-conmon)?[-/:]([0-9a-f]{64})/.exec(
    cgroup,
  );
  const isPod = /\/kubepods/.test(cgroup);
  if (container || isPod) {
    const id = (container?.[2] ?? /[0-9a-f]{64}/.exec(cgroup)?.[0])?.slice(0, 12);
    if (id === undefined) return undefined;
    if (isPod || container?.[1] === 'cri-containerd' || container?.[1] === 'crio')
      return { kind: 'pod container', name: id };
    if (container?.[1] === 'libpod') return { kind: 'podman container', name: id };
    return { kind: container?.[1] === 'docker' ? 'container' : 'containerd container', name: id };
  }
  // The innermost unit; processes may have groups of their own within it.
  const units = [...cgroup.matchAll(/\/([A-Za-z0-9@:._\\-]+\.service)(?=[/\s]|$)/g)].map((match) => match[1]!);
  const unit = units.at(-1);
  if (unit === undefined || unit.startsWith('user@')) return undefined;
  return { kind: units.some((one) => one.startsWith('user@')) ? 'systemd user' : 'systemd', name: unit };
}
