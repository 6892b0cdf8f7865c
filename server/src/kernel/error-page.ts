import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { message } from './text-i18n.ts'

const css = `:root{color-scheme:light dark;--ground:#f6f8f7;--surface:#fff;--line:#e1e5e4;--text:#1f2624;--quiet:#5a6461;--river:#0f6b69}
@media (prefers-color-scheme:dark){:root{--ground:#101615;--surface:#171e1d;--line:#2c3634;--text:#d5dbd9;--quiet:#a7b1ae;--river:#74c0bb}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--text);font:16px/24px Inter,"Noto Sans","Noto Sans Devanagari","Noto Sans Arabic",system-ui,sans-serif}
main{inline-size:100%;max-inline-size:480px;padding:32px;background:var(--surface);border:1px solid var(--line);border-radius:8px}
.mark{display:flex;align-items:center;gap:8px;margin-block-end:24px;font-weight:600}.status{margin:0;color:var(--quiet);font-size:14px}
h1{margin:0 0 8px;font-size:22px;line-height:28px;font-weight:600}p{margin:0 0 16px;overflow-wrap:anywhere}
a{display:inline-block;min-block-size:44px;padding:10px 16px;border-radius:6px;background:var(--river);color:var(--surface);text-decoration:none;font-weight:600}a:focus-visible{outline:2px solid var(--text);outline-offset:2px}
.id{margin:24px 0 0;color:var(--quiet);font-size:12px}`

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const titled = new Set([401, 403, 404, 500, 503])
const titleKey = (status: number): string => `errors.page.${titled.has(status) ? status : status < 500 ? 'refused' : 500}`

/** Whether a person opened the address in a browser, so that the answer is a page and not a problem for a program. */
export function isNavigation(request: FastifyRequest): boolean {
  const { accept, 'sec-fetch-mode': mode } = request.headers
  return request.method === 'GET' && (accept ?? '').includes('text/html') && (mode === undefined || mode === 'navigate')
}

export interface PageProblem {
  status: number
  /** A sentence in the reader's language. */
  text: string
  locale: string
}

/** A refusal as a page in the house look, with the request's id: for what a browser opens by itself. */
export function sendErrorPage(reply: FastifyReply, problem: PageProblem): FastifyReply {
  const { status, text, locale } = problem
  const nonce = randomBytes(16).toString('base64url')
  const words = (key: string, values: Record<string, string> = {}) => escaped(message(locale, key, values))
  const page = `<!doctype html><html lang="${escaped(locale)}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${words(titleKey(status))} · Triveni</title><style nonce="${nonce}">${css}</style></head><body><main><span class="mark"><img src="/icon.svg" alt="" width="28" height="28">Triveni</span><p class="status">${status}</p><h1>${words(titleKey(status))}</h1><p>${escaped(text)}</p><a href="/">${words(status === 401 ? 'errors.page.signIn' : 'errors.page.home')}</a><p class="id">${words('errors.requestId', { id: reply.request.id })}</p></main></body></html>`
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('content-language', locale)
    .header('content-security-policy', `default-src 'none'; img-src 'self'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'`)
    .type('text/html; charset=utf-8')
    .send(page)
}

export interface PlainPage {
  locale: string
  title: string
  /** A short word above the title. */
  mark: string
  text: string
  facts: readonly { label: string; value: string }[]
}

/** A page for who is not signed in, in the house look: what a printed code leads to. Nothing of it is a link or a script. */
export function plainPage({ locale, title, mark, text, facts }: PlainPage): { body: Buffer; headers: Record<string, string> } {
  const nonce = randomBytes(16).toString('base64url')
  const rows = facts.map(({ label, value }) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join('')
  const page = `<!doctype html><html lang="${escaped(locale)}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escaped(title)}</title><style nonce="${nonce}">${css}dl{display:grid;grid-template-columns:auto 1fr;gap:8px 24px;margin:24px 0 0}dt{color:var(--quiet)}dd{margin:0;font-weight:600;overflow-wrap:anywhere}</style></head><body><main><p class="status">${escaped(mark)}</p><h1>${escaped(title)}</h1><p>${escaped(text)}</p><dl>${rows}</dl></main></body></html>`
  return {
    body: Buffer.from(page),
    headers: { 'content-language': locale, 'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'` },
  }
}
