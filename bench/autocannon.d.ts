declare module 'autocannon' {
  export interface Request {
    method?: string
    path?: string
    headers?: Record<string, string>
    body?: string
    setupRequest?: (request: Request) => Request
  }
  interface Result {
    duration: number
    '2xx': number
    '4xx': number
    '5xx': number
    requests: { average: number; total: number; sent: number }
    latency: { p50: number; p97_5: number; p99: number }
    errors: number
    non2xx: number
  }
  interface Instance extends Promise<Result> {
    on(event: 'response', listener: (client: unknown, status: number, bytes: number, milliseconds: number) => void): void
  }
  export interface Options {
    url: string
    connections: number
    duration?: number
    amount?: number
    requests?: Request[]
    headers?: Record<string, string>
    timeout?: number
    overallRate?: number
  }
  export default function autocannon(options: Options): Instance
}
