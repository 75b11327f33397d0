/**
 * The folders around a file, innermost first, the root as the empty string last.
 * @param file path relative to the root, with `/`
 */
export function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  const folders: string[] = [];
  while (parts.length > 0) {
    folders.push(parts.join('/'));
    parts.pop();
  }
  folders.push('');
  return folders;
}

/** `src/app/config.py` as `src.app.config`. */
export function modulePath(file: string): string {
  return file.replace(/(\/__init__)?\.pyw?$/, '').replaceAll('/', '.');
}

/** Folders of the root that Python code is often kept in, which are then on its path. */
const sourceFolders = ['src', 'app', 'backend', 'server'];

const joined = (folder: string, rest: string) => [folder, rest].filter((part) => part !== '').join('/');

/**
 * Where a Python module may lie, best first.
 * @param module as an import writes it: `.config`, `..`, `a.b`
 * @param file the file that imports it
 */
export function modulePlaces(module: string, file: string): readonly string[] {
  const dots = /^\.*/.exec(module)![0].length;
  const name = module.slice(dots).replaceAll('.', '/');
  const forms = (base: string) => (base === '' ? ['__init__.py'] : [`${base}.py`, `${base}/__init__.py`]);
  const folders = foldersOf(file);
  if (dots > 0) {
    const folder = folders[dots - 1];
    return folder === undefined ? [] : forms(joined(folder, name));
  }
  if (name === '' || standardLibrary.has(module.split('.')[0]!)) return [];
  return [...folders, ...sourceFolders].flatMap((folder) => forms(joined(folder, name)));
}

/** Modules of Python's standard library that programs with servers import; none of them is the project's own. https://docs.python.org/3/py-modindex.html */
const standardLibrary = new Set(
  `__future__ abc argparse array ast asyncio atexit base64 bisect builtins bz2 calendar cmath codecs collections
  concurrent configparser contextlib contextvars copy csv ctypes dataclasses datetime decimal difflib enum errno faulthandler
  fcntl filecmp fnmatch fractions ftplib functools gc getopt getpass gettext glob grp gzip hashlib heapq hmac html http
  imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma marshal math mimetypes mmap
  msvcrt multiprocessing numbers operator optparse os pathlib pdb pickle pkgutil platform pprint pwd queue random re
  resource runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat
  statistics string struct subprocess sys sysconfig syslog tarfile tempfile termios textwrap threading time timeit tkinter
  token tokenize tomllib trace traceback tracemalloc tty types typing unicodedata unittest urllib uuid warnings wave weakref
  webbrowser winreg wsgiref xml xmlrpc zipfile zipimport zlib zoneinfo _thread`.split(/\s+/),
);
