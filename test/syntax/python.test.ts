import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '../../src/facts.ts';
import { guard } from '../../src/syntax/guard.ts';
import { parsePython } from '../../src/syntax/python.ts';
import { printed } from './printed.ts';

/** Title, source, and what it is read as: `‹text›` is what a span covers, `⏎` a line break in it, `~` a string that is not its text. */
const shapes: readonly (readonly [title: string, source: string, expected: readonly string[]])[] = [
  [
    'a call with every kind of argument',
    'uvicorn.run(app, *args, host="0.0.0.0", port=8000, **options)',
    [
      '(call (. uvicorn run ‹uvicorn.run›) app *args‹*args› host=(string "0.0.0.0" " ‹"0.0.0.0"›)‹host="0.0.0.0"› port=8000‹8000›‹port=8000› **options‹**options› inside‹app, *args, host="0.0.0.0", port=8000, **options› ‹uvicorn.run(app, *args, host="0.0.0.0", port=8000, **options)›)',
    ],
  ],
  [
    'a call over lines with a trailing comma and comments',
    `run(
    app,  # the app
    host=host,
    # no port
)`,
    [
      '(call run app host=host‹host=host› inside‹⏎    app,  # the app⏎    host=host,⏎    # no port⏎› ‹run(⏎    app,  # the app⏎    host=host,⏎    # no port⏎)›)',
      '(comment "the app" ‹# the app›)',
      '(comment "no port" ‹# no port›)',
    ],
  ],
  [
    'chained calls and subscripts',
    'a.b(1).c["k"][0].d()',
    [
      '(call (. (index (index (. (call (. a b ‹a.b›) 1‹1› inside‹1› ‹a.b(1)›) c ‹a.b(1).c›) (string "k" " ‹"k"›) ‹a.b(1).c["k"]›) 0‹0› ‹a.b(1).c["k"][0]›) d ‹a.b(1).c["k"][0].d›) inside‹› ‹a.b(1).c["k"][0].d()›)',
    ],
  ],
  [
    'an index that is a slice or a tuple',
    `a[1:f(), ::2]
a[1, 2]
a[:]`,
    [
      '(index a (other 1‹1› (call f inside‹› ‹f()›) 2‹2› ‹1:f(), ::2›) ‹a[1:f(), ::2]›)',
      '(index a (tuple 1‹1› 2‹2› ‹1, 2›) ‹a[1, 2]›)',
      '(index a (other ‹:›) ‹a[:]›)',
    ],
  ],
  [
    'a call that is only half typed',
    'uvicorn.run(app, host=',
    [
      '(call (. uvicorn run ‹uvicorn.run›) app host=(other ‹›)‹host=› inside‹app, host=› ‹uvicorn.run(app, host=›)',
      '(error ‹›)',
    ],
  ],
  [
    'a member that is only half typed',
    `x = app.
run(1)`,
    ['(assign x (other app ‹app.›) ‹x = app.›)', '(call run 1‹1› inside‹1› ‹run(1)›)', '(error ‹›)'],
  ],
  [
    'names of any script',
    'größe = λ("😀", host="é")',
    [
      '(assign größe (call λ (string "😀" " ‹"😀"›) host=(string "é" " ‹"é"›)‹host="é"› inside‹"😀", host="é"› ‹λ("😀", host="é")›) ‹größe = λ("😀", host="é")›)',
    ],
  ],
  [
    'operators',
    `a or b and not c
a + b % c ** -d
a not in b
a is not b
~x @ y // z`,
    [
      '(or a (and b (unary not c ‹not c›) ‹b and not c›) ‹a or b and not c›)',
      '(+ a (% b (** c (unary - d ‹-d›) ‹c ** -d›) ‹b % c ** -d›) ‹a + b % c ** -d›)',
      '(not in a b ‹a not in b›)',
      '(is not a b ‹a is not b›)',
      '(// (@ (unary ~ x ‹~x›) y ‹~x @ y›) z ‹~x @ y // z›)',
    ],
  ],
  [
    'chained comparisons have no value of their own',
    '1 < f(x) <= 3 == y',
    ['(other (other (< 1‹1› (call f x inside‹x› ‹f(x)›) ‹1 < f(x)›) 3‹3› ‹1 < f(x) <= 3›) y ‹1 < f(x) <= 3 == y›)'],
  ],
  [
    'parentheses are not part of an expression',
    `(a or b).c
((x))`,
    ['(. (or a b ‹a or b›) c ‹(a or b).c›)', 'x'],
  ],
  [
    'a conditional',
    'a if isinstance(a, dict) else b if c else d',
    [
      '(if (call isinstance a dict inside‹a, dict› ‹isinstance(a, dict)›) a (if c b d ‹b if c else d›) ‹a if isinstance(a, dict) else b if c else d›)',
    ],
  ],
  [
    'awaited',
    `await serve()
x = await a.b`,
    [
      '(await (call serve inside‹› ‹serve()›) ‹await serve()›)',
      '(assign x (await (. a b ‹a.b›) ‹await a.b›) ‹x = await a.b›)',
    ],
  ],
  [
    'a walrus',
    'if (n := f()) > 1: g(y := 2)',
    [
      '(if (> (:= n (call f inside‹› ‹f()›) ‹n := f()›) 1‹1› ‹(n := f()) > 1›) {(call g (:= y 2‹2› ‹y := 2›) inside‹y := 2› ‹g(y := 2)›)} {} ‹if (n := f()) > 1: g(y := 2)›)',
    ],
  ],
  [
    'numbers',
    '8_000, 0x1F, 0o17, 0b11, 1.5, 1e3, .5, 5., 2.e3, 00, 3j, 0777, 1e999',
    [
      '(tuple 8000‹8_000› 31‹0x1F› 15‹0o17› 3‹0b11› 1.5‹1.5› 1000‹1e3› 0.5‹.5› 5‹5.› 2000‹2.e3› 0‹00› (other ‹3j›) (other ‹0777›) (other ‹1e999›) ‹8_000, 0x1F, 0o17, 0b11, 1.5, 1e3, .5, 5., 2.e3, 00, 3j, 0777, 1e999›)',
    ],
  ],
  [
    'constants',
    'None, True, False, ...',
    ['(tuple None true‹True› false‹False› (other ‹...›) ‹None, True, False, ...›)'],
  ],
  [
    'dictionaries',
    `{"host": "a", 'port': 1, **rest, key: 2, f"x": 3, "a" "b": 4, b"c": 5, 8: 6}
{}`,
    [
      `(object host‹"host"›: (string "a" " ‹"a"›) ‹"host": "a"› port‹'port'›: 1‹1› ‹'port': 1› **‹**›: rest ‹**rest› ?‹key›: 2‹2› ‹key: 2› ?‹f"x"›: 3‹3› ‹f"x": 3› ab‹"a" "b"›: 4‹4› ‹"a" "b": 4› ?‹b"c"›: 5‹5› ‹b"c": 5› ?‹8›: 6‹6› ‹8: 6› ‹{"host": "a", 'port': 1, **rest, key: 2, f"x": 3, "a" "b": 4, b"c": 5, 8: 6}›)`,
      '(object ‹{}›)',
    ],
  ],
  [
    'lists, tuples and sets',
    `[1, [2]]
(1,)
()
1, 2
{1, 2}`,
    [
      '(array 1‹1› (array 2‹2› ‹[2]›) ‹[1, [2]]›)',
      '(tuple 1‹1› ‹(1,)›)',
      '(tuple ‹()›)',
      '(tuple 1‹1› 2‹2› ‹1, 2›)',
      '(other 1‹1› 2‹2› ‹{1, 2}›)',
    ],
  ],
  [
    'after a starred item no position is known',
    `[*a, b]
(*a, b)
*a, b`,
    ['(other a b ‹[*a, b]›)', '(other a b ‹(*a, b)›)', '(other a b ‹*a, b›)'],
  ],
  [
    'a lambda',
    `lambda x, *y, z=1, **k: f(x)
lambda: 0
lambda a, *, b: a`,
    [
      '(lambda [x ‹x›] [*y ‹*y›] [z = 1‹1› keyword-only ‹z=1›] [**k ‹**k›] {(return (call f x inside‹x› ‹f(x)›) ‹f(x)›)} ‹lambda x, *y, z=1, **k: f(x)›)',
      '(lambda {(return 0‹0› ‹0›)} ‹lambda: 0›)',
      '(lambda [a ‹a›] [b keyword-only ‹b›] {(return a ‹a›)} ‹lambda a, *, b: a›)',
    ],
  ],
  [
    'comprehensions bind their targets to what is not known',
    `[f(h, p) for h, p in pairs if h]
{k: g(v) for k, v in x.items()}
sum(x for x, *y in z for q in x)
{a async for a in b()}`,
    [
      '(other (call f h p inside‹h, p› ‹f(h, p)›) (:= (targets h p ‹h, p›) (other pairs ‹pairs›) ‹h, p in pairs›) h ‹[f(h, p) for h, p in pairs if h]›)',
      '(other k (call g v inside‹v› ‹g(v)›) (:= (targets k v ‹k, v›) (other (call (. x items ‹x.items›) inside‹› ‹x.items()›) ‹x.items()›) ‹k, v in x.items()›) ‹{k: g(v) for k, v in x.items()}›)',
      '(call sum (other x (:= (targets x y ‹x, *y›) (other z ‹z›) ‹x, *y in z›) (:= q (other x ‹x›) ‹q in x›) ‹x for x, *y in z for q in x›) inside‹x for x, *y in z for q in x› ‹sum(x for x, *y in z for q in x)›)',
      '(other a (:= a (other (call b inside‹› ‹b()›) ‹b()›) ‹a in b()›) ‹{a async for a in b()}›)',
      '(error ‹*›)',
    ],
  ],
  [
    'yield',
    `x = yield f(a)
yield
yield from g()
(yield)
y = yield`,
    [
      '(assign x (other (call f a inside‹a› ‹f(a)›) ‹yield f(a)›) ‹x = yield f(a)›)',
      '(other ‹yield›)',
      '(other (call g inside‹› ‹g()›) ‹yield from g()›)',
      '(other ‹yield›)',
      '(assign y (other ‹yield›) ‹y = yield›)',
    ],
  ],
  [
    'strings',
    '"a", \'b\', """c""", u"d", r"e", R\'f\\d\', b"g", "\\x41\\u00e9\\101\\n\\\\\\q", "\\N{DASH}", rb"h\\x"',
    [
      '(tuple (string "a" " ‹"a"›) (string "b" \' ‹\'b\'›) (string "c" """ ‹"""c"""›) (string "d" " ‹u"d"›) (string "e" " ‹r"e"›) (string "f\\\\d" ~ ‹R\'f\\d\'›) (bytes "g" ~ ‹b"g"›) (string "AéA\\n\\\\\\\\q" ~ ‹"\\x41\\u00e9\\101\\n\\\\\\q"›) (string "\\\\N{DASH}" ~ ‹"\\N{DASH}"›) (bytes "h\\\\x" ~ ‹rb"h\\x"›) ‹"a", \'b\', """c""", u"d", r"e", R\'f\\d\', b"g", "\\x41\\u00e9\\101\\n\\\\\\q", "\\N{DASH}", rb"h\\x"›)',
    ],
  ],
  [
    'adjacent strings',
    `"a" 'b'
("a"
 # c
 "b")
b"a" b"b"`,
    [
      `(string "ab" ~ ‹"a" 'b'›)`,
      '(string "ab" ~ ‹"a"⏎ # c⏎ "b"›)',
      '(bytes "ab" ~ ‹b"a" b"b"›)',
      '(comment "c" ‹# c›)',
    ],
  ],
  [
    'a string that is not closed',
    `x = "abc
y = 1`,
    ['(assign x (string "abc" ~ ‹"abc›) ‹x = "abc›)', '(assign y 1‹1› ‹y = 1›)'],
  ],
  [
    'a text that is not closed',
    `x = f()
y = """abc`,
    ['(assign x (call f inside‹› ‹f()›) ‹x = f()›)', '(assign y (string "abc" ~ ‹"""abc›) ‹y = """abc›)', '(error ‹›)'],
  ],
  [
    'an f-string',
    'f"http://{host}:{port}/{{x}}"',
    [
      '(template " (string "http://"  ‹http://›) host (string ":"  ‹:›) port (string "/{x}" ~ ‹/{{x}}›) ‹f"http://{host}:{port}/{{x}}"›)',
    ],
  ],
  [
    'what an f-string formats is something else',
    'f"{a!r}{b:>{w}}{c=}{d:d}{e!s}{g:.2f}"',
    [
      '(template " (other a ‹{a!r}›) (other b w ‹{b:>{w}}›) (other c ‹{c=}›) d e (other g ‹{g:.2f}›) ‹f"{a!r}{b:>{w}}{c=}{d:d}{e!s}{g:.2f}"›)',
    ],
  ],
  [
    'nested f-strings',
    'f"{x["a"]}{f\'{y}\'}{z[1:2]}" "b" f\'\\n{q}\' "c\\n"',
    [
      '(template " (index x (string "a" " ‹"a"›) ‹x["a"]›) (template \' y ‹f\'{y}\'›) (index z (other 1‹1› 2‹2› ‹1:2›) ‹z[1:2]›) (string "b"  ‹b›) (string "\\n" ~ ‹\\n›) q (string "c\\n" ~ ‹c\\n›) ‹f"{x["a"]}{f\'{y}\'}{z[1:2]}" "b" f\'\\n{q}\' "c\\n"›)',
    ],
  ],
  [
    'f-strings without replacements, raw and over lines',
    'f"abc"\nrf"\\d{x}"\nf"""a\n{b}"""',
    [
      '(template " (string "abc"  ‹abc›) ‹f"abc"›)',
      '(template " (string "\\\\d"  ‹\\d›) x ‹rf"\\d{x}"›)',
      '(template """ (string "a\\n"  ‹a⏎›) b ‹f"""a⏎{b}"""›)',
    ],
  ],
  [
    'assignments',
    `a = 1
a = b = f()
a, (b, c.d) = e
[x, y[0]] = z
(p) = 1`,
    [
      '(assign a 1‹1› ‹a = 1›)',
      '(assign a b (call f inside‹› ‹f()›) ‹a = b = f()›)',
      '(assign (targets a (targets b (. c d ‹c.d›) ‹(b, c.d)›) ‹a, (b, c.d)›) e ‹a, (b, c.d) = e›)',
      '(assign (targets x (index y 0‹0› ‹y[0]›) ‹[x, y[0]]›) z ‹[x, y[0]] = z›)',
      '(assign p 1‹1› ‹(p) = 1›)',
    ],
  ],
  [
    'a starred target has no position',
    `a, *b, c = x
*a, = x`,
    [
      '(assign (targets a (keys *: b) (keys *: c) ‹a, *b, c›) x ‹a, *b, c = x›)',
      '(assign (targets (keys *: a) ‹*a,›) x ‹*a, = x›)',
    ],
  ],
  [
    'annotated assignments',
    `host: str = "a"
port: int
self.x: "T" = 1
(y): int = 2`,
    [
      '(assign host : str (string "a" " ‹"a"›) ‹host: str = "a"›)',
      '(assign port : int ‹port: int›)',
      '(assign (. self x ‹self.x›) : (string "T" " ‹"T"›) 1‹1› ‹self.x: "T" = 1›)',
      '(assign y : int 2‹2› ‹(y): int = 2›)',
    ],
  ],
  [
    'updating assignments',
    `a += 1
a.b |= f()
a[0] //= 2, 3
x **= yield y`,
    [
      '(update a 1‹1› ‹a += 1›)',
      '(update (. a b ‹a.b›) (call f inside‹› ‹f()›) ‹a.b |= f()›)',
      '(update (index a 0‹0› ‹a[0]›) (tuple 2‹2› 3‹3› ‹2, 3›) ‹a[0] //= 2, 3›)',
      '(update x (other y ‹yield y›) ‹x **= yield y›)',
    ],
  ],
  [
    'an assignment that is only half typed',
    `host =
port = 1`,
    ['(assign host (other ‹›) ‹host =›)', '(assign port 1‹1› ‹port = 1›)', '(error ‹›)'],
  ],
  [
    'imports',
    `import a.b
import a.b.c as d, e
from . import x
from ..p.q import (
  r as s,  # t
  u,
)
from v import *
from ... import w
from .... import w2`,
    [
      '(import a.b * as a ‹import a.b›)',
      '(import a.b.c * as d ‹import a.b.c as d, e›)',
      '(import e * as e ‹import a.b.c as d, e›)',
      '(import . x ‹from . import x›)',
      '(import ..p.q r as s u ‹from ..p.q import (⏎  r as s,  # t⏎  u,⏎)›)',
      '(import v * ‹from v import *›)',
      '(import ... w ‹from ... import w›)',
      '(import .... w2 ‹from .... import w2›)',
      '(comment "t" ‹# t›)',
    ],
  ],
  [
    'an import that is only half typed',
    `from a import
from b
import`,
    ['(import a ‹from a import›)', '(other ‹from b›)', '(other ‹import›)', '(error ‹›)', '(error ‹›)', '(error ‹›)'],
  ],
  [
    'if, elif and else',
    `if a:
    b()

    # c
elif d: e(); f()
else:
    g
h`,
    [
      '(if a {(call b inside‹› ‹b()›)} {(if d {(call e inside‹› ‹e()›); (call f inside‹› ‹f()›)} {g} ‹elif d: e(); f()⏎else:⏎    g›)} ‹if a:⏎    b()⏎⏎    # c⏎elif d: e(); f()⏎else:⏎    g›)',
      'h',
      '(comment "c" ‹# c›)',
    ],
  ],
  [
    'loops',
    `for a, b in c, d:
    e
else:
    f
while not g():
    break
async def x():
    async for h in i: pass
for *j, k in l: pass`,
    [
      '(loop (targets a b ‹a, b›) (tuple c d ‹c, d›) {e} ‹for a, b in c, d:⏎    e›)',
      '(other {f} ‹else:⏎    f›)',
      '(loop (unary not (call g inside‹› ‹g()›) ‹not g()›) {(other ‹break›)} ‹while not g():⏎    break›)',
      '(async function x {(loop h i {(other ‹pass›)} ‹async for h in i: pass›)} ‹async def x():⏎    async for h in i: pass›)',
      '(loop (targets (keys *: j) (keys *: k) ‹*j, k›) l {(other ‹pass›)} ‹for *j, k in l: pass›)',
    ],
  ],
  [
    'try',
    `try:
    a()
except OSError as e:
    b()
except (E, m.F):
    c()
except:
    pass
else:
    d()
finally:
    f()
g()`,
    [
      '(try {(call a inside‹› ‹a()›)} (except OSError as e {(call b inside‹› ‹b()›)} ‹except OSError as e:⏎    b()›) (except E (. m F ‹m.F›) {(call c inside‹› ‹c()›)} ‹except (E, m.F):⏎    c()›) (except {(other ‹pass›)} ‹except:⏎    pass›) {(call d inside‹› ‹d()›)} {(call f inside‹› ‹f()›)} ‹try:⏎    a()⏎except OSError as e:⏎    b()⏎except (E, m.F):⏎    c()⏎except:⏎    pass⏎else:⏎    d()⏎finally:⏎    f()›)',
      '(call g inside‹› ‹g()›)',
    ],
  ],
  [
    'handlers of groups, of Python 2 and of Python 3.14',
    `try: a
except* E as e: b
try: a
except E, e: b
try: a
except E, F: b`,
    [
      '(try {a} (except E as e {b} ‹except* E as e: b›) {} {} ‹try: a⏎except* E as e: b›)',
      '(try {a} (except E as e {b} ‹except E, e: b›) {} {} ‹try: a⏎except E, e: b›)',
      '(try {a} (except E F {b} ‹except E, F: b›) {} {} ‹try: a⏎except E, F: b›)',
    ],
  ],
  [
    'a try without a handler yet',
    `try:
    f()
x = 1`,
    ['(try {(call f inside‹› ‹f()›)} {} {} ‹try:⏎    f()›)', '(assign x 1‹1› ‹x = 1›)'],
  ],
  [
    'with',
    `with a() as b, c: d
with a as self.b, c() as (d, e), f as g[0], h as [i, *j]:
    k()
    l()
m
async def n():
    async with o() as p:
        q()`,
    [
      '(with (call a inside‹› ‹a()›) as b c {d} ‹with a() as b, c: d›)',
      '(with a as (. self b ‹self.b›) (call c inside‹› ‹c()›) as (targets d e ‹(d, e)›) f as (index g 0‹0› ‹g[0]›) h as (targets i (keys *: j) ‹[i, *j]›) {(call k inside‹› ‹k()›); (call l inside‹› ‹l()›)} ‹with a as self.b, c() as (d, e), f as g[0], h as [i, *j]:⏎    k()⏎    l()›)',
      'm',
      '(async function n {(with (call o inside‹› ‹o()›) as p {(call q inside‹› ‹q()›)} ‹async with o() as p:⏎        q()›)} ‹async def n():⏎    async with o() as p:⏎        q()›)',
    ],
  ],
  [
    'with in parentheses',
    `with (
    a("(", x) as b,  # c
    d(
        1) as e.f,
):
    g()
    h()
with (a, b): c
with (a): c
with (a) as b, (c): d
with (a() as b): c
i`,
    [
      '(with (call a (string "(" " ‹"("›) x inside‹"(", x› ‹a("(", x)›) as b (call d 1‹1› inside‹⏎        1› ‹d(⏎        1)›) as (. e f ‹e.f›) {(call g inside‹› ‹g()›); (call h inside‹› ‹h()›)} ‹with (⏎    a("(", x) as b,  # c⏎    d(⏎        1) as e.f,⏎):⏎    g()⏎    h()›)',
      '(with (tuple a b ‹(a, b)›) {c} ‹with (a, b): c›)',
      '(with a {c} ‹with (a): c›)',
      '(with a as b c {d} ‹with (a) as b, (c): d›)',
      '(with (call a inside‹› ‹a()›) as b {c} ‹with (a() as b): c›)',
      'i',
      '(comment "c" ‹# c›)',
    ],
  ],
  [
    'match',
    `match command.split():
    case ["run", host, *rest] if f(host):
        a()
    case {"port": port, **other} | P(x=1, y=z):
        b()
    case m.A() as n: c()
    case (1 | "x"): d()
    case _:
        e()
f()`,
    [
      '(switch (call (. command split ‹command.split›) inside‹› ‹command.split()›) {(assign host rest (other ‹["run", host, *rest]›) ‹["run", host, *rest]›); (if (call f host inside‹host› ‹f(host)›) {(call a inside‹› ‹a()›)} {} ‹f(host):⏎        a()›)} {(assign port other z (other ‹{"port": port, **other} | P(x=1, y=z)›) ‹{"port": port, **other} | P(x=1, y=z)›); (call b inside‹› ‹b()›)} {(assign n (other ‹m.A() as n›) ‹m.A() as n›); (call c inside‹› ‹c()›)} {(call d inside‹› ‹d()›)} {(call e inside‹› ‹e()›)} ‹match command.split():⏎    case ["run", host, *rest] if f(host):⏎        a()⏎    case {"port": port, **other} | P(x=1, y=z):⏎        b()⏎    case m.A() as n: c()⏎    case (1 | "x"): d()⏎    case _:⏎        e()›)',
      '(call f inside‹› ‹f()›)',
    ],
  ],
  [
    'a match over several values',
    `match x, y:
    case 1, a: b`,
    ['(switch (other x y ‹x, y›) {(assign a (other ‹a›) ‹a›); b} ‹match x, y:⏎    case 1, a: b›)'],
  ],
  [
    'match, case and type as names',
    `match = re.match(a)
match(b)
case = 1
type(x)
match.group(1)`,
    [
      '(assign match (call (. re match ‹re.match›) a inside‹a› ‹re.match(a)›) ‹match = re.match(a)›)',
      '(call match b inside‹b› ‹match(b)›)',
      '(assign case 1‹1› ‹case = 1›)',
      '(call type x inside‹x› ‹type(x)›)',
      '(call (. match group ‹match.group›) 1‹1› inside‹1› ‹match.group(1)›)',
    ],
  ],
  [
    'functions',
    `def f(a, /, b: int = 1, *args: str, c, d="x", **kw) -> T:
    """doc"""
    return a, b  # c

async def g(*, h=None): ...
def i(): pass
def j[T](k: T): return`,
    [
      '(function f [a position-only ‹a›] [b: int = 1‹1› ‹b: int = 1›] [*args: str ‹*args: str›] [c keyword-only ‹c›] [d = (string "x" " ‹"x"›) keyword-only ‹d="x"›] [**kw ‹**kw›] {(string "doc" """ ‹"""doc"""›); (return (tuple a b ‹a, b›) ‹return a, b›)} ‹def f(a, /, b: int = 1, *args: str, c, d="x", **kw) -> T:⏎    """doc"""⏎    return a, b›)',
      '(async function g [h = None keyword-only ‹h=None›] {(other ‹...›)} ‹async def g(*, h=None): ...›)',
      '(function i {(other ‹pass›)} ‹def i(): pass›)',
      '(function j [k: T ‹k: T›] {(return ‹return›)} ‹def j[T](k: T): return›)',
      '(comment "c" ‹# c›)',
    ],
  ],
  [
    'decorators',
    `@app.route("/x", methods=["GET"])
# c
@plain
@a.b.c
async def f(): return 1

@dataclass(frozen=True)
class C:
    @property
    def x(self): return 1`,
    [
      '(async function f @(call (. app route ‹app.route›) (string "/x" " ‹"/x"›) methods=(array (string "GET" " ‹"GET"›) ‹["GET"]›)‹methods=["GET"]› inside‹"/x", methods=["GET"]› ‹app.route("/x", methods=["GET"])›) @plain @(. (. a b ‹a.b›) c ‹a.b.c›) {(return 1‹1› ‹return 1›)} ‹async def f(): return 1›)‹@app.route("/x", methods=["GET"])⏎# c⏎@plain⏎@a.b.c⏎async def f(): return 1›',
      '(class C @(call dataclass frozen=true‹True›‹frozen=True› inside‹frozen=True› ‹dataclass(frozen=True)›) {(function x [self ‹self›] @property {(return 1‹1› ‹return 1›)} ‹def x(self): return 1›)‹@property⏎    def x(self): return 1›} ‹class C:⏎    @property⏎    def x(self): return 1›)',
      '(comment "c" ‹# c›)',
    ],
  ],
  [
    'a decorator that the grammar does not know',
    `@x[0].y(1)
def f(): pass
@(lambda f: f)
class C: pass`,
    [
      '(other x ‹@x›)',
      '(call (. (array 0‹0› ‹[0]›) y ‹[0].y›) 1‹1› inside‹1› ‹[0].y(1)›)',
      '(function f {(other ‹pass›)} ‹def f(): pass›)',
      '(other ‹@›)',
      '(lambda [f ‹f›] {(return f ‹f›)} ‹lambda f: f›)',
      '(class C {(other ‹pass›)} ‹class C: pass›)',
      '(error ‹›)',
      '(error ‹›)',
      '(error ‹›)',
      '(error ‹›)',
    ],
  ],
  [
    'classes',
    `class A: x: int = 1; y = 2
class B(A, m.C, metaclass=M, *mixins):
    host: str
    def f(self): self.a = 1
class D(): pass`,
    [
      '(class A {(assign x : int 1‹1› ‹x: int = 1›); (assign y 2‹2› ‹y = 2›)} ‹class A: x: int = 1; y = 2›)',
      '(class B A (. m C ‹m.C›) mixins {(assign host : str ‹host: str›); (function f [self ‹self›] {(assign (. self a ‹self.a›) 1‹1› ‹self.a = 1›)} ‹def f(self): self.a = 1›)} ‹class B(A, m.C, metaclass=M, *mixins):⏎    host: str⏎    def f(self): self.a = 1›)',
      '(class D {(other ‹pass›)} ‹class D(): pass›)',
    ],
  ],
  [
    'small statements',
    `pass
global a, b
nonlocal c
del d[0], e
assert f(), "m"
raise
raise E(1) from g
type X[T] = list[T]`,
    [
      '(other ‹pass›)',
      '(other a b ‹global a, b›)',
      '(other c ‹nonlocal c›)',
      '(other (index d 0‹0› ‹d[0]›) e ‹del d[0], e›)',
      '(other (call f inside‹› ‹f()›) (string "m" " ‹"m"›) ‹assert f(), "m"›)',
      '(raise ‹raise›)',
      '(raise (call E 1‹1› inside‹1› ‹E(1)›) ‹raise E(1) from g›)',
      '(other X T (index list T ‹list[T]›) ‹type X[T] = list[T]›)',
    ],
  ],
  [
    'statements on one line',
    `a(); b = 1; c() ;
if x: y(); z();
w`,
    [
      '(call a inside‹› ‹a()›)',
      '(assign b 1‹1› ‹b = 1›)',
      '(call c inside‹› ‹c()›)',
      '(if x {(call y inside‹› ‹y()›); (call z inside‹› ‹z()›)} {} ‹if x: y(); z();›)',
      'w',
    ],
  ],
  [
    'Python 2',
    `print "a", f(x)
print >>sys.stderr, g(y)
raise E, h(z)
exec "a" in i(w)
print
j()`,
    [
      '(other (string "a" " ‹"a"›) ‹print "a"›)',
      '(call f x inside‹x› ‹f(x)›)',
      '(other (. sys stderr ‹sys.stderr›) ‹print >>sys.stderr›)',
      '(call g y inside‹y› ‹g(y)›)',
      '(raise E ‹raise E, h(z)›)',
      'exec',
      '(in (string "a" " ‹"a"›) (call i w inside‹w› ‹i(w)›) ‹"a" in i(w)›)',
      'print',
      '(call j inside‹› ‹j()›)',
      '(error ‹print "a"›)',
      '(error ‹,›)',
      '(error ‹print >>sys.stderr›)',
      '(error ‹>›)',
      '(error ‹>›)',
      '(error ‹,›)',
      '(error ‹›)',
    ],
  ],
  [
    'spans end with the last token',
    'def f():\n    g()   # c\n\n    # d\n\nif a:\n    b  \n\n\nclass C:\n    x = 1\n    # e\n',
    [
      '(function f {(call g inside‹› ‹g()›)} ‹def f():⏎    g()›)',
      '(if a {b} {} ‹if a:⏎    b›)',
      '(class C {(assign x 1‹1› ‹x = 1›)} ‹class C:⏎    x = 1›)',
      '(comment "c" ‹# c›)',
      '(comment "d" ‹# d›)',
      '(comment "e" ‹# e›)',
    ],
  ],
  [
    'continued lines',
    'x = a + \\\n    b\nif a and \\\n   b:\n    c',
    [
      '(assign x (+ a b ‹a + \\⏎    b›) ‹x = a + \\⏎    b›)',
      '(if (and a b ‹a and \\⏎   b›) {c} {} ‹if a and \\⏎   b:⏎    c›)',
    ],
  ],
  [
    'CR LF, also where a backslash continues a line',
    'x = a + \\\r\n    f(1)\r\nif x:\r\n    y = """a\r\nb"""  # c\r\n    z = "q\\\r\nr"\r\nw\r\n',
    [
      '(assign x (+ a (call f 1‹1› inside‹1› ‹f(1)›) ‹a + \\\r⏎    f(1)›) ‹x = a + \\\r⏎    f(1)›)',
      '(if x {(assign y (string "a\\nb" ~ ‹"""a\r⏎b"""›) ‹y = """a\r⏎b"""›); (assign z (string "qr" ~ ‹"q\\\r⏎r"›) ‹z = "q\\\r⏎r"›)} {} ‹if x:\r⏎    y = """a\r⏎b"""  # c\r⏎    z = "q\\\r⏎r"›)',
      'w',
      '(comment "c" ‹# c›)',
    ],
  ],
  [
    'a lone CR ends a line',
    'a = 1\rif b:\r    c()\rd\\\r+1',
    ['(assign a 1‹1› ‹a = 1›)', '(if b {(call c inside‹› ‹c()›)} {} ‹if b:\r    c()›)', '(+ d 1‹1› ‹d\\\r+1›)'],
  ],
  [
    'tabs and form feeds',
    'def f():\n\ta()\n\f\n\tb()\n\fdef g():\n        c()\n\td()',
    [
      '(function f {(call a inside‹› ‹a()›); (call b inside‹› ‹b()›)} ‹def f():⏎\ta()⏎\f⏎\tb()›)',
      '(function g {(call c inside‹› ‹c()›); (call d inside‹› ‹d()›)} ‹def g():⏎        c()⏎\td()›)',
    ],
  ],
  [
    'comments',
    `#! a
# b
x = 1  ## c #
"# no"`,
    [
      '(assign x 1‹1› ‹x = 1›)',
      '(string "# no" " ‹"# no"›)',
      '(comment "! a" ‹#! a›)',
      '(comment "b" ‹# b›)',
      '(comment "c #" ‹## c #›)',
    ],
  ],
  [
    'calls around an error',
    `a(1)
b(2 3)
c(4
def d(:
    e(5)
f(6)`,
    [
      '(call a 1‹1› inside‹1› ‹a(1)›)',
      '(call b 2‹2› inside‹2 3› ‹b(2 3)›)',
      '(call c 4‹4› inside‹4› ‹c(4›)',
      '(function d {(call e 5‹5› inside‹5› ‹e(5)›)} ‹def d(:⏎    e(5)›)',
      '(call f 6‹6› inside‹6› ‹f(6)›)',
      '(error ‹3›)',
      '(error ‹›)',
      '(error ‹›)',
      '(error ‹›)',
    ],
  ],
  [
    'too many closing brackets',
    `a())
b()`,
    ['(call a inside‹› ‹a()›)', '(call b inside‹› ‹b()›)', '(error ‹)›)'],
  ],
  [
    'a body that is missing',
    `def f():
g()
if x:
else:
    h()
while
for i in
class`,
    [
      '(function f {} ‹def f():›)',
      '(call g inside‹› ‹g()›)',
      '(if x {} {(call h inside‹› ‹h()›)} ‹if x:⏎else:⏎    h()›)',
      '(loop (other i ‹i in⏎class›) {} ‹while⏎for i in⏎class›)',
      '(error ‹›)',
      '(error ‹›)',
      '(error ‹›)',
      '(error ‹for›)',
      '(error ‹class›)',
      '(error ‹›)',
      '(error ‹›)',
    ],
  ],
  [
    'the end of the file is in the middle',
    'def f(a, b=g(1), *, c: h(2',
    [
      '(function f [a ‹a›] [b = (call g 1‹1› inside‹1› ‹g(1)›) ‹b=g(1)›] [c: (call h 2‹2› inside‹2› ‹h(2›) keyword-only ‹c: h(2›] {} ‹def f(a, b=g(1), *, c: h(2›)',
      '(error ‹›)',
      '(error ‹›)',
      '(error ‹›)',
    ],
  ],
  ['an empty text', '', []],
];

