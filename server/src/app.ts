import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import statics from '@fastify/static'
import Fastify, { type FastifyInstance } from 'fastify'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Config } from '#kernel/config.ts'
import { gatedServer } from '#kernel/gate.ts'
import { isNavigation } from '#kernel/error-page.ts'
import { AppError } from '#kernel/errors.ts'
import { answerPreflight, registerRoutes, sendProblem } from '#kernel/http.ts'
import { newId } from '#kernel/ids.ts'
import { limits } from '#kernel/limits.ts'
import { setPublicUrl } from '#kernel/links.ts'
import { attachLive, type LiveOptions } from '#kernel/live.ts'
import { registerWithin } from '#kernel/events.ts'
import { openApi } from '#kernel/openapi.ts'
import { asAppError } from '#kernel/problems.ts'
import { logRequests } from '#kernel/request-log.ts'
import { pickLocale } from '#kernel/text-i18n.ts'
import { program } from '#kernel/version.ts'
import { guardEdge, pageSender, refuseAtDoor } from './edge.ts'
import { readForms } from './forms.ts'
import { registerHealth } from './health-routes.ts'
import { modules } from './modules.ts'
import { authenticator, cookieName, cookieOptions, deviceOf, hospitalsAllowing, learnGrants, setDeviceCookie, setSessionCookie } from './modules/people/index.ts'

const webRoot = fileURLToPath(new URL('../../web/dist/', import.meta.url))

/** Fills the ports and listeners of every module; once per process. */
export function wireModules(): void {
  learnGrants(modules)
  for (const module of modules) {
    for (const provision of module.provides) provision.register()
    registerWithin(module.within)
  }
}

/** The whole server, not yet listening. */
export async function buildApp(config: Pick<Config, 'publicUrl'> & { metricsToken?: string | undefined; trustedProxies?: readonly string[]; tls?: Config['tls'] }, options: { isStrict?: boolean } = {}): Promise<FastifyInstance> {
  wireModules()
  const { trustedProxies = [] } = config
  const app = Fastify({ logger: false, trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies], serverFactory: (handler) => gatedServer(handler, config.tls), return503OnClosing: false, genReqId: () => newId(), bodyLimit: limits.request.bytes, clientErrorHandler: refuseAtDoor, routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 }, rewriteUrl: (request) => versioned(request.url ?? '/') })
  guardEdge(app)
  logRequests(app)
  await app.register(cookie)
  app.options('/api/*', (request, reply) => answerPreflight({ hospitalsAllowing }, request, reply))
  await app.register(compress, { threshold: 2048, encodings: ['gzip', 'br'], globalDecompression: false })
  await app.register(multipart)
  readForms(app)
  app.setErrorHandler((error, request, reply) => sendProblem(reply, asAppError(error, request.id), pickLocale(request.headers['accept-language']), request.id))
  const { publicUrl } = config
  setPublicUrl(publicUrl)
  registerRoutes(app, {
    modules,
    publicUrl,
    authenticate: authenticator(publicUrl),
    setSession: (reply, token) => (token === null ? void reply.clearCookie(cookieName(publicUrl).name, { ...cookieOptions, secure: cookieName(publicUrl).isSecure }).header('clear-site-data', '"cache"') : setSessionCookie(reply, publicUrl, token)),
    setDevice: (reply, token) => setDeviceCookie(reply, publicUrl, token),
    hospitalsAllowing,
    deviceOf: (request) => deviceOf(request, publicUrl),
    ...options,
  })
  const close = attachLive(app.server, { publicUrl, listenerOf: listenerBy(app, authenticator(publicUrl)) })
  app.addHook('preClose', close)
  registerHealth(app, config.metricsToken)
  let document: string | undefined
  app.get('/openapi.json', (_request, reply) => reply.type('application/json').send((document ??= JSON.stringify(openApi(modules, program)))))
  await registerWeb(app)
  return app
}

/** A socket belongs to a session; what it hears does not keep the session alive. */
const listenerBy = (app: FastifyInstance, authenticate: ReturnType<typeof authenticator>): LiveOptions['listenerOf'] => async ({ cookie: header }) => {
  const principal = await authenticate({ headers: { 'x-background': '1' }, cookies: app.parseCookie(header ?? '') })
  return principal?.kind === 'session' ? principal : undefined
}

// `/api/…` without a version means v1.
const versioned = (url: string): string => (url.startsWith('/api/') && !/^\/api\/v\d+(\/|$)/.test(url) ? `/api/v1${url.slice(4)}` : url)

// Anything but files and what programs ask for is for the web app to know.
const isOfApp = (url: string): boolean => !/^\/(api|assets|health|metrics|fhir|openapi\.json)(\/|$)|\./.test(url.split('?')[0] ?? '')

async function registerWeb(app: FastifyInstance): Promise<void> {
  const hasWeb = existsSync(`${webRoot}index.html`)
  const sendPage = hasWeb ? pageSender(`${webRoot}index.html`) : undefined
  if (sendPage !== undefined) app.get('/', (_request, reply) => sendPage(reply))
  if (hasWeb) await app.register(statics, { root: webRoot, prefix: '/', index: false, wildcard: false, globIgnore: ['index.html'], setHeaders: (reply, path) => void reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache') })
  app.setNotFoundHandler((request, reply) => {
    if (isNavigation(request) && isOfApp(request.url) && sendPage !== undefined) return sendPage(reply)
    return sendProblem(reply, new AppError(kernelErrors.not_found), pickLocale(request.headers['accept-language']), request.id)
  })
}
