import { monitorEventLoopDelay } from 'node:perf_hooks'

interface Histogram {
  counts: number[]
  sum: number
  total: number
}

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const requests = new Map<string, Histogram>()
const statements: Histogram = { counts: bounds.map(() => 0), sum: 0, total: 0 }
const business = new Map<string, number>()
const gauges = new Map<string, () => number | Promise<number>>()
const loop: { delay?: ReturnType<typeof monitorEventLoopDelay> } = {}

function observe(histogram: Histogram, seconds: number): void {
  histogram.total += 1
  histogram.sum += seconds
  const at = bounds.findIndex((bound) => seconds <= bound)
  if (at !== -1) histogram.counts[at] = (histogram.counts[at] ?? 0) + 1
}

/** Counts an answer by its route (the pattern, never an address with ids) and status. */
export function observeRequest(method: string, route: string, status: number, seconds: number): void {
  const labels = `method="${method}",route="${route}",code="${status}"`
  let histogram = requests.get(labels)
  if (histogram === undefined) {
    histogram = { counts: bounds.map(() => 0), sum: 0, total: 0 }
    requests.set(labels, histogram)
  }
  observe(histogram, seconds)
}

export const observeStatement = (seconds: number): void => observe(statements, seconds)

/** Counts something of the business: each event is one. */
export const countBusiness = (name: string): void => void business.set(name, (business.get(name) ?? 0) + 1)

/** A number asked for when the metrics are read. */
export const gauge = (name: string, read: () => number | Promise<number>): void => void gauges.set(name, read)

/** Begins to watch the event loop. */
export function watchEventLoop(): void {
  loop.delay ??= monitorEventLoopDelay({ resolution: 20 })
  loop.delay.enable()
}

/** 99th percentile of the delay of the event loop, in milliseconds. */
export const eventLoopDelay = (): number => (loop.delay === undefined ? 0 : Math.max(0, loop.delay.percentile(99) / 1e6 - 20))

function lines(name: string, labels: string, histogram: Histogram): string[] {
  const comma = labels === '' ? '' : ','
  let sum = 0
  const buckets = bounds.map((bound, index) => {
    sum += histogram.counts[index] ?? 0
    return `${name}_bucket{${labels}${comma}le="${bound}"} ${sum}`
  })
  const tail = labels === '' ? '' : `{${labels}}`
  return [...buckets, `${name}_bucket{${labels}${comma}le="+Inf"} ${histogram.total}`, `${name}_sum${tail} ${histogram.sum.toFixed(6)}`, `${name}_count${tail} ${histogram.total}`]
}

/** Everything in the text format of Prometheus. */
export async function renderMetrics(): Promise<string> {
  const memory = process.memoryUsage()
  const usage = process.cpuUsage()
  const own = [
    `process_cpu_seconds_total ${((usage.user + usage.system) / 1e6).toFixed(3)}`,
    `process_resident_memory_bytes ${memory.rss}`,
    `nodejs_heap_used_bytes ${memory.heapUsed}`,
    `process_uptime_seconds ${process.uptime().toFixed(1)}`,
    `nodejs_eventloop_delay_p99_seconds ${(eventLoopDelay() / 1000).toFixed(6)}`,
  ]
  const asked = await Promise.all([...gauges].map(async ([name, read]) => {
    try {
      return [`${name} ${await read()}`]
    } catch {
      return []
    }
  }))
  return [
    '# TYPE triveni_http_request_seconds histogram', ...[...requests].flatMap(([labels, histogram]) => lines('triveni_http_request_seconds', labels, histogram)),
    '# TYPE triveni_statement_seconds histogram', ...lines('triveni_statement_seconds', '', statements),
    '# TYPE triveni_business_total counter', ...[...business].map(([name, count]) => `triveni_business_total{event="${name}"} ${count}`),
    ...own, ...asked.flat(), '',
  ].join('\n')
}