for (const [title, source, expected] of shapes) {
  test(title, () => assert.deepEqual(printed(parsePython('f.py', source)), expected));
}

/** Sources whose reading has no errors. */
const valid = shapes
  .filter(([, , expected]) => expected.every((line) => !line.startsWith('(error')))
  .map(([, source]) => source);

/** Everything with a span, the program's own parts first. */
function spansOf(value: unknown): Span[] {
  if (Array.isArray(value)) return value.flatMap(spansOf);
  if (typeof value !== 'object' || value === null) return [];
  if ('start' in value && 'end' in value && 'file' in value) return [value as Span];
  return Object.values(value).flatMap(spansOf);
}

/** The name of every callee, the member's name where it is one. */
function callees(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(callees);
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(callees);
  const { callee } = value as { callee?: { name?: string } };
  return callee?.name === undefined ? inner : [callee.name, ...inner];
}

/** What is printed without the texts of spans, which differ by line endings. */
function outline(text: string): string[] {
  return printed(parsePython('f.py', text)).map((line) => line.replace(/‹[^›]*›/g, '').replace(/ ["']*~| (?= )/g, ''));
}

function assertReadable(text: string): void {
  const program = parsePython('f.py', text);
  assert.equal(program.text, text);
  for (const span of spansOf([program.body, program.comments, program.errors])) {
    assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length, JSON.stringify(span));
  }
  assert.ok(printed(program).length >= program.body.length);
}

test('any text gives a program', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), assertReadable), { numRuns: 300 });
});

