/** What a formula reads: results by test code in braces, and facts of the person by name. */
export interface FormulaInput {
  results: ReadonlyMap<string, number>
  facts: Readonly<Record<string, number | undefined>>
}

export class FormulaError extends Error {}

type Node =
  | { kind: 'number'; value: number }
  | { kind: 'result'; code: string }
  | { kind: 'fact'; name: string }
  | { kind: 'call'; name: string; args: Node[] }

const functions: Readonly<Record<string, { arity: number; run: (...args: number[]) => number }>> = {
  '+': { arity: 2, run: (a = 0, b = 0) => a + b }, '-': { arity: 2, run: (a = 0, b = 0) => a - b }, '*': { arity: 2, run: (a = 0, b = 0) => a * b }, '/': { arity: 2, run: (a = 0, b = 0) => a / b }, '^': { arity: 2, run: (a = 0, b = 0) => a ** b },
  '<': { arity: 2, run: (a = 0, b = 0) => Number(a < b) }, '<=': { arity: 2, run: (a = 0, b = 0) => Number(a <= b) }, '>': { arity: 2, run: (a = 0, b = 0) => Number(a > b) }, '>=': { arity: 2, run: (a = 0, b = 0) => Number(a >= b) },
  negate: { arity: 1, run: (a = 0) => -a }, min: { arity: 2, run: Math.min }, max: { arity: 2, run: Math.max }, ln: { arity: 1, run: Math.log }, log10: { arity: 1, run: Math.log10 }, exp: { arity: 1, run: Math.exp }, sqrt: { arity: 1, run: Math.sqrt },
  if: { arity: 3, run: (test = 0, yes = 0, no = 0) => (test === 0 ? no : yes) },
}
const factNames = new Set(['age', 'female', 'male'])
const token = /\s*(?:(\d+(?:\.\d+)?)|\{([A-Za-z0-9._/+%#-]{1,40})\}|([a-z][a-z0-9]*)|(<=|>=|[-+*/^(),<>]))/y

function tokensOf(text: string): string[][] {
  const found: string[][] = []
  token.lastIndex = 0
  while (token.lastIndex < text.trimEnd().length) {
    const match = token.exec(text)
    if (match === null) throw new FormulaError('formula.token')
    found.push(match.slice(1).map((part) => part ?? ''))
  }
  return found
}

const levels: readonly (readonly string[])[] = [['<', '<=', '>', '>='], ['+', '-'], ['*', '/']]
const deepest = 60

function parserOf(tokens: readonly string[][]) {
  let at = 0
  const operator = (): string => tokens[at]?.[3] ?? ''
  const expect = (sign: string): void => {
    if (operator() !== sign) throw new FormulaError('formula.expected')
    at += 1
  }
  function binary(level: number, depth: number): Node {
    const operators = levels[level]
    if (operators === undefined) return power(depth)
    let left = binary(level + 1, depth)
    while (operators.includes(operator())) {
      const name = operator()
      at += 1
      left = { kind: 'call', name, args: [left, binary(level + 1, depth)] }
    }
    return left
  }
  function power(depth: number): Node {
    const base = primary(depth)
    if (operator() !== '^') return base
    at += 1
    return { kind: 'call', name: '^', args: [base, power(depth + 1)] }
  }
  function call(name: string, depth: number): Node {
    expect('(')
    const args = [binary(0, depth + 1)]
    while (operator() === ',') {
      at += 1
      args.push(binary(0, depth + 1))
    }
    expect(')')
    if (!Object.hasOwn(functions, name) || functions[name]?.arity !== args.length) throw new FormulaError('formula.function')
    return { kind: 'call', name, args }
  }
  function primary(depth: number): Node {
    if (depth > deepest) throw new FormulaError('formula.deep')
    const [digits = '', code = '', word = '', sign = ''] = tokens[at] ?? []
    at += 1
    if (digits !== '') return { kind: 'number', value: Number(digits) }
    if (code !== '') return { kind: 'result', code }
    if (word !== '') return factNames.has(word) ? { kind: 'fact', name: word } : call(word, depth)
    if (sign === '-') return { kind: 'call', name: 'negate', args: [power(depth + 1)] }
    if (sign !== '(') throw new FormulaError('formula.expected')
    const inner = binary(0, depth + 1)
    expect(')')
    return inner
  }
  return () => {
    const whole = binary(0, 0)
    if (at !== tokens.length) throw new FormulaError('formula.rest')
    return whole
  }
}

const parsed = new Map<string, Node>()

/** Reads a formula; throws a FormulaError where it is not one. Nothing of it is ever run as a program. */
function parse(text: string): Node {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const made = parserOf(tokensOf(text))()
  if (parsed.size < 1000) parsed.set(text, made)
  return made
}

function evaluate(node: Node, input: FormulaInput): number | undefined {
  if (node.kind === 'number') return node.value
  if (node.kind === 'result') return input.results.get(node.code)
  if (node.kind === 'fact') return input.facts[node.name]
  const args = node.args.map((arg) => evaluate(arg, input))
  return args.some((arg) => arg === undefined) ? undefined : functions[node.name]?.run(...args.map((arg) => arg ?? 0))
}

/** The value of a formula; undefined where something it needs is missing, or the result is no number. */
export function calculate(formula: string, input: FormulaInput): number | undefined {
  const value = evaluate(parse(formula), input)
  return value === undefined || !Number.isFinite(value) ? undefined : value
}

/** The codes of the tests a formula reads. */
export function inputsOf(formula: string): string[] {
  const codes = (node: Node): string[] => (node.kind === 'result' ? [node.code] : node.kind === 'call' ? node.args.flatMap(codes) : [])
  return [...new Set(codes(parse(formula)))]
}

/** The facts of the person a formula reads. */
export function factsOf(formula: string): string[] {
  const names = (node: Node): string[] => (node.kind === 'fact' ? [node.name] : node.kind === 'call' ? node.args.flatMap(names) : [])
  return [...new Set(names(parse(formula)))]
}

/** A number with so many decimals, half away from zero, as the report prints it. */
export function toDecimals(value: number, decimals: number): string {
  const scaled = Math.round((Math.abs(value) + Number.EPSILON * Math.abs(value)) * 10 ** decimals) / 10 ** decimals
  return `${value < 0 && scaled !== 0 ? '-' : ''}${scaled.toFixed(decimals)}`
}
