"""Runs a command and prints as JSON what it does with its port. Arguments: seconds, the ports to take first (comma-separated, or -), the command.

With ports taken, the command is waited for, unless MOVES_ON says that it takes another one; otherwise until something listens and nothing more comes. In a network namespace of its own the loopback
device is brought up; without one, runs wait for each other."""

import errno
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(device, 0x8913, request))[1]
        fcntl.ioctl(device, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))


def listening(protocol):
    """Addresses with a listening socket, such as 127.0.0.1:8000 and [::]:8080; for udp every bound one."""
    found = set()
    for family, table in ((socket.AF_INET, protocol), (socket.AF_INET6, protocol + "6")):
        try:
            lines = open("/proc/net/" + table).read().splitlines()[1:]
        except FileNotFoundError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] != ("0A" if protocol == "tcp" else "07"):
                continue
            host, port = fields[1].split(":")
            words = [struct.pack("=I", int(host[at : at + 8], 16)) for at in range(0, len(host), 8)]
            host = socket.inet_ntop(family, b"".join(words))
            found.add("%s:%d" % ("[%s]" % host if ":" in host else host, int(port, 16)))
    return found


def bind_soon(holder, address):
    """The run before may still be about to end."""
    for attempt in range(50):
        try:
            return holder.bind(address)
        except OSError:
            if attempt == 49:
                raise
            time.sleep(0.1)


def take(port):
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            holder = socket.socket(family, kind)
            if family == socket.AF_INET6:
                holder.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if kind == socket.SOCK_STREAM:
                holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bind_soon(holder, (host, port))
            if kind == socket.SOCK_STREAM:
                holder.listen()
            yield holder


def families_of(protocol, port):
    """The families whose loopback address is taken there. Nobody is connected to: a server may say or do something about that."""
    found = []
    for number, family, host in ((4, socket.AF_INET, "127.0.0.1"), (6, socket.AF_INET6, "::1")):
        with socket.socket(family, socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM) as trial:
            if family == socket.AF_INET6:
                trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                trial.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                found.append(number)
    return found


def expected(bound):
    port = os.environ.get("EXPECTED_PORT")
    return port is None or any(address.endswith(":" + port) for addresses in bound.values() for address in addresses)


def main():
    seconds, ports, command = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if os.environ.get("OWN_NETWORK"):
        bring_loopback_up()
    else:
        lock = open(os.path.join(tempfile.gettempdir(), "bindlint-live.lock"), "w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    holders = [holder for port in ports.split(",") if port != "-" for holder in take(int(port))]
    before = {protocol: listening(protocol) for protocol in ("tcp", "udp")}
    output = tempfile.TemporaryFile("w+")
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )
    deadline = time.monotonic() + seconds
    bound = {"tcp": set(), "udp": set()}
    changed = time.monotonic()
    while time.monotonic() < deadline and process.poll() is None:
        now = {protocol: listening(protocol) - before[protocol] for protocol in bound}
        if now != bound:
            bound, changed = now, time.monotonic()
        # A second socket, or a line printed after the bind, may follow.
        waits = holders and not os.environ.get("MOVES_ON")
        if not waits and any(bound.values()) and time.monotonic() - changed > float(os.environ["QUIET_SECONDS"]) and expected(bound):
            break
        time.sleep(0.05)
    status = process.poll()
    protocol, port = os.environ.get("ASKED_FAMILIES", "-:0").split(":")
    families = [] if protocol == "-" or status is not None else families_of(protocol, int(port))
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    output.seek(0)
    seen = {"tcp": sorted(bound["tcp"]), "udp": sorted(bound["udp"]), "families": families}
    print(json.dumps({"status": status, **seen, "output": output.read()}))


main()
