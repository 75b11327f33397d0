import assert from 'node:assert/strict';
import type { Span } from '../../src/facts.ts';
import type { Expr, FunctionShape, Param, Pattern, Program, Statement } from '../../src/syntax/call.ts';

/** Prints a program as s-expressions; every span is shown as the text it covers, names and literals are compared with it. */
export function printed(program: Program): string[] {
  const at = (span: Span) => {
    assert.equal(span.file, program.file);
    assert.ok(span.start <= span.end && span.start >= 0 && span.end <= program.text.length);
    return program.text.slice(span.start, span.end);
  };
  const shown = (span: Span) => `‹${at(span).replaceAll('\n', '⏎')}›`;
  const list = (parts: readonly (string | undefined)[]) => `(${parts.filter((part) => part !== undefined).join(' ')})`;
  const expr = (value: Expr): string => {
    switch (value.kind) {
      case 'name':
        assert.equal(at(value.span), value.name);
        return value.name;
      case 'string': {
        const exact = value.quote === undefined ? '~' : value.quote;
        if (value.quote !== undefined) {
          const end = at(value.span).length - value.quote.length;
          assert.equal(at(value.span).slice(end - value.value.length, end), value.value);
        }
        return list([value.bytes ? 'bytes' : 'string', JSON.stringify(value.value), exact, shown(value.span)]);
      }
      case 'number':
      case 'boolean':
        return `${value.value}${shown(value.span)}`;
      case 'none':
        assert.equal(at(value.span), 'None');
        return 'None';
      case 'member':
        assert.equal(at(value.nameSpan), value.name);
        return list(['.', expr(value.object), value.name, shown(value.span)]);
      case 'index':
        return list(['index', expr(value.object), expr(value.index), shown(value.span)]);
      case 'call': {
        const args = value.args.map((argument) => {
          const spread = argument.spread === undefined ? '' : { list: '*', map: '**' }[argument.spread];
          return `${spread}${argument.name === undefined ? '' : `${argument.name}=`}${expr(argument.value)}${
            argument.name === undefined && spread === '' ? '' : shown(argument.span)
          }`;
        });
        return list(['call', expr(value.callee), ...args, `inside${shown(value.inside)}`, shown(value.span)]);
      }
      case 'object': {
        const entries = value.entries.map((entry) => {
          const key = entry.spread ? '**' : (entry.key ?? '?');
          return `${key}${shown(entry.keySpan)}: ${expr(entry.value)} ${shown(entry.span)}`;
        });
        return list(['object', ...entries, shown(value.span)]);
      }
      case 'array':
        return list([value.tuple ? 'tuple' : 'array', ...value.items.map(expr), shown(value.span)]);
      case 'template':
        return list(['template', value.quote, ...value.parts.map(expr), shown(value.span)]);
      case 'binary':
        return list([value.operator, expr(value.left), expr(value.right), shown(value.span)]);
      case 'unary':
        return list([`unary ${value.operator}`, expr(value.operand), shown(value.span)]);
      case 'conditional':
        return list(['if', expr(value.test), expr(value.consequent), expr(value.alternative), shown(value.span)]);
      case 'await':
        return list(['await', expr(value.value), shown(value.span)]);
      case 'function':
        assert.deepEqual(value.span, value.function.span);
        return shape(value.function);
      case 'assignment':
        return list([':=', pattern(value.target), expr(value.value), shown(value.span)]);
      case 'other':
        return list(['other', ...value.parts.map(expr), shown(value.span)]);
    }
  };
  const pattern = (target: Pattern): string => {
    switch (target.kind) {
      case 'name':
        assert.equal(at(target.span), target.name);
        return target.name;
      case 'member':
      case 'index':
        return expr(target);
      case 'list':
        return list(['targets', ...target.items.map((item) => (item ? pattern(item) : '-')), shown(target.span)]);
      case 'keys':
        return list(['keys', ...target.entries.map((entry) => `${entry.key}: ${pattern(entry.target)}`)]);
      case 'other':
        return list(['other', shown(target.span)]);
    }
  };
  const param = (value: Param): string => {
    const star = { normal: '', list: '*', map: '**' }[value.kind];
    const annotation = value.annotation === undefined ? '' : `: ${expr(value.annotation)}`;
    const standard = value.default === undefined ? '' : ` = ${expr(value.default)}`;
    const only = value.only === undefined ? '' : ` ${value.only}-only`;
    return `[${star}${value.name}${annotation}${standard}${only} ${shown(value.span)}]`;
  };
  const shape = (value: FunctionShape): string => {
    if (value.name !== undefined) assert.equal(at(value.nameSpan), value.name);
    return list([
      value.async ? 'async function' : value.concise ? 'lambda' : 'function',
      value.name,
      ...value.params.map(param),
      ...value.decorators.map((decorator) => `@${expr(decorator)}`),
      block(value.body),
      shown(value.span),
    ]);
  };
  const block = (body: readonly Statement[]): string => `{${body.map(statement).join('; ')}}`;
  const optional = (value: Expr | undefined) => value && expr(value);
  const statement = (value: Statement): string => {
    const span = shown(value.span);
    switch (value.kind) {
      case 'expression':
        return expr(value.value);
      case 'assign': {
        const annotation = value.annotation && `: ${expr(value.annotation)}`;
        const operator = value.updates ? 'update' : 'assign';
        return list([operator, ...value.targets.map(pattern), annotation, optional(value.value), span]);
      }
      case 'if':
        return list(['if', expr(value.test), block(value.consequent), block(value.alternative), span]);
      case 'loop':
        return list(['loop', value.target && pattern(value.target), optional(value.over), block(value.body), span]);
      case 'try': {
        const handlers = value.handlers.map((handler) => {
          const name = handler.name === undefined ? undefined : `as ${handler.name}`;
          return list(['except', ...handler.types.map(expr), name, block(handler.body), shown(handler.span)]);
        });
        return list(['try', block(value.body), ...handlers, block(value.otherwise), block(value.finalizer), span]);
      }
      case 'with': {
        const items = value.items.map(
          (item) => `${expr(item.value)}${item.target ? ` as ${pattern(item.target)}` : ''}`,
        );
        return list(['with', ...items, block(value.body), span]);
      }
      case 'switch':
        return list(['switch', expr(value.value), ...value.branches.map(block), span]);
      case 'function':
        return `${shape(value.function)}${value.span.start === value.function.span.start ? '' : span}`;
      case 'class': {
        const { name, nameSpan, bases, decorators, body } = value.class;
        if (name !== undefined) assert.equal(at(nameSpan), name);
        const written = decorators.map((decorator) => `@${expr(decorator)}`);
        return list(['class', name, ...bases.map(expr), ...written, block(body), shown(value.class.span)]);
      }
      case 'return':
      case 'raise':
        return list([value.kind, optional(value.value), span]);
      case 'import': {
        const names = value.names.map(({ name, local }) => (name === local ? name : `${name} as ${local}`));
        return list(['import', value.module, ...names, span]);
      }
      case 'other':
        return list(['other', ...value.parts.map(expr), value.body && block(value.body), span]);
    }
  };
  return [
    ...program.body.map(statement),
    ...program.comments.map((comment) => list(['comment', JSON.stringify(comment.text), shown(comment.span)])),
    ...program.errors.map((error) => list(['error', shown(error)])),
  ];
}
