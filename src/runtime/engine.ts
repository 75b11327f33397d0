/** Programs that hold or pass on ports for containers, by name. */
const engines = new Set(
  `docker docker-proxy dockerd containerd containerd-shim containerd-shim-runc-v2 com.docker.backend com.docker.proxy com.docker.vpnkit
  vpnkit vpnkit-bridge podman conmon rootlessport rootlessport-child rootlesskit rootlesskit-docker-proxy slirp4netns pasta pasta.avx2 passt passt.avx2
  netavark aardvark-dns gvproxy nerdctl wslrelay limactl colima lima-guestagent orbstack k3s k3s-server kube-proxy kubelet system svchost`.split(
    /\s+/,
  ),
);

/** Is it a container engine, or what passes ports on for one? */
export function isEngine(command: string): boolean {
  // What such a program for the desktop is called has blanks in its name.
  if (/^\/Applications\/(?:Docker|OrbStack|Podman Desktop|Rancher Desktop)\.app\//.test(command)) return true;
  const first = programOf(command);
  // Lima and Colima pass ports on by a connection of ssh that is shared.
  if (first === 'ssh') return /\[mux\]|ControlPath=\S*(?:lima|colima)/.test(command);
  return engines.has(first);
}

/** Does it change where packets go, so that they pass by the rules for what comes in? Without root it cannot. */
export function isRedirecting(command: string, user: string | undefined): boolean {
  const name = programOf(command);
  return user === 'root' && /^(?:docker-proxy|dockerd|conmon|kube-proxy|k3s|k3s-server)$/.test(name);
}

/** The name of the program that a command line begins with. */
export function programOf(command: string): string {
  const quoted = /^"([^"]*)"/.exec(command)?.[1];
  const word = quoted ?? command.split(' ')[0]!;
  return word
    .replace(/^.*[\\/]/, '')
    .replace(/:$|\.exe$/i, '')
    .toLowerCase();
}