test('any sequence of tokens gives a program', () => {
  const token = fc.constantFrom(
    ...'if elif else for in def class try except finally with as match case import from return raise await async'.split(
      ' ',
    ),
    ...'lambda yield not and or is del global print None ( ) [ ] { } : , . ; = := == + - ** * @ -> \\ # """ \' " f" {'.split(
      ' ',
    ),
    ...['x', 'y.z', '1', '5.', '"s"', 'f"{a}"', '\n', '\r\n', '\n    ', '\n\t', '\f', '\0', '😀', '\ufeff', '\u2028'],
  );
  const text = fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join(' '));
  fc.assert(fc.property(text, assertReadable), { numRuns: 500 });
});

test('a program with a part cut out or put in gives a program', () => {
  const source = fc.constantFrom(...shapes.map(([, text]) => text));
  const changed = fc
    .tuple(source, source, fc.nat(), fc.nat(12), fc.nat(), fc.nat(12))
    .map(([text, other, at, removed, from, length]) => {
      const cut = at % (text.length + 1);
      const start = from % (other.length + 1);
      return text.slice(0, cut) + other.slice(start, start + length) + text.slice(cut + removed);
    });
  fc.assert(fc.property(changed, assertReadable), { numRuns: 1000 });
});

test('line endings do not change what is read', () => {
  for (const source of valid.filter((text) => !text.includes('\r'))) {
    assert.deepEqual(outline(source.replaceAll('\n', '\r\n')), outline(source), source);
    assert.deepEqual(outline(source.replaceAll('\n', '\r')), outline(source), source);
  }
});

