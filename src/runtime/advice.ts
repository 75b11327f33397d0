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
 * @param program the path of the program that listens, for firewalls that decide by program
 */
export function openings(
  system: System,
  port: number,
  service: string,
  firewalls: readonly Firewall[] = [],
  program = '/path/to/program',
): Opening[] {
  const name = ruleName(service, port);
  const all = { windows: windowsOpenings, macos: macosOpenings, linux: linuxOpenings }[system](
    port,
    name,
    firewalls,
    program,
  );
  const active = firewalls.filter(({ state }) => state === 'active').map((one) => one.name);
  const unread = firewalls.filter(({ state }) => state === 'unreadable').map((one) => one.name);
  const wanted = active.length > 0 ? active : unread;
  return firewalls.length === 0 ? all : all.filter(({ of }) => wanted.includes(of));
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

function macosOpenings(port: number, _name: string, _firewalls: readonly Firewall[], program: string): Opening[] {
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

function linuxOpenings(port: number, name: string, firewalls: readonly Firewall[]): Opening[] {
  const chain = firewalls.find((one) => one.name === 'nftables')?.chain ?? 'inet filter input';
  return [
    {
      of: 'ufw',
      open: [`sudo ufw allow ${port}/tcp comment '${name}'`],
      close: [`sudo ufw delete allow ${port}/tcp`],
    },
    {
      of: 'firewalld',
      open: [`sudo firewall-cmd --permanent --add-port=${port}/tcp`, 'sudo firewall-cmd --reload'],
      close: [`sudo firewall-cmd --permanent --remove-port=${port}/tcp`, 'sudo firewall-cmd --reload'],
    },
    {
      of: 'nftables',
      open: [`sudo nft insert rule ${chain} tcp dport ${port} accept comment '"${name}"'`],
      close: [`sudo nft -a list chain ${chain}`, `sudo nft delete rule ${chain} handle NUMBER`],
      note: 'it lasts until the rules are loaded again; the list shows the number of the rule',
    },
    ...(['iptables', 'ip6tables'] as const).map((program): Opening => {
      const rule = `INPUT -p tcp --dport ${port} -m comment --comment '${name}' -j ACCEPT`;
      return {
        of: program,
        open: [`sudo ${program} -I ${rule}`],
        close: [`sudo ${program} -D ${rule}`],
        note: 'it lasts until the next start',
      };
    }),
  ];
}

/** How to see who holds a port. */
export function findCommands(system: System, port: number): string[] {
  if (system === 'windows') {
    return [
      `netstat -ano | findstr :${port}`,
      `Get-NetTCPConnection -LocalPort ${port} -State Listen | Select-Object LocalAddress,OwningProcess`,
    ];
  }
  const lsof = `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
  return system === 'macos' ? [lsof, `sudo ${lsof}`] : [`sudo ss -ltnp 'sport = :${port}'`, `sudo ${lsof}`];
}

/** What keeps a process up: ended by itself, it would be started again. */
export interface Keeper {
  readonly kind: 'systemd' | 'container';
  readonly name: string;
}

/** How to stop a process. */
export function stopCommands(system: System, pid: number | undefined, keeper?: Keeper): string[] {
  const shown = pid === undefined ? 'PID' : String(pid);
  if (system === 'windows') return [`Stop-Process -Id ${shown}`, `taskkill /PID ${shown} /F`];
  if (keeper?.kind === 'systemd') return [`sudo systemctl stop ${keeper.name}`];
  if (keeper?.kind === 'container') return [`docker stop ${keeper.name}`];
  // The first process holds sockets for those it starts on demand.
  if (pid === 1) return ['systemctl list-sockets', 'sudo systemctl stop NAME.socket'];
  return [`kill ${shown}`];
}

/** What keeps a process up, from its /proc/PID/cgroup. */
export function keeperOf(cgroup: string): Keeper | undefined {
  const container = /(?:docker|libpod|containerd|cri-containerd)[-/:]([0-9a-f]{64})/.exec(cgroup)?.[1];
  if (container) return { kind: 'container', name: container.slice(0, 12) };
  const unit = /\/system\.slice\/(?:[^/\n]*\/)*([A-Za-z0-9@:._\\-]+\.service)\s*$/m.exec(cgroup)?.[1];
  return unit === undefined || unit.startsWith('user@') ? undefined : { kind: 'systemd', name: unit };
}