test('spans move with the text', () => {
  const before = '# 😀 größe\n\n';
  for (const source of valid) {
    const moved = printed(parsePython('f.py', before + source)).filter((line) => !line.includes('# 😀'));
    assert.deepEqual(moved, printed(parsePython('f.py', source)), source);
  }
});

test('code in a function reads as it does outside', () => {
  for (const source of valid.filter((text) => !/["\r\f\t\\]|^\s*#|^$/m.test(text))) {
    const inside = parsePython('f.py', `def f():\n${source.replace(/^(?=.)/gm, '    ')}\nafter()\n`);
    assert.deepEqual(
      inside.body.map((statement) => statement.kind),
      ['function', 'expression'],
      source,
    );
    assert.deepEqual(inside.errors, [], source);
  }
});

test('a concatenation of 600 strings is one expression', () => {
  const parts = Array.from({ length: 600 }, (_, index) => `"${index}"`).join(' +\n    ');
  const program = parsePython('f.py', `def f():\n  x = g(\n    ${parts}\n  )\n  run()\nafter()\n`);
  assert.deepEqual(program.errors, []);
  assert.deepEqual(
    program.body.map((statement) => statement.kind),
    ['function', 'expression'],
  );
  assert.deepEqual(callees(program.body), ['g', 'run', 'after']);
});

test('a long list of statements is no chain', () => {
  const line = (at: number) => `# server ${at}\nrun(app, host='127.0.0.1', port=${at})\n`;
  const lines = Array.from({ length: 5000 }, (_, at) => line(at)).join('');
  for (const [text, count] of [
    [lines, 5000],
    [`class A:\n${lines.replaceAll(/^/gm, '    ')}pass`, 1],
  ] as const) {
    const { body, errors } = parsePython('app.py', text);
    assert.deepEqual(errors, []);
    assert.equal(body.length, count);
  }
});

test('where a chain is more than the parser can bear, it is said that nothing was read', () => {
  const text = `import uvicorn\nuvicorn.run("app:app", host=${Array(50_000).fill('"x"').join(' + ')})\n`;
  const { body, errors, unread } = parsePython('a.py', text);
  assert.deepEqual(
    { body, errors, unread },
    { body: [], errors: [{ file: 'a.py', start: 0, end: text.length }], unread: 0 },
  );
});

test('a longer chain than a tree can hold is read side by side, its calls included', () => {
  const program = parsePython('f.py', `x = ${'a + '.repeat(1010)}f(1)`);
  assert.deepEqual(program.errors, []);
  assert.match(printed(program)[0]!, /^\(assign x \(other a a a .* a \(call f 1/);
});

test('nesting up to the limit of the guard is read', () => {
  const nested = [
    `${'f('.repeat(499)}g()${')'.repeat(499)}`,
    `${'[{a: '.repeat(240)}g()${'}]'.repeat(240)}`,
    `${'a if b else '.repeat(498)}g()`,
    `${'not '.repeat(498)}g()`,
    `${'lambda: '.repeat(498)}g()`,
    `${Array.from({ length: 498 }, (_, depth) => `${' '.repeat(depth)}if x:\n`).join('')}${' '.repeat(498)}g()`,
  ];
  for (const text of nested) {
    assert.equal(guard(text, 'python'), undefined);
    assert.ok(callees(parsePython('f.py', text).body).includes('g'), text.slice(0, 20));
  }
});

test('many branches do not make a deep tree', () => {
  const program = parsePython('f.py', `if a: b()\n${'elif c: d()\n'.repeat(1000)}else: e()`);
  assert.deepEqual(program.errors, []);
  assert.deepEqual(callees(program.body).sort(), ['b', ...Array(1000).fill('d'), 'e']);
});

test('text that the guard refuses gives a program all the same', () => {
  for (const text of ['('.repeat(100_000), '[{'.repeat(50_000), 'f"{'.repeat(20_000)]) {
    const program = parsePython('f.py', text);
    assert.equal(program.text, text);
    assert.ok(program.errors.length > 0);
  }
});

/** Ways in which time could grow faster than the text does. */
const costly: readonly (readonly [unit: string, before?: string])[] = [
  [':'],
  ['print '],
  ['[x for '],
  ['for a in b ', '[x '],
  ['as ('],
  ['with (\n'],
  ['with (a as b,\n'],
  ['yield '],
  ['\f'],
  ['\\\r\n'],
  ['"'],
  ['{a}{{', 'f"'],
  ['a, ', 'match '],
  ['a = '],
  ['a < '],
  ['.b()', 'a'],
  ['elif c: d\n', 'if a: b\n'],
];

test('time is bounded by the length of the text, whatever it is', () => {
  for (const [unit, before = ''] of costly) {
    const text = before + unit.repeat(Math.ceil(100_000 / unit.length));
    const start = performance.now();
    assert.equal(parsePython('f.py', text).text, text);
    assert.ok(performance.now() - start < 20_000, JSON.stringify(unit));
  }
});

test('what lies beyond the limit of tokens is an error', () => {
  const program = parsePython('f.py', `run()\n${':'.repeat(200_000)}\nlost()`);
  const last = program.errors.at(-1)!;
  assert.equal(last.end, program.text.length);
  assert.match(printed(program)[0]!, /^\(call run /);
});
